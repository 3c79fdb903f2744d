// SPDX-License-Identifier: BSD-2-Clause

// Reads the API: a snapshot, and then the stream that goes on from it, which is
// opened again whenever it ends. It knows nothing of the document; fetch, the
// clock and random numbers are given to it.

import { EventParser } from "./sse.js";
import { parseJson } from "./text.js";

// All times are in ms.

// A stream that has ended is still shown as live for this long.
const GRACE_TIME = 2000;
// The header of an answer has to come within this time, and then its body.
// nginx waits 60 s for its own upstream.
export const ANSWER_TIMEOUT = 70000;
// A stream that sent nothing for this long is dead: two heartbeats are missing.
const SILENCE_TIMEOUT = 75000;
// For wake() it is dead as soon as one is missing.
const WAKE_TIMEOUT = 35000;
// The clock and the stream are looked at this often.
const TICK_INTERVAL = 5000;
// A stream that was not refused within this time has been accepted.
const REFUSAL_TIME = 250;
// While there is no place for a stream, the API is polled this often,
const POLL_INTERVAL = 5000;
// and the stream is tried again this often.
const PLACE_INTERVAL = 60000;
// After a 401 or a 403 the next request waits this long.
const SIGN_IN_INTERVAL = 60000;
// A stream that lived for longer than this is opened again at once.
const STREAM_TIME_MIN = 500;
// Other attempts wait for this long, at first and at most.
const BACKOFF_MIN = 1000;
const BACKOFF_MAX = 30000;

// The numbers of lines begin at the time in µs at which the ring was made, and
// grow by one with each line. No server writes more than this many lines in a
// ms: if the numbers have grown by more, the ring was made anew. The time
// between two polls counts as no less than the second one of these.

const LINES_PER_MS = 500;
const LINES_PERIOD_MIN = 1000;

// Something went wrong. "state" is the state of the reader that the page shows.

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
        // another program's error page, and not the API's JSON
    }

    if (response.status === 401) {
        return new Problem("signin", detail, 401);
    }

    return new Problem(response.status === 403 ? "denied" : "error",
        detail, response.status);
}

// A redirect, or an HTML page, instead of what was asked for is taken for a
// request to sign in.

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

// The options are api (the address), headers() for each request, online(),
// fetch, now, random, setTimeout and clearTimeout; and the functions that the
// reader calls: onRecord(record), onMark(kind, missed), onClear(), onSnapshot()
// and onState(state, problem).

export class Reader {
    constructor(options) {
        Object.assign(this, options);
        // the number of the last line, null before the first snapshot
        this.cursor = null;
        this.failures = 0;
        this.state = "";
        // the AbortController of the request under way
        this.control = null;
        this.streaming = false;
        this.opened = 0;
        // the times of the last bytes and of the last tick
        this.heard = 0;
        this.ticked = 0;
        this.timers = {};
        // a stream was accepted: the next one resumes it by Last-Event-ID
        this.resumed = false;
    }

    start() {
        this.ticked = this.now();
        this.tick();
        this.connect();
    }

    // There is a reason to connect at once: the network is back, somebody looks
    // at the page again, or there is a new token. A stream that is known to be
    // alive is left alone, and so is a request under way.

    wake(busy = this.control !== null && !this.streaming) {
        const open = this.streaming && this.now() - this.heard < WAKE_TIMEOUT;

        if (this.state === "limit") {
            this.poll();
        } else if (!open && !busy) {
            this.failures = 0;
            this.again(0);
        }
    }

    // Somebody has pressed "Try again".

    retry() {
        this.failures = 0;
        this.set("connecting");
        this.connect();
    }

    // Reads another API, from its beginning.

    use(api) {
        this.api = api;
        this.cursor = null;
        this.resumed = false;
        this.retry();
    }

    // Closes the stream, until wake().

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

    // If the clock has jumped, the computer was asleep; and a stream that is
    // silent for too long is dead. Both are connected anew.

    tick() {
        const now = this.now();
        const slept = now - this.ticked > 4 * TICK_INTERVAL;

        this.ticked = now;
        this.later("tick", TICK_INTERVAL, () => this.tick());

        if (slept && this.state !== "resting") {
            this.wake();
        } else if (this.streaming && now - this.heard > SILENCE_TIMEOUT) {
            this.again(0);
        } else if (this.streaming && now - this.opened > TICK_INTERVAL) {
            this.failures = 0;
        }
    }

    backoff() {
        const most = Math.min(BACKOFF_MAX, BACKOFF_MIN * 2 ** this.failures);

        this.failures++;
        return most * (0.5 + this.random() / 2);
    }

    // Connects anew after the end of a stream, which is routine: the state
    // changes only if that takes longer than the time of grace.

    again(delay) {
        const grace = this.timers.grace;

        delete this.timers.grace;
        this.stop();
        this.timers.grace = grace;

        if (this.state === "live" && grace === undefined) {
            this.later("grace", GRACE_TIME, () => this.set("reconnecting"));
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

        this.later("retry", asks ? SIGN_IN_INTERVAL : this.backoff(),
            () => this.connect());
    }

    // Returns a response as soon as its header is there. Whoever reads its body
    // limits the time of that.

    async request(control, url, type, headers = {}) {
        this.later("answer", ANSWER_TIMEOUT, () => control.abort());

        const response = await this.fetch(url, {
            headers: { Accept: type, ...headers, ...this.headers() },
            cache: "no-store",
            credentials: "same-origin",
            redirect: "manual",
            // whatever policy the document came with
            referrerPolicy: "no-referrer",
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

        this.later("answer", ANSWER_TIMEOUT, () => control.abort());

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
        this.later("settle", REFUSAL_TIME, () => this.live());

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

    // A stream that ended after some time is opened again at once. A server
    // that ends streams as soon as they begin is asked more and more rarely.

    closed(stream) {
        if (stream.refused) {
            this.limited();
        } else if (stream.ended && this.now() - this.opened > STREAM_TIME_MIN) {
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
            // shown as it is
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

    // Drops a record that has come before.

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

    // There is no place for a stream: polls, and tries again after a while.

    limited() {
        this.stop();
        this.set("limit");
        this.resumed = true;
        this.polled = this.now();
        this.poll();
        this.later("retry", PLACE_INTERVAL, () => this.connect());
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
                this.later("poll", POLL_INTERVAL, () => this.poll());
            }
        } catch (error) {
            if (this.control === control) {
                this.failed(error);
            }
        }
    }

    // Unlike a stream, a poll does not say what was lost. The numbers of the
    // lines tell.

    caughtUp({ records, last_seq: last, renumbered }) {
        const now = this.now();
        const first = records[0]?._seq ?? 0;
        const hole = first - this.cursor - 1;

        if (this.cursor > 0 && (renumbered || (last > 0 && last < this.cursor))) {
            this.cursor = 0;
            this.onMark("restart");
        } else if (this.cursor > 0 && last === 0) {
            this.onMark("emptied");
        } else if (this.cursor > 0 && hole > 0) {
            const restarted = hole > LINES_PER_MS
                * Math.max(now - this.polled, LINES_PERIOD_MIN);

            this.onMark(restarted ? "restart" : "hole", hole);
        }

        this.polled = now;
        records.forEach((record) => this.take(record));
    }
}
