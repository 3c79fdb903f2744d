// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { describeBars, drawBars, drawOthers, formatEdge, formatLimits, makeHistogram } from "../../../ngx_rackscope_logs/page/histogram.js";
import { makeEntry, makeMark } from "../../../ngx_rackscope_logs/page/store.js";

process.env.TZ = "Asia/Kolkata";

const start = Date.parse("2026-11-22T10:00:00Z");
const DAY = 86400000;

const entry = (ms, level = "INFO", more = {}) => Object.assign(makeEntry({
    timestamp: new Date(start + ms).toISOString(), level }), more);
const totals = (histogram) => histogram.bars.map(({ total }) => total);

test("lines are counted in bars of a round width", () => {
    const histogram = makeHistogram([entry(0), entry(900), entry(1000),
        entry(8200)], 10);

    assert.equal(histogram.step, 1000);
    assert.equal(histogram.start, start);
    assert.deepEqual(totals(histogram), [2, 1, 0, 0, 0, 0, 0, 0, 1]);
    assert.equal(histogram.most, 2);
    assert.equal(histogram.bars[8].start, start + 8000);
});

test("whatever the span, there are not too many bars, nor far too few", () => {
    for (let span = 1; span < 20 * DAY; span = Math.ceil(span * 1.7)) {
        for (const most of [10, 57, 210]) {
            const { bars, step } = makeHistogram(
                [entry(3), entry(3 + span)], most);

            assert.ok(bars.length <= most, `${span}: ${bars.length}`);
            assert.ok(bars.length > most / 3 || step === 10,
                `${span}: ${bars.length} of ${most}`);
            assert.equal(bars[0].total + bars.at(-1).total
                + (bars.length === 1 ? -2 : 0), 2);
        }
    }
});

test("by level: an unknown level counts as the least", () => {
    const { bars } = makeHistogram(["DEBUG", "ODD", "INFO", "WARNING",
        "ERROR", "ERROR", "CRITICAL"].map((level) => entry(0, level)), 10);

    assert.deepEqual(bars[0].counts, [2, 1, 1, 2, 1]);
    assert.equal(bars[0].total, 7);
});

test("what does not match is apart, and the first that does is known", () => {
    const lines = [entry(0, "INFO", { match: false }), entry(1), entry(2),
        entry(50, "INFO", { match: false })];
    const histogram = makeHistogram(lines, 10);

    assert.deepEqual(totals(histogram), [2, 0, 0, 0, 0, 0]);
    assert.equal(histogram.bars[0].others, 1);
    assert.equal(histogram.bars[0].first, lines[1]);
    assert.equal(histogram.bars.at(-1).others, 1);
    assert.equal(histogram.bars.at(-1).first, null);
});

test("limited: from the first line that matches to the last", () => {
    const lines = [entry(0, "INFO", { match: false }), entry(5000),
        entry(5090), entry(90000, "INFO", { match: false })];
    const histogram = makeHistogram(lines, 20, true);

    assert.equal(histogram.start, start + 5000);
    assert.equal(histogram.step, 10);
    assert.equal(histogram.bars.length, 10);
    assert.equal(makeHistogram([lines[0]], 20, true), null);
});

test("no line, no time: no chart", () => {
    assert.equal(makeHistogram([], 10), null);
    assert.equal(makeHistogram([makeMark("gap", 3), makeEntry({}),
        makeEntry({ timestamp: "noon" })], 10), null);
});

test("a wrong clock makes no room", () => {
    const { bars, step } = makeHistogram([entry(-20000 * DAY), entry(0),
        entry(4000), entry(9000), entry(9000 * DAY)], 10);

    assert.equal(step, 1000);
    assert.equal(bars.length, 10);
    assert.equal(bars.reduce((sum, { total }) => sum + total, 0), 3);
});

test("the order of the lines does not matter", () => {
    const lines = [entry(5000), entry(0), entry(2500, "ERROR")];

    assert.deepEqual(totals(makeHistogram(lines, 10)),
        totals(makeHistogram(lines.toReversed(), 10)));
});

test("bars are within the height, and one error is seen among many", () => {
    const many = Array.from({ length: 900 }, () => entry(0));
    const all = ["DEBUG", "WARNING", "ERROR", "CRITICAL"].map((level) =>
        entry(0, level));
    const paths = drawBars(makeHistogram([...many, ...all], 10), 32);
    const heights = paths.map((d) => Number(/v-([\d.]+)h/.exec(d)[1]));

    assert.ok(heights.reduce((sum, h) => sum + h, 0) <= 32.5, `${heights}`);
    assert.ok(heights.every((height) => height >= 2), `${heights}`);
    assert.ok(heights[1] > 15, "and the many are many");
    assert.match(paths[4], /^M0.1 32v-/, "the worst is at the bottom");
    assert.match(paths.join(""), /^[\d.MvhHVz -]*$/);
});

test("where only others are there is a line", () => {
    const histogram = makeHistogram([entry(0), entry(10, "INFO",
        { match: false })], 10);

    assert.equal(drawOthers(histogram, 32), "M1.1 32v-1h.8v1z");
});

test("times are as exact as the bars, and name another day", () => {
    const at = Date.parse("2026-11-22T19:05:07.123Z");

    assert.equal(formatEdge(at, { step: 1000 }, true, at), "19:05:07");
    assert.equal(formatEdge(at, { step: 500 }, true, at), "19:05:07.123");
    assert.equal(formatEdge(at, { step: 1000 }, true, at + DAY),
        "22 Nov 19:05:07");
    assert.equal(formatEdge(at, { step: 1000 }, false, at), "00:35:07",
        "in Kolkata");
    assert.equal(formatEdge(at, { step: 1000 }, false, at - DAY / 4),
        "23 Nov 00:35:07");
});

test("limits are exact, wherever they are read", () => {
    const histogram = makeHistogram([entry(0), entry(9000)], 10);

    assert.equal(formatLimits(histogram, 2, 4, true),
        "2026-11-22T10:00:02Z..2026-11-22T10:00:04Z");
    assert.equal(formatLimits(histogram, 2, 4, false),
        "2026-11-22T15:30:02+05:30..2026-11-22T15:30:04+05:30");

    assert.equal(formatLimits(makeHistogram([entry(0), entry(900)], 10), 1, 2,
        true), "2026-11-22T10:00:00.100Z..2026-11-22T10:00:00.299Z");
});

test("what bars are, in words, the worst first", () => {
    const { bars } = makeHistogram([entry(0), entry(1, "WARNING"),
        entry(5000, "ERROR"), entry(5000, "ERROR"),
        entry(9000, "CRITICAL")], 10);

    assert.equal(describeBars(bars),
        "5 lines, 1 critical error, 2 errors, 1 warning");
    assert.equal(describeBars(bars.slice(0, 1)), "2 lines, 1 warning");
    assert.equal(describeBars(bars.slice(1, 2)), "0 lines");
});
