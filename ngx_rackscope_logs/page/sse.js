// SPDX-License-Identifier: BSD-2-Clause

// Server-Sent Events out of text that comes in any pieces.

// onEvent gets { type, data, id }; comments (heartbeats) carry nothing and are
// left out: whoever feeds knows that bytes came.

export class EventParser {
    constructor(onEvent) {
        this.onEvent = onEvent;
        this.rest = "";
        this.reset();
    }

    reset() {
        this.type = "";
        this.data = null;
        this.id = "";
    }

    feed(text) {
        const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);

        this.rest = lines.pop();

        for (const line of lines) {
            this.line(line);
        }
    }

    line(line) {
        if (line === "") {
            this.dispatch();
            return;
        }

        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? ""
            : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));

        if (field === "data") {
            this.data = this.data === null ? value : `${this.data}\n${value}`;
        } else if (field === "event") {
            this.type = value;
        } else if (field === "id") {
            this.id = value;
        }
    }

    dispatch() {
        const { type, data, id } = this;

        this.reset();

        if (data !== null) {
            this.onEvent({ type: type || "message", data, id });
        }
    }
}
