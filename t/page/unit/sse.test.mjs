// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { EventParser } from "../../../ngx_rackscope_logs/page/sse.js";

function parse(...pieces) {
    const events = [];
    const parser = new EventParser((event) => events.push(event));

    pieces.forEach((piece) => parser.feed(piece));
    return events;
}

const text = "id: 7\ndata: {\"a\":1}\n\n: ping\n\nevent: gap\n"
    + "data: {\"missed\":3}\n\nretry: 30000\ndata: x\n\n";
const events = [
    { type: "message", data: "{\"a\":1}", id: "7" },
    { type: "gap", data: "{\"missed\":3}", id: "" },
    { type: "message", data: "x", id: "" },
];

test("events, comments, retry", () => {
    assert.deepEqual(parse(text), events);
});

test("in any pieces", () => {
    assert.deepEqual(parse(...text), events);

    for (let i = 1; i < text.length; i++) {
        assert.deepEqual(parse(text.slice(0, i), text.slice(i)), events);
    }
});

test("with CR LF, in any pieces", () => {
    const crlf = text.replaceAll("\n", "\r\n");

    assert.deepEqual(parse(crlf), events);
    assert.deepEqual(parse(...crlf), events);
});

test("as the standard has it", () => {
    const message = (data) => [{ type: "message", data, id: "" }];

    assert.deepEqual(parse("data:no space\n\n"), message("no space"));
    assert.deepEqual(parse("data:  two\n\n"), message(" two"));
    assert.deepEqual(parse("data: a\ndata: b\n\n"), message("a\nb"));
    assert.deepEqual(parse("data\n\n"), message(""));
    assert.deepEqual(parse("data: a:b: c\n\n"), message("a:b: c"));
    assert.deepEqual(parse("unknown: x\ndata: a\n\n"), message("a"));
    assert.deepEqual(parse("event: end\n\n"), [], "no data, no event");
    assert.deepEqual(parse("data: unfinished\n"), []);
});

test("one event's type and id are not the next one's", () => {
    assert.deepEqual(parse("event: gap\nid: 1\ndata: a\n\ndata: b\n\n"), [
        { type: "gap", data: "a", id: "1" },
        { type: "message", data: "b", id: "" },
    ]);
});
