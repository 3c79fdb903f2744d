// SPDX-License-Identifier: BSD-2-Clause

// The reader against a server that is made of promises, and a clock that goes
// when it is told to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Problem, Reader, checkAnswer } from "../../../ngx_rackscope_logs/page/reader.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

async function turns(count = 6) {
    for (let i = 0; i < count; i++) {
        await turn();
    }
}

class Clock {
    constructor() {
        this.time = 1e6;
        this.timers = new Map();
        this.next = 1;
    }

    set(task, ms) {
        this.timers.set(this.next, { task, at: this.time + ms });
        return this.next++;
    }

    async run(ms) {
        const end = this.time + ms;

        for (;;) {
            const [id, timer] = [...this.timers]
                .sort((a, b) => a[1].at - b[1].at)[0] ?? [];

            if (!timer || timer.at > end) {
                break;
            }

            this.time = Math.max(this.time, timer.at);
            this.timers.delete(id);
            timer.task();
            await turns();
        }

        this.time = end;
        await turns();
    }
}

const answer = (body, status = 200, type = "application/json") =>
    new Response(body === null ? null : typeof body === "string" ? body
        : JSON.stringify(body), { status, headers: { "Content-Type": type } });

const snapshot = (...seqs) => answer({ records: seqs.map((seq) =>
    ({ _seq: seq, message: `m-${seq}` })), total: seqs.length,
last_seq: seqs.at(-1) ?? 0 });

// A stream that the test writes to.

function stream() {
    let controller;
    const body = new ReadableStream({
        start: (c) => {
            controller = c;
        },
    });
    const encoder = new TextEncoder();

    return {
        response: () => new Response(body,
            { headers: { "Content-Type": "text/event-stream" } }),
        async write(text) {
            controller.enqueue(encoder.encode(text));
            await turns();
        },
        records(...seqs) {
            return this.write(seqs.map((seq) => `id: ${seq}\ndata: `
                + `{"_seq":${seq},"message":"m-${seq}"}\n\n`).join(""));
        },
        end(reason) {
            controller.enqueue(encoder.encode(
                `event: end\ndata: {"reason":"${reason}"}\n\n`));
            controller.close();
            return turns();
        },
        close() {
            controller.close();
            return turns();
        },
        cut() {
            controller.error(new TypeError("network error"));
            return turns();
        },
        refuse() {
            controller.enqueue(encoder.encode("retry: 30000\ndata: "
                + "{\"error\":\"Too many concurrent log streams\"}\n\n"));
            controller.close();
            return turns();
        },
    };
}

// "answers" are what requests get, one after the other: a response, a stream,
// an error to throw, or nothing for ever.

async function start(answers, options = {}) {
    const clock = new Clock();
    const self = { clock, requests: [], log: [], states: [], answers,
        online: true };

    self.reader = new Reader({
        api: "/api/logs",
        headers: () => ({ Authorization: "Bearer t" }),
        online: () => self.online,
        now: () => clock.time,
        random: () => 1,
        setTimeout: (task, ms) => clock.set(task, ms),
        clearTimeout: (id) => clock.timers.delete(id),
        fetch: async (url, init) => {
            self.requests.push({ url, ...init });
            const next = answers.shift();

            if (next === undefined) {
                await new Promise((resolve, reject) =>
                    init.signal.addEventListener("abort",
                        () => reject(new DOMException("", "AbortError"))));
            }

            if (next instanceof Error) {
                throw next;
            }

            return next.response ? next.response() : next;
        },
        onRecord: (record) => self.log.push(record._seq ?? record.message),
        onMark: (kind, missed) => self.log.push(missed === undefined ? kind
            : `${kind} ${missed}`),
        onClear: () => self.log.push("clear"),
        onSnapshot: () => self.log.push("snapshot"),
        onState: (state) => {
            if (self.states.at(-1) !== state) {
                self.states.push(state);
            }
        },
        ...options,
    });
    self.reader.start();
    await turns();
    return self;
}

const urls = ({ requests }) => requests.map(({ url }) => url);
const network = () => new TypeError("Failed to fetch");

test("a snapshot, then the stream from its end", async () => {
    const live = stream();
    const page = await start([snapshot(5, 6, 7), live]);

    assert.deepEqual(page.log, [5, 6, 7, "snapshot"]);
    assert.deepEqual(urls(page), ["/api/logs?n=1000",
        "/api/logs/stream?since_seq=7"]);
    assert.equal(page.requests[1].headers.Authorization, "Bearer t");
    assert.equal(page.requests[1].redirect, "manual");
    assert.equal(page.requests[1].headers["Last-Event-ID"], undefined);

    await live.records(6, 7, 8);
    assert.deepEqual(page.log.slice(4), [8], "what is there is dropped");
    assert.deepEqual(page.states, ["connecting", "live"]);
});

test("a quiet stream is live as well, a little later", async () => {
    const page = await start([snapshot(), stream()]);

    assert.deepEqual(urls(page)[1], "/api/logs/stream?since_seq=0");
    assert.deepEqual(page.states, ["connecting"]);
    await page.clock.run(300);
    assert.deepEqual(page.states, ["connecting", "live"]);
});

for (const reason of ["timeout", "shutdown"]) {
    test(`the end by ${reason} is routine: at once, without a word`,
        async () => {
            const [one, two] = [stream(), stream()];
            const page = await start([snapshot(7), one, two]);

            await one.records(8);
            await page.clock.run(60000);
            await one.end(reason);
            assert.equal(page.requests.length, 3);
            assert.equal(page.requests[2].url, "/api/logs/stream");
            assert.equal(page.requests[2].headers["Last-Event-ID"], "8");

            await two.records(9);
            await page.clock.run(5000);
            assert.deepEqual(page.log, [7, "snapshot", 8, 9]);
            assert.deepEqual(page.states, ["connecting", "live"]);
        });
}

test("not live for longer than two seconds without a stream", async () => {
    const one = stream();
    const page = await start([snapshot(7), one]);

    await one.records(8);
    await one.end("timeout");
    await page.clock.run(1900);
    assert.equal(page.states.at(-1), "live");
    await page.clock.run(200);
    assert.equal(page.states.at(-1), "reconnecting");
});

test("a hiccup within these two seconds changes nothing", async () => {
    const [one, two] = [stream(), stream()];
    const page = await start([snapshot(7), one, network(), two]);

    await one.records(8);
    await page.clock.run(10000);
    await one.end("shutdown");
    await page.clock.run(1500);
    await two.records(9);
    await page.clock.run(3000);
    assert.deepEqual(page.states, ["connecting", "live"]);
});

test("a cut is said at once; attempts become rarer", async () => {
    const one = stream();
    const page = await start([snapshot(7), one,
        ...Array.from({ length: 9 }, network)]);

    await one.records(8);
    await one.cut();
    assert.equal(page.states.at(-1), "reconnecting");

    for (const delay of [1, 2, 4, 8, 16, 30, 30, 30]) {
        const before = page.requests.length;
        await page.clock.run(delay * 1000 - 10);
        assert.equal(page.requests.length, before, `not before ${delay} s`);
        await page.clock.run(10);
        assert.equal(page.requests.length, before + 1, `after ${delay} s`);
    }
});

test("a stream that lived makes attempts quick again", async () => {
    const one = stream();
    const page = await start([network(), network(), network(), snapshot(7),
        one, network(), stream()]);

    await page.clock.run(8000);
    await one.records(8);
    await page.clock.run(11000);
    await one.cut();
    assert.equal(page.requests.length, 5);
    await page.clock.run(1010);
    assert.equal(page.requests.length, 6);
});

test("jitter: half of the time at least", async () => {
    const page = await start([network(), snapshot(1), stream()],
        { random: () => 0 });

    await page.clock.run(490);
    assert.equal(page.requests.length, 1);
    await page.clock.run(20);
    assert.equal(page.requests.length, 3);
});

test("a server that ends streams at once is not asked all the time",
    async () => {
        const streams = Array.from({ length: 5 }, stream);
        const page = await start([snapshot(7), ...streams]);

        for (const [i, one] of streams.slice(0, 3).entries()) {
            const before = page.requests.length;
            await one.end("shutdown");
            await page.clock.run(1000 * 2 ** i - 10);
            assert.equal(page.requests.length, before);
            await page.clock.run(10);
            assert.equal(page.requests.length, before + 1);
        }
    });

test("silence for 75 s is a dead stream; a heartbeat is not", async () => {
    const [one, two] = [stream(), stream()];
    const page = await start([snapshot(7), one, two]);

    await page.clock.run(60000);
    await one.write(": ping\n\n");
    await page.clock.run(60000);
    assert.equal(page.requests.length, 2);
    await page.clock.run(25000);
    assert.equal(page.requests.length, 3, "another stream");
    assert.ok(page.requests[1].signal.aborted);
    await page.clock.run(1000);
    assert.deepEqual(page.states, ["connecting", "live"], "without a word");
});

test("a clock that jumped has slept", async () => {
    const [one, two] = [stream(), stream()];
    const page = await start([snapshot(7), one, two]);

    await page.clock.run(1000);
    page.clock.time += 3600000;
    await page.clock.run(5000);
    assert.equal(page.requests.length, 3);
});

test("lost lines, a restart, a clear", async () => {
    const one = stream();
    const page = await start([snapshot(7), one]);

    await one.write("event: gap\ndata: {\"missed\":120,\"next_seq\":128}\n\n");
    await one.records(128);
    await one.write("event: clear\ndata: {}\n\n");
    await one.records(129);
    await one.write("event: gap\ndata: {\"missed\":null,\"next_seq\":50}\n\n");
    await one.records(50, 51);
    assert.deepEqual(page.log, [7, "snapshot", "gap 120", 128, "clear", 129,
        "restart", 50, 51]);
});

test("events that cannot be read are shown as they are", async () => {
    const one = stream();
    const page = await start([snapshot(), one]);

    await one.write("id: 8\ndata: {broken\n\ndata: null\n\ndata: [1]\n\n"
        + "event: gap\ndata: x\n\nevent: unknown\ndata: {}\n\n");
    assert.deepEqual(page.log.slice(1, 3), ["{broken", "null"]);
    assert.ok(page.log.includes("restart"));
    assert.equal(page.states.at(-1), "live");
});

test("no place: polls, and tries again after a minute", async () => {
    const [no, yes] = [stream(), stream()];
    const empty = () => answer({ records: [], total: 0, last_seq: 9 });
    const page = await start([snapshot(7), no, snapshot(8),
        ...Array.from({ length: 11 }, empty), yes]);

    await no.refuse();
    assert.deepEqual(page.states, ["connecting", "limit"]);
    assert.equal(page.requests[2].url, "/api/logs?n=1000&since_seq=7");
    assert.equal(page.log.at(-1), 8);

    await page.clock.run(5010);
    assert.equal(page.requests[3].url, "/api/logs?n=1000&since_seq=8");
    await page.clock.run(50000);
    assert.equal(urls(page).filter((url) => /stream/.test(url)).length, 1);
    await page.clock.run(6000);
    assert.equal(urls(page).at(-1), "/api/logs/stream");
    await yes.records(10);
    assert.deepEqual(page.states, ["connecting", "limit", "live"]);
    await page.clock.run(60000);
    assert.equal(page.requests.length, 15, "and polls no more");
});

test("polls find holes, restarts and an empty buffer", async () => {
    const no = stream();
    const page = await start([snapshot(7), no, snapshot(18, 19),
        snapshot(19 + 1e9), answer({ records: [], total: 0, last_seq: 0 }),
        snapshot(3)]);

    await no.refuse();
    await page.clock.run(16000);
    assert.deepEqual(page.log.slice(2), ["hole 10", 18, 19,
        "restart 999999999", 19 + 1e9, "emptied", "restart", 3]);
});

test("a ring that several nginx share may say that it was renumbered",
    async () => {
        const no = stream();
        const page = await start([snapshot(7), no, answer({
            records: [{ _seq: 11 }, { _seq: 12 }], total: 2, last_seq: 12,
            renumbered: true,
        })]);

        await no.refuse();
        await page.clock.run(5000);
        assert.deepEqual(page.log.slice(2), ["restart", 11, 12]);
    });

for (const [name, response, state] of [
    ["401", () => answer({ detail: "no" }, 401), "signin"],
    ["403", () => answer("<h1>no</h1>", 403, "text/html"), "denied"],
    ["404", () => answer({ detail: "off" }, 404), "error"],
    ["500", () => answer({ detail: "fire" }, 500), "error"],
    ["HTML", () => answer("<form>", 200, "text/html"), "signin"],
    ["text", () => answer("hello", 200, "text/plain"), "error"],
    ["no JSON", () => answer("{", 200), "error"],
    ["another JSON", () => answer([1, 2], 200), "error"],
]) {
    test(`${name} is ${state}, never live, and asked for again`, async () => {
        const page = await start([response(), snapshot(7), stream()]);

        assert.deepEqual(page.states, ["connecting", state]);
        await page.clock.run(61000);
        assert.deepEqual(page.log, [7, "snapshot"]);
        assert.equal(page.states.at(-1), "live");
    });
}

test("why: the words of the server, if there are any", async () => {
    const why = async (...args) => {
        try {
            await checkAnswer(answer(...args), "application/json");
        } catch (error) {
            assert.ok(error instanceof Problem);
            return [error.status, error.message];
        }
        return assert.fail("no problem");
    };

    assert.deepEqual(await why({ detail: "fire" }, 500), [500, "fire"]);
    assert.deepEqual(await why({ detail: [1] }, 500), [500, ""]);
    assert.deepEqual(await why("null", 500), [500, ""]);
    assert.deepEqual(await why("<html>", 502, "text/html"), [502, ""]);
});

test("a redirect is somebody's sign-in page", async () => {
    const redirect = { type: "opaqueredirect", status: 0, ok: false };

    await assert.rejects(checkAnswer(redirect, "application/json"),
        { state: "signin" });
    await assert.rejects(checkAnswer({ type: "basic", status: 302, ok: false },
        "application/json"), { state: "signin" });
});

test("offline, and online again at once", async () => {
    const [one, two] = [stream(), stream()];
    const page = await start([snapshot(7), one, network(), two]);

    await one.records(8);
    page.online = false;
    page.reader.offline();
    await turns();
    assert.equal(page.states.at(-1), "offline");
    assert.ok(page.requests[1].signal.aborted);

    await page.clock.run(1100);
    assert.equal(page.states.at(-1), "offline", "it was tried, in vain");

    page.online = true;
    page.reader.wake(false);
    await turns();
    await two.records(9);
    assert.equal(page.states.at(-1), "live");
    assert.equal(page.requests.at(-1).headers["Last-Event-ID"], "8");
});

test("rest gives the stream back, wake takes up where it was", async () => {
    const [one, two] = [stream(), stream()];
    const page = await start([snapshot(7), one, two]);

    await one.records(8);
    page.reader.rest();
    await page.clock.run(600000);
    assert.ok(page.requests[1].signal.aborted);
    assert.equal(page.requests.length, 2, "and asks for nothing");
    assert.equal(page.states.at(-1), "resting");

    page.reader.wake();
    await turns();
    assert.equal(page.states.at(-1), "reconnecting");
    await two.records(9);
    assert.deepEqual(page.log, [7, "snapshot", 8, 9]);
});

test("wake leaves alone what is alive, or under way", async () => {
    const page = await start([snapshot(7)]);

    page.reader.wake();
    await turns();
    assert.equal(page.requests.length, 2, "the stream is under way");

    const one = stream();
    const other = await start([snapshot(7), one]);
    await one.records(8);
    other.reader.wake();
    await turns();
    assert.equal(other.requests.length, 2);
});

test("an answer that never comes is not waited for for ever", async () => {
    const page = await start([undefined, snapshot(7), stream()]);

    await page.clock.run(75000);
    assert.deepEqual(page.log, [7, "snapshot"]);
});
