// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { foldLines, isFolded, repeatKey, repeats, runText } from "../../../ngx_rackscope_logs/page/repeats.js";
import { makeEntry, makeMark } from "../../../ngx_rackscope_logs/page/store.js";

const equal = [
    ["retry 1 of 10", "retry 12 of 100"],
    ["took 5ms", "took 12.25ms"],
    ["t = -5 K", "t = 1.5e-07 K"],
    ["connection to 10.0.0.1:5432 refused", "connection to 172.16.31.7:80 refused"],
    ["from ::1", "from fe80::d4a8:6435:d2d8:d9f3"],
    ["from 2001:db8::1 port 1", "from 2001:db8:0:0:0:0:0:7 port 22"],
    ["nic 3c:22:fb:aa:bb:cc", "nic 00:1A:2B:3C:4D:5E"],
    ["request 1e767417-a913-4250-bea8-9c1a2b3c4d5e",
        "request FFFFFFF0-aaaa-bbbb-cccc-dddddddddddd"],
    ["commit 7f3a9c0 pushed", "commit 0c1d2e3f4a5b pushed"],
    ["at 0xdeadbeef", "at 0x7ffe"],
    ["id 65f1c0ffee65f1c0ffee65f1", "id aaaaaaaabbbbbbbbccccddd0"],
    ["job 01HV8Z4T9QX2Y3W5R7S8M6N4PB", "job 01HV9ABCDEFGHJKMNPQRSTVWXY"],
    ["req_8f3a2b1c done", "req_00112233 done"],
    ["user 7 at 10:41:00.123", "user 8 at 03:09:59.999"],
    ["GET /api/racks/rack-1/x?page=2", "GET /api/racks/rack-77/x?page=31"],
];

const other = [
    ["cache miss", "cache hit"],
    ["retry 1", "retry 1 failed"],
    ["took 5 ms", "took 5 s"],
    ["std::bad_alloc", "std::bad_cast"],
    ["facade", "decade"],
    ["GET /a", "GET /b"],
    ["Retry 1", "retry 1"],
    ["", " "],
    ["user 7", "user seven"],
];

test("numbers and ids make no difference", () => {
    for (const [a, b] of equal) {
        assert.equal(repeatKey(a), repeatKey(b), a);
    }
});

test("everything else does", () => {
    for (const [a, b] of other) {
        assert.notEqual(repeatKey(a), repeatKey(b), a);
    }
});

test("a very long message repeats only if it is the same", () => {
    const long = "x".repeat(16000);

    assert.equal(repeatKey(`${long}1`), `${long}1`);
});

const line = (message, more = {}) =>
    makeEntry({ level: "INFO", logger: "app", message, ...more });

test("lines repeat with one level, logger, status, and without traceback",
    () => {
        const one = line("order 1");

        assert.ok(repeats(one, line("order 2")));
        assert.ok(repeats(one, line("order 2", { duration_ms: 5, x: "y" })));
        assert.ok(repeats(one, line("order 2", { exception: "" })));
        assert.ok(!repeats(one, line("order 2", { level: "ERROR" })));
        assert.ok(!repeats(one, line("order 2", { logger: "shop" })));
        assert.ok(!repeats(one, line("order 2", { status_code: 500 })));
        assert.ok(!repeats(one, line("order 2", { exception: "E" })));
        assert.ok(!repeats(line("order 2", { exception: "E" }),
            line("order 2", { exception: "E" })));
        assert.ok(!repeats(one, line("sale 2")));
        assert.ok(!repeats(line(""), makeMark("gap", 5)));
        assert.ok(!repeats(makeMark("gap", 5), makeMark("gap", 5)));
    });

const messages = (entries) => entries.map(({ message }) => message);
const fold = (lines, stays = () => false) =>
    messages(foldLines(lines, repeats, stays));

test("a run has one row, that of its first line", () => {
    const lines = ["a 1", "a 2", "b 1", "a 3", "a 4", "a 5", "c"]
        .map((text) => line(text));

    assert.deepEqual(fold(lines), ["a 1", "b 1", "a 3", "c"]);
    assert.deepEqual(lines.map(isFolded),
        [false, true, false, false, true, true, false]);
    assert.deepEqual(lines.map(({ run }) => run?.lines.length ?? 0),
        [2, 2, 0, 3, 3, 3, 0]);
    assert.equal(lines[0].run, lines[1].run);
    assert.deepEqual(fold([]), []);
});

test("an open run stays open, without its first line, and with more", () => {
    const lines = ["a 1", "a 2", "a 3", "b", "a 4"].map((text) => line(text));

    fold(lines);
    lines[0].run.open = true;
    assert.deepEqual(fold(lines.slice(1)), ["a 2", "a 3", "b", "a 4"]);
    assert.deepEqual(fold(lines.filter(({ message }) => message !== "b")),
        ["a 1", "a 2", "a 3", "a 4"]);
    assert.deepEqual(messages(foldLines(lines, () => false)),
        messages(lines), "without folding");
    assert.deepEqual(fold(lines), ["a 1", "b", "a 4"], "and with it again");
});

test("a run with a line that stays is open, unless it is the first", () => {
    const lines = ["a 1", "a 2", "a 3"].map((text) => line(text));

    assert.deepEqual(fold(lines, (one) => one === lines[0]), ["a 1"]);
    assert.deepEqual(fold(lines, (one) => one === lines[2]),
        ["a 1", "a 2", "a 3"]);
});

test("how often, and when", () => {
    const run = (...times) => ({ lines: times.map((time) =>
        line("x", { timestamp: time && `2026-11-22T${time}Z` })) });
    const text = (...times) => runText(run(...times), true);

    assert.equal(text("03:41:10", "03:49:00"), "× 2 · 03:41–03:49");
    assert.equal(text("03:49:00", "03:41:10", "03:42:00"),
        "× 3 · 03:41–03:49");
    assert.equal(text("03:41:10", "03:41:12"), "× 2 · 03:41:10–03:41:12");
    assert.equal(text("03:41:10.1", "03:41:10.9"), "× 2");
    assert.equal(text(null, "03:41:10", "03:42:10"), "× 3 · 03:41–03:42");
    assert.equal(text(null, null), "× 2");
    assert.equal(runText({ lines: Array(1500).fill(line("x")) }, true),
        "× 1,500");
});
