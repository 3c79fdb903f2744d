// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { makeEntry, makeMark } from "../../../ngx_rackscope_logs/page/store.js";
import { formatGap, isOfRequest, makeTimeline, sourceOf } from "../../../ngx_rackscope_logs/page/timeline.js";

let index = 0;
const entry = (time, logger, more = {}) => Object.assign(makeEntry({
    timestamp: time && `2026-11-22T10:16:${time}+00:00`, logger, ...more }),
{ index: ++index });

test("lines are in the order of time, with the gaps", () => {
    const access = entry("57.523001", "nginx.access");
    const error = entry("57.511000", "nginx.error");
    const first = entry("57.395827", "shop.orders");
    const second = entry("57.396127", "shop.db");

    const lines = makeTimeline([access, error, second, first]);

    assert.deepEqual(lines.map((line) => line.entry),
        [first, second, error, access]);
    assert.deepEqual(lines.map(({ gap }) => gap && formatGap(gap)),
        [null, "0.3 ms", "115 ms", "12 ms"]);
    assert.deepEqual(lines.map(({ source }) => source),
        ["backend", "backend", "nginx.error", "nginx.access"]);
});

test("at the same time nginx comes last, then who came later", () => {
    const all = [entry("57.5", "nginx.access"), entry("57.5", "nginx.error"),
        entry("57.500", "b"), entry("57.500000", "a")];

    assert.deepEqual(makeTimeline(all).map((line) => line.entry.logger),
        ["b", "a", "nginx.error", "nginx.access"]);
    assert.deepEqual(makeTimeline(all).map(({ gap }) => gap),
        [null, 0, 0, 0]);
});

test("a line without a time comes last, and has no gap", () => {
    const lines = makeTimeline([entry("", "a"), entry("58.0", "b"),
        entry("57.0", "c"), entry(null, "d")]);

    assert.deepEqual(lines.map((line) => line.entry.logger),
        ["c", "b", "a", "d"]);
    assert.deepEqual(lines.map(({ gap }) => gap), [null, 1000, null, null]);
    assert.deepEqual(makeTimeline([]), []);
});

test("which lines are of a request", () => {
    const id = "b7e1";

    assert.ok(isOfRequest(makeEntry({ request_id: id }), id));
    assert.ok(isOfRequest(makeEntry({ request_id: 17 }), "17"));
    for (const other of ["B7E1", "b7e10", "", null, undefined, [id]]) {
        assert.ok(!isOfRequest(makeEntry({ request_id: other }), id), other);
    }
    assert.ok(!isOfRequest(makeMark("gap", 1), ""));
});

test("who says it", () => {
    assert.equal(sourceOf(makeEntry({ logger: "nginx.access" })),
        "nginx.access");
    assert.equal(sourceOf(makeEntry({ logger: "nginx.accessory" })), "backend");
    assert.equal(sourceOf(makeEntry({})), "backend");
});

test("gaps for people", () => {
    for (const [ms, text] of [[0, "0 ms"], [0.04, "0 ms"], [0.3, "0.3 ms"],
        [9.96, "10 ms"], [12.4, "12 ms"], [999.4, "999 ms"], [999.9, "1 s"], [1000, "1 s"],
        [1253, "1.25 s"], [59999, "60 s"], [60000, "1 min 0 s"],
        [2153400, "35 min 53 s"]]) {
        assert.equal(formatGap(ms), text);
    }
});
