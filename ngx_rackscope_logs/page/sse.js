// SPDX-License-Identifier: BSD-2-Clause

// Parses Server-Sent Events from text that comes in pieces of any length.

// onEvent is called with { type, data, id }. It is not called for comments,
// which are heartbeats: who calls feed() knows that something has come.

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
