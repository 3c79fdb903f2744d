// SPDX-License-Identifier: BSD-2-Clause

// Reads the API: a snapshot, then the stream that goes on from it, again and
// again. Knows nothing of the page; fetch, clock and chance are given to it.

import { EventParser } from "./sse.js";
import { parseJson } from "./text.js";

// a routine end is not worth a word before
const GRACE = 2000;
// nginx itself waits 60 s for who it asks
export const ANSWER = 70000;
// without a heartbeat a stream is dead
const SILENCE = 75000;
// after sleep: one heartbeat was missed
const STALE = 35000;
const TICK = 5000;
// a refused stream says so at once
const SETTLE = 250;
// while there is no place for a stream
const POLL = 5000;
// and then the stream is tried again
const PLACE = 60000;
// after 401 and 403
const ASK = 60000;
// a stream that ended as soon as it began
const QUICK = 500;
const SOON = 1000;
const LATE = 30000;

// Numbers grow with the time in µs at which the ring was made, and by one for
// each line: a hole of more than that many in a ms is a restart.

const RATE = 500;

// What went wrong, in the words of the page.

export class Problem extends Error {
    constructor(state, message, status) {
        super(message);
        this.state = state;
        this.status = status;
    }
}

async function refusal(response) {
    let detail = "";

    try {
        const body = JSON.parse(await response.text());
        detail = typeof body.detail === "string" ? body.detail : "";
    } catch {
        // an error_page of somebody else
    }

    if (response.status === 401) {
        return new Problem("signin", detail, 401);
    }

    return new Problem(response.status === 403 ? "denied" : "error",
        detail, response.status);
}

// A redirect, or a page, in the place of what was asked for: somebody wants
// people to sign in.

export async function checkAnswer(response, type) {
    if (response.type === "opaqueredirect"
        || (response.status >= 300 && response.status < 400)) {
        throw new Problem("signin", "The server sent to another page.");
    }

    if (!response.ok) {
        throw await refusal(response);
    }

    const given = (response.headers.get("Content-Type") ?? "")
        .split(";")[0].trim().toLowerCase();

    if (given === type) {
        return response;
    }

    throw given === "text/html"
        ? new Problem("signin", "A web page came in the place of an answer.")
        : new Problem("error",
            `The server answered with ${given || "no type"}, not ${type}.`);
}

// Options: api (address), headers() for each request, online(), fetch, now,
// random, setTimeout, clearTimeout; and what is called: onRecord(record),
// onMark(kind, missed), onClear(), onSnapshot(), onState(state, problem).

export class Reader {
    constructor(options) {
        Object.assign(this, options);
        // the last line, once there is a snapshot
        this.cursor = null;
        this.failures = 0;
        this.state = "";
        // of the request under way
        this.control = null;
        this.streaming = false;
        this.opened = 0;
        // when bytes came
        this.heard = 0;
        this.ticked = 0;
        this.timers = {};
        this.resumed = false;
    }

    start() {
        this.ticked = this.now();
        this.tick();
        this.connect();
    }

    // Something was found again: the network, the reader's eyes, a token. At
    // once, if there is no stream that is known to be alive.

    wake(busy = this.control !== null && !this.streaming) {
        const open = this.streaming && this.now() - this.heard < STALE;

        if (this.state === "limit") {
            this.poll();
        } else if (!open && !busy) {
            this.failures = 0;
            this.again(0);
        }
    }

    // Somebody asks for it.

    retry() {
        this.failures = 0;
        this.set("connecting");
        this.connect();
    }

    // The stream is given back, until wake().

    rest() {
        this.stop();
        this.set("resting");
    }

    offline() {
        this.stop();
        this.set("offline");
        this.later("retry", this.backoff(), () => this.connect());
    }

    stop() {
        for (const name of Object.keys(this.timers)) {
            if (name !== "tick") {
                this.cancel(name);
            }
        }

        this.control?.abort();
        this.control = null;
        this.streaming = false;
    }

    later(name, ms, task) {
        this.cancel(name);
        this.timers[name] = this.setTimeout(() => {
            delete this.timers[name];
            task();
        }, ms);
    }

    cancel(name) {
        this.clearTimeout(this.timers[name]);
        delete this.timers[name];
    }

    set(state, problem = null) {
        if (state !== "reconnecting") {
            this.cancel("grace");
        }

        this.state = state;
        this.onState(state, problem);
    }

    // A clock that jumped has slept; a stream that is silent is dead.

    tick() {
        const now = this.now();
        const slept = now - this.ticked > 4 * TICK;

        this.ticked = now;
        this.later("tick", TICK, () => this.tick());

        if (slept && this.state !== "resting") {
            this.wake();
        } else if (this.streaming && now - this.heard > SILENCE) {
            this.again(0);
        } else if (this.streaming && now - this.opened > TICK) {
            this.failures = 0;
        }
    }

    backoff() {
        const most = Math.min(LATE, SOON * 2 ** this.failures);

        this.failures++;
        return most * (0.5 + this.random() / 2);
    }

    // A routine end: nobody needs to know, unless it takes long.

    again(delay) {
        const grace = this.timers.grace;

        delete this.timers.grace;
        this.stop();
        this.timers.grace = grace;

        if (this.state === "live" && grace === undefined) {
            this.later("grace", GRACE, () => this.set("reconnecting"));
        }

        if (delay) {
            this.later("retry", delay, () => this.connect());
        } else {
            this.connect();
        }
    }

    async connect() {
        const { grace } = this.timers;

        delete this.timers.grace;
        this.stop();

        if (grace !== undefined) {
            this.timers.grace = grace;
        } else if (this.state === "resting" || this.state === "live") {
            this.set("reconnecting");
        } else if (this.state === "") {
            this.set("connecting");
        }

        const control = new AbortController();
        this.control = control;

        try {
            if (this.cursor === null) {
                await this.snapshot(control);
            }

            await this.stream(control);
        } catch (error) {
            if (this.control === control) {
                this.failed(error);
            }
        }
    }

    failed(error) {
        if (this.timers.grace !== undefined && !(error instanceof Problem)) {
            this.again(this.backoff());
            return;
        }

        this.stop();

        if (!(error instanceof Problem)) {
            this.set(this.online() ? "reconnecting" : "offline",
                this.failures > 1 ? new Problem("reconnecting", "") : null);
        } else {
            this.set(error.state, error);
        }

        const asks = this.state === "signin" || this.state === "denied";

        this.later("retry", asks ? ASK : this.backoff(),
            () => this.connect());
    }

    // An answer whose head is there in time; its body may take longer.

    async request(control, url, type, headers = {}) {
        this.later("answer", ANSWER, () => control.abort());

        const response = await this.fetch(url, {
            headers: { Accept: type, ...headers, ...this.headers() },
            cache: "no-store",
            credentials: "same-origin",
            redirect: "manual",
            signal: control.signal,
        });

        if (this.control === control) {
            this.cancel("answer");
        }

        return checkAnswer(response, type);
    }

    async load(control, query) {
        const response = await this.request(control,
            `${this.api}?${query}`, "application/json");
        let answer = null;

        this.later("answer", ANSWER, () => control.abort());

        try {
            answer = parseJson(await response.text());
        } catch (error) {
            if (!(error instanceof SyntaxError)) {
                throw error;
            }
        }

        if (this.control !== control) {
            return null;
        }

        this.cancel("answer");

        if (!Array.isArray(answer?.records)) {
            throw new Problem("error", "The answer is not a list of lines.");
        }

        return answer;
    }

    async snapshot(control) {
        const answer = await this.load(control, "n=1000");

        if (answer) {
            answer.records.forEach((record) => this.take(record));
            this.cursor = Math.max(this.cursor ?? 0,
                Number(answer.last_seq) || 0);
            this.onSnapshot();
        }
    }

    async stream(control) {
        const resume = this.resumed && this.cursor > 0;
        const response = await this.request(control,
            `${this.api}/stream` + (resume ? "" : `?since_seq=${this.cursor}`),
            "text/event-stream",
            resume ? { "Last-Event-ID": String(this.cursor) } : {});
        const reader = response.body.getReader();
        const decoder = new TextDecoder();
        const stream = { refused: false, ended: false };
        const parser = new EventParser((event) => this.event(event, stream));

        this.streaming = true;
        this.opened = this.heard = this.now();
        this.later("settle", SETTLE, () => this.live());

        for (;;) {
            const { done, value } = await reader.read();

            if (this.control !== control) {
                return;
            }

            if (done) {
                break;
            }

            this.heard = this.now();
            parser.feed(decoder.decode(value, { stream: true }));

            if (this.control !== control) {
                return;
            }

            if (!stream.refused && !stream.ended) {
                this.live();
            }
        }

        this.closed(stream);
    }

    live() {
        this.cancel("settle");
        this.resumed = true;

        if (this.state !== "live" || this.timers.grace !== undefined) {
            this.set("live");
        }
    }

    // One that lived is worth to be opened again at once; a server that ends
    // streams as soon as they begin is not to be asked all the time.

    closed(stream) {
        if (stream.refused) {
            this.limited();
        } else if (stream.ended && this.now() - this.opened > QUICK) {
            this.failures = 0;
            this.again(0);
        } else if (stream.ended) {
            this.again(this.backoff());
        } else {
            this.failed(new Error("cut"));
        }
    }

    event({ type, data, id }, stream) {
        let value;

        try {
            value = parseJson(data);
        } catch {
            // better than nothing
            value = { message: data };
        }

        if (value === null || typeof value !== "object") {
            value = { message: data };
        }

        if (type === "message") {
            if (typeof value.error === "string" && !id && !("_seq" in value)) {
                stream.refused = true;
            } else {
                this.take(value, id);
            }
        } else if (type === "gap") {
            this.gap(value);
        } else if (type === "clear") {
            this.onClear();
        } else if (type === "end") {
            stream.ended = true;
        }
    }

    // What is already there is dropped.

    take(record, id) {
        const seq = record?._seq === undefined ? Number(id)
            : typeof record._seq === "number" ? record._seq : 0;

        if (seq > 0) {
            if (seq <= this.cursor) {
                return;
            }

            this.cursor = seq;
        }

        this.onRecord(record !== null && typeof record === "object"
            ? record : { message: String(record) });
    }

    gap({ missed, next_seq: next }) {
        this.cursor = next > 0 ? next - 1 : 0;

        if (typeof missed === "number") {
            this.onMark("gap", missed);
        } else {
            this.onMark("restart");
        }
    }

    // No place for a stream: poll, and try again after a while.

    limited() {
        this.stop();
        this.set("limit");
        this.resumed = true;
        this.polled = this.now();
        this.poll();
        this.later("retry", PLACE, () => this.connect());
    }

    async poll() {
        const control = new AbortController();

        this.control?.abort();
        this.control = control;

        try {
            const answer = await this.load(control,
                `n=1000&since_seq=${this.cursor}`);

            if (answer) {
                this.caughtUp(answer);
                this.control = null;
                this.set("limit");
                this.later("poll", POLL, () => this.poll());
            }
        } catch (error) {
            if (this.control === control) {
                this.failed(error);
            }
        }
    }

    // Between polls nobody says what was lost: the numbers do.

    caughtUp({ records, last_seq: last }) {
        const now = this.now();
        const first = records[0]?._seq ?? 0;
        const hole = first - this.cursor - 1;

        if (this.cursor > 0 && last > 0 && last < this.cursor) {
            this.cursor = 0;
            this.onMark("restart");
        } else if (this.cursor > 0 && last === 0) {
            this.onMark("emptied");
        } else if (this.cursor > 0 && hole > 0) {
            const restarted = hole > RATE * Math.max(now - this.polled, SOON);
            this.onMark(restarted ? "restart" : "hole", hole);
        }

        this.polled = now;
        records.forEach((record) => this.take(record));
    }
}
