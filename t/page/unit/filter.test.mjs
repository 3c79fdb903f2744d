// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { FILTERS, applyFilter, compileFilter, countLevel, countLevels, findExcerpt, findHits, hitField, isFiltering, matchesLevel, matchesText, noFilter, readQuery, writeQuery } from "../../../ngx_rackscope_logs/page/filter.js";
import { makeEntry, makeMark } from "../../../ngx_rackscope_logs/page/store.js";

const levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "TRACE"];
const entries = levels.map((level) => makeEntry({ level, message: level }));
const filter = (state) => compileFilter({ ...noFilter(), ...state });
const matching = (f) => entries.filter((entry) => matchesLevel(f, entry))
    .map(({ level }) => level);

test("levels: all, that and above, exactly that", () => {
    assert.deepEqual(matching(filter({})), levels);
    assert.deepEqual(matching(filter({ level: "WARNING" })),
        ["WARNING", "ERROR", "CRITICAL"]);
    assert.deepEqual(matching(filter({ level: "INFO", exact: true })),
        ["INFO"]);
    assert.deepEqual(matching(filter({ level: "CRITICAL" })), ["CRITICAL"]);
});

test("marks are always shown", () => {
    const mark = makeMark("gap", 5);
    const f = filter({ level: "CRITICAL", exact: true, q: "x", x: "" });

    assert.ok(matchesLevel(f, mark) && matchesText(f, mark));
});

test("a search looks into all that the details show, in any case", () => {
    const q = filter({ q: "Köln" });

    for (const field of ["message", "logger", "path", "request_id",
        "exception", "method", "trace_id", "city", "__proto__"]) {
        const entry = makeEntry(JSON.parse(`{"${field}":"in kÖLN today"}`));
        assert.ok(matchesText(q, entry), field);
        assert.equal(hitField(q.pattern, entry), field);
    }

    assert.ok(matchesText(q, makeEntry({ path: { city: "köln" } })));
    assert.ok(matchesText(q, makeEntry({ path: [1, { köln: true }] })));
});

test("numbers, true, null and nested values are searched as they are shown",
    () => {
        const entry = makeEntry({ status_code: 502, duration_ms: 12.25,
            retry: true, owner: null, nested: { list: [1, { id: 4711 }] } });

        for (const q of ["502", "12.25", "true", "null", "\"id\": 4711", "list",
            "{ \"list\": [ 1, "]) {
            assert.ok(matchesText(filter({ q }), entry), q);
        }

        assert.ok(!matchesText(filter({ q: "status_code" }), entry),
            "but not the names of fields");
    });

test("nothing is found by chance in time, number and level", () => {
    const entry = makeEntry({ _seq: 1764321502, level: "ERROR",
        timestamp: "2026-11-22T10:16:57.395502+00:00", message: "x" });

    for (const q of ["502", "2026", "error"]) {
        assert.ok(!matchesText(filter({ q }), entry), q);
    }
});

test("an excerpt: the part of the line around the first hit", () => {
    const { phrases: [needle] } = filter({ q: "Needle" });
    const far = "x".repeat(30000);
    const excerpt = (record) => findExcerpt(needle, makeEntry(record));

    assert.equal(excerpt({ message: "hay" }), null);
    assert.deepEqual(excerpt({ message: `${far} a needle b ${far}` }), {
        field: "message",
        text: `…${"x".repeat(57)} a needle b ${"x".repeat(57)}…` });
    assert.deepEqual(excerpt({ message: "hay",
        exception: `${far}\n  at needle ()\n${far}` }),
    { field: "exception", text: "at needle ()" });
    assert.deepEqual(excerpt({ rack_id: "needle", extra: "needle" }),
        { field: "rack_id", text: "needle" });
    assert.deepEqual(excerpt({ message: "needle", a: 1 }),
        { field: "message", text: "needle" });
    assert.equal(findExcerpt(filter({ q: "z*", re: true }).phrases[0],
        makeEntry({ message: "hay" })), null, "nothing is no hit");
    assert.deepEqual(findExcerpt(filter({ q: "^ab.*$", re: true }).phrases[0],
        makeEntry({ message: `x\nab${far}` })),
    { field: "message", text: `ab${"x".repeat(118)}…` });
});

test("without a Regex every letter is itself", () => {
    for (const q of [".", "*", "a+b", "(", "[", "\\", "^$", "{1}", "|", "/",
        "-", "]", "}", "?", "\\d"]) {
        assert.ok(matchesText(filter({ q }),
            makeEntry({ message: `x${q}y` })), q);
        assert.ok(!matchesText(filter({ q }),
            makeEntry({ message: "xzy" })), q);
    }
});

test("Regex: as people write them", () => {
    const cases = [["^GET .* 5\\d\\d$", "GET /x - 502", true],
        ["^GET .* 5\\d\\d$", "GET /x - 200", false],
        ["a|b", "cab", true], ["\\bid\\b", "an ID here", true],
        ["\\-", "a-b", true], ["^second", "first\nsecond", true],
        ["[^a]", "a", false]];

    for (const [q, message, expected] of cases) {
        assert.equal(matchesText(filter({ q, re: true }),
            makeEntry({ message })), expected, q);
    }

    for (const q of ["[", "(", "*", "a{2,1}"]) {
        assert.throws(() => filter({ q, re: true }), SyntaxError, q);
        assert.throws(() => filter({ x: q, re: true }), SyntaxError, q);
    }
});

test("the same answer each time: a pattern remembers nothing", () => {
    const f = filter({ q: "a" });
    const entry = makeEntry({ message: "a" });

    for (let i = 0; i < 5; i++) {
        assert.ok(matchesText(f, entry));
        assert.deepEqual(findHits(f.pattern, "xa"), [[1, 2]]);
    }
});

test("exclude takes away", () => {
    const f = filter({ q: "get", x: "healthz" });

    assert.ok(matchesText(f, makeEntry({ message: "GET /api" })));
    assert.ok(!matchesText(f, makeEntry({ message: "GET /healthz" })));
    assert.ok(!matchesText(f, makeEntry({ message: "GET", path: "/healthz" })));
});

test("colours are no text", () => {
    assert.ok(matchesText(filter({ q: "redblue" }), makeEntry({
        message: "\x1b[31mred\x1b[34mblue" })));
    assert.ok(matchesText(filter({ q: "redblue" }), makeEntry({
        exception: "\x1b[31mred\x1b[34mblue" })));
});

test("hits in a text", () => {
    const { pattern } = filter({ q: "a" });

    assert.deepEqual(findHits(pattern, "banana"), [[1, 2], [3, 4], [5, 6]]);
    assert.deepEqual(findHits(pattern, "x"), []);
    assert.equal(findHits(pattern, "a".repeat(5000)).length, 200);
    assert.deepEqual(findHits(pattern, `${"x".repeat(50000)}a`),
        [[50000, 50001]], "however far it is");
    assert.deepEqual(findHits(filter({ q: "x*", re: true }).pattern, "aaa"),
        [], "nothing is no hit");
});

test("counts follow the text, not the level", () => {
    const some = [makeEntry({ level: "INFO", message: "a" }),
        makeEntry({ level: "ERROR", message: "a" }),
        makeEntry({ level: "ERROR", message: "b" }),
        makeEntry({ level: "LOUD", message: "a" }), makeMark("gap", 3)];
    const f = filter({ level: "ERROR", q: "a" });

    some.forEach((entry) => applyFilter(f, entry));
    const counts = countLevels(some);
    assert.deepEqual(counts, { "": 3, DEBUG: 0, INFO: 1, WARNING: 0,
        ERROR: 1, CRITICAL: 0 });
    assert.deepEqual(some.map(({ match }) => match),
        [false, true, false, false, true]);

    countLevel(counts, some[1], -1);
    countLevel(counts, some[2], -1);
    assert.equal(counts[""], 2);
    assert.equal(counts.ERROR, 0);
});

test("the address: what is so anyway is left out", () => {
    const state = { level: "ERROR", exact: true, q: "a&b=ü +", re: true,
        x: "\\d", newest: true };

    assert.equal(writeQuery({ ...noFilter(), newest: false }, ""), "");
    assert.deepEqual(readQuery(writeQuery(state, "")), state);
    assert.equal(writeQuery({ ...noFilter(), level: "INFO" }, "?theirs=1"),
        "?theirs=1&level=info");
    assert.equal(writeQuery(noFilter(), "?theirs=1&q=old&order=newest"),
        "?theirs=1");
});

test("the address: nonsense is harmless", () => {
    for (const query of ["", "?level=LOUD&exact=yes&order=up&re=", "?%ff=%",
        "?level=%00", "?level=constructor"]) {
        assert.deepEqual(readQuery(query), { ...noFilter(), newest: false });
    }
});

test("a filter that is not set is left out, and no two share a name", () => {
    const names = Object.entries(FILTERS)
        .map(([name, { param = name }]) => param);

    for (const { parse, format } of Object.values(FILTERS)) {
        assert.equal(format(parse("")), "");
    }

    assert.equal(new Set(names).size, names.length);
});

test("is anything filtered", () => {
    assert.ok(!isFiltering(filter({})));
    assert.ok(!isFiltering(filter({ exact: true })));

    for (const state of [{ level: "DEBUG" }, { q: "a" }, { x: "a" }]) {
        assert.ok(isFiltering(filter(state)));
    }
});
