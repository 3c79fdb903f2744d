// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { exportText, fileName, formatCount, formatDay, formatDuration, formatRelative, formatTime, dayNumber, indentJson, lineText, parseJson, stripAnsi, toText } from "../../../ngx_rackscope_logs/page/text.js";

const at = Date.parse("2026-11-22T10:16:57.395827+00:00");

test("ANSI codes go, and nothing else", () => {
    const cases = [
        ["\x1b[31;1mred\x1b[0m", "red"],
        ["\x1b[38;2;1;2;3mx\x1b[m", "x"],
        ["\x1b[2J\x1b[1;1Hgone", "gone"],
        ["\x9b1mC1", "C1"],
        ["\x1b]8;;http://x/\x07link\x1b]8;;\x1b\\!", "link!"],
        ["\x1b(Bcharset", "charset"],
        ["\x1b]0;never closed", "0;never closed"],
        ["a\x1b", "a"],
        ["[31m is text", "[31m is text"],
        ["", ""],
    ];

    for (const [text, expected] of cases) {
        assert.equal(stripAnsi(text), expected, JSON.stringify(text));
    }
});

test("stripping is quick, whatever comes", () => {
    for (const text of ["\x1b]".repeat(8000), "\x1b[".repeat(8000),
        `\x1b[${"1;".repeat(8000)}`, "\x1b".repeat(16000)]) {
        const start = process.hrtime.bigint();
        stripAnsi(text);
        assert.ok(process.hrtime.bigint() - start < 2_000_000_000n);
    }
});

test("any value is text", () => {
    const hostile = JSON.parse("{\"toString\":1,\"toJSON\":2}");

    for (const [value, expected] of [["a", "a"], [1.5, "1.5"], [null, ""],
        [undefined, ""], [false, "false"], [[1, "a"], "[1,\"a\"]"],
        [hostile, "{\"toString\":1,\"toJSON\":2}"]]) {
        assert.equal(toText(value), expected);
    }
});

test("JSON is JSON; large integers stay exact where that can be", (t) => {
    assert.deepEqual(parseJson("{\"a\":[1,2.5,null]}"), { a: [1, 2.5, null] });
    assert.throws(() => parseJson("{"), SyntaxError);

    const text = "{\"a\":12345678901234567890,\"b\":1.5,\"c\":\"1e400\"}";

    if (!JSON.rawJSON) {
        t.diagnostic("no JSON.rawJSON here");
        assert.equal(parseJson(text).b, 1.5);
        return;
    }

    assert.equal(JSON.stringify(parseJson(text)), text);
    assert.equal(toText(parseJson(text).a), "12345678901234567890");
});

test("a message that is JSON is indented, others are not", () => {
    assert.equal(indentJson(" {\"a\":[1]}"), "{\n  \"a\": [\n    1\n  ]\n}");
    assert.equal(indentJson("[INFO] started"), null);
    assert.equal(indentJson("{not json}"), null);
    assert.equal(indentJson("42"), null);
});

test("times", () => {
    assert.equal(formatTime(at, true), "10:16:57.395");
    assert.match(formatTime(at, false), /^\d\d:\d\d:\d\d\.395$/);
    assert.equal(formatTime(Date.UTC(2026, 0, 1), true), "00:00:00.000");
    assert.match(formatDay(at, true), /^Sunday,? 22 November 2026$/);
});

test("relative times", () => {
    for (const [seconds, expected] of [[0, "0 s ago"], [59.9, "59 s ago"],
        [60, "1 min ago"], [3599, "59 min ago"], [3600, "1 h ago"],
        [172799, "47 h ago"], [172800, "2 d ago"], [-0.5, "0 s ago"],
        [-60, "in future"]]) {
        assert.equal(formatRelative(at, at + seconds * 1000), expected);
    }
});

test("days end at midnight, here or in UTC", () => {
    const midnight = Date.UTC(2026, 10, 23);
    const local = new Date(2026, 10, 23).getTime();

    assert.equal(dayNumber(midnight - 1, true) + 1, dayNumber(midnight, true));
    assert.equal(dayNumber(local - 1, false) + 1, dayNumber(local, false));
});

test("durations, and what is none", () => {
    for (const [value, expected] of [[0.5, "0.5 ms"], [12.345, "12.35 ms"],
        [150.7, "151 ms"], [9999, "9999 ms"], [12345, "12.3 s"],
        ["soon", "soon"], [null, ""], [[1], "[1]"]]) {
        assert.equal(formatDuration(value), expected);
    }
});

test("counts", () => {
    assert.equal(formatCount(0, "line"), "0 lines");
    assert.equal(formatCount(1, "line"), "1 line");
    assert.equal(formatCount(1234, "line"), "1,234 lines");
});

const record = {
    _seq: 1, timestamp: "2026-11-22T10:16:57.395827+00:00", level: "ERROR",
    logger: "api", message: "a\nb \x1b[1mbold\x1b[0m", request_id: "r-1",
    duration_ms: 2.5, status_code: 500, exception: "Traceback\n  x",
};

test("a record as text: no line of it looks like another record", () => {
    assert.equal(lineText(record), "2026-11-22T10:16:57.395827+00:00 ERROR "
        + "api a\n    b bold (500, 2.5 ms, request_id=r-1)"
        + "\n    Traceback\n      x");
    assert.equal(lineText({}), "");
    assert.equal(lineText({ message: null, duration_ms: null,
        status_code: null, level: 5, exception: ["x"] }), "5 \n    [\"x\"]");
});

test("export: JSON, NDJSON, text", () => {
    const records = [record, { message: "x" }];

    assert.deepEqual(JSON.parse(exportText(records, "json")), records);
    assert.deepEqual(exportText(records, "ndjson").trimEnd().split("\n")
        .map((line) => JSON.parse(line)), records);
    assert.equal(exportText(records, "text"),
        `${lineText(record)}\nx\n`);
    assert.deepEqual(JSON.parse(exportText([], "json")), []);
    assert.equal(exportText([], "ndjson"), "");
});

test("a file's name has no colon", () => {
    const date = new Date(at);

    assert.equal(fileName(date, "json"),
        "rackscope-logs-2026-11-22T10-16-57-395Z.json");
    assert.match(fileName(date, "ndjson"), /\.ndjson$/);
    assert.match(fileName(date, "text"), /\.txt$/);
});
