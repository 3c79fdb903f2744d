// SPDX-License-Identifier: BSD-2-Clause

// Clears the logs. The lines are cleared here only when the server says that
// they were cleared there, in its answer or in its stream, whichever comes first.

import { ANSWER_TIMEOUT, checkAnswer } from "./reader.js";
import { clearAdvice } from "./status.js";

// The stream tells of a clearing this many ms after the answer to it, at most.
const STREAM_TIMEOUT = 3000;

export class Clearing {
    constructor(page) {
        this.page = page;
        // how far our request is: "asked" when it was sent, "done" when it was
        // answered, "seen" when the stream has said so
        this.state = "";
    }

    async ask() {
        const { api, problems } = this.page;

        this.state = "asked";
        problems.end("clear");

        try {
            const response = await fetch(api.address, {
                method: "DELETE",
                headers: { Accept: "application/json", ...api.headers() },
                credentials: "same-origin",
                redirect: "manual",
                referrerPolicy: "no-referrer",
                signal: AbortSignal.timeout(ANSWER_TIMEOUT),
            });

            await checkAnswer(response, "application/json");

            if (this.waits(api)) {
                this.page.wipe();
                this.state = "done";
                setTimeout(() => {
                    this.state = "";
                }, STREAM_TIMEOUT);
            }
        } catch (error) {
            if (this.waits(api)) {
                problems.tell("clear", clearAdvice(error));
            }
        }

        this.state = this.state === "done" ? "done" : "";
    }

    // Not if the stream has said that the logs were cleared, nor if the page
    // shows other logs now.

    waits(api) {
        return this.state === "asked" && this.page.api === api;
    }

    // The stream says that the logs were cleared, by us or by somebody else.

    heard() {
        const { page } = this;

        page.problems.end("clear");

        if (this.state) {
            page.wipe();
            this.state = "seen";
        } else {
            page.addMark("clear", 0, "other");
        }
    }

    // The page shows other logs.

    end() {
        this.state = "";
        this.page.problems.end("clear");
    }
}
