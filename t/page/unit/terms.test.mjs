// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { compileFilter, findHits, matchesText, noFilter } from "../../../ngx_rackscope_logs/page/filter.js";
import { makeEntry } from "../../../ngx_rackscope_logs/page/store.js";
import { compileTerm, formatTerm, hasKey, leavesOf, parseTerms, withTerm, withoutTerms } from "../../../ngx_rackscope_logs/page/terms.js";

const order = {
    timestamp: "2026-11-22T03:41:07.395827+00:00",
    level: "ERROR",
    logger: "shop.orders",
    message: "Payment of order:4711 failed at http://x/y",
    request_id: "req-7f3a",
    duration_ms: 812.5,
    method: "POST",
    path: "/api/orders/4711",
    status_code: 502,
    exception: "Traceback\nKeyError: 'x'",
    rack_id: "r42",
    "http.route": "/api/orders",
    nested: { list: [1, null, "Two"], deep: { flag: true, none: null } },
    items: [{ id: 7 }, { id: 8 }],
    retries: "3",
    empty: "",
    nothing: null,
    "two words": "A  b",
};
const known = (name) => hasKey(order, name);
const context = { known, utc: true };
const filter = (state, more = context) =>
    compileFilter({ ...noFilter(), ...state }, more);
const finds = (q, record = order, more = context) =>
    matchesText(filter({ q }, more), makeEntry(record));
const brief = (text) => parseTerms(text, known).map((piece) => (piece.name
    ? [piece.not ? "not" : "term", piece.name, piece.op, piece.value]
    : [piece.not ? "no text" : "text", piece.value]));

test("what is a term, a phrase, and plain text", () => {
    const cases = [
        ["", []],
        ["two words", [["text", "two words"]]],
        [" kept as it is ", [["text", " kept as it is "]]],
        ["  ", [["text", "  "]]],
        ["level>=warning", [["term", "level", ">=", "warning"]]],
        ["logger:orders", [["term", "logger", ":", "orders"]]],
        ["-logger:nginx.access", [["not", "logger", ":", "nginx.access"]]],
        ["status:>=500", [["term", "status", ">=", "500"]]],
        ["rack_id:r42  duration<5", [["term", "rack_id", ":", "r42"],
            ["term", "duration", "<", "5"]]],
        ["nested.deep.flag:true",
            [["term", "nested.deep.flag", ":", "true"]]],
        ["\"two words\"", [["text", "two words"]]],
        ["-\"two words\"", [["no text", "two words"]]],
        ["one two level:error  three \"four five\" six", [["text", "one two"],
            ["term", "level", ":", "error"], ["text", "three"],
            ["text", "four five"], ["text", "six"]]],
        ["path:\"/a b\" x", [["term", "path", ":", "/a b"], ["text", "x"]]],
        ["path:\"a\\\"b\\\\c\\d\"", [["term", "path", ":", "a\"b\\c\\d"]]],
        ["path:a\"b", [["term", "path", ":", "a\"b"]]],
        ["time:2026-11-22T03:41:07Z..2026-11-22T03:42:07Z", [["term", "time",
            ":", "2026-11-22T03:41:07Z..2026-11-22T03:42:07Z"]]],
        ["\"two words\":a", [["term", "two words", ":", "a"]]],

        // plain text
        ["order:4711", [["text", "order:4711"]]],
        ["http://x", [["text", "http://x"]]],
        ["-order:4711", [["text", "-order:4711"]]],
        ["--flag - x", [["text", "--flag - x"]]],
        ["status=200", [["text", "status=200"]]],
        ["status : 200", [["text", "status : 200"]]],
        ["status: 200", [["text", "status: 200"]]],
        ["Level:error", [["text", "Level:error"]]],
        ["xlevel:error", [["text", "xlevel:error"]]],
        ["(level:error)", [["text", "(level:error)"]]],
        ["constructor:x __proto__:y toString>z",
            [["text", "constructor:x __proto__:y toString>z"]]],
        ["\"path\":\"/api\"", [["text", "\"path\":\"/api\""]]],
        ["{\"path\":\"/api\"}", [["text", "{\"path\":\"/api\"}"]]],
        ["say \"a\"b", [["text", "say \"a\"b"]]],
        ["path:\"a\"b", [["text", "path:\"a\"b"]]],
        ["10:16:57 ERROR x", [["text", "10:16:57 ERROR x"]]],

        // not whole yet
        ["\"two wor", [["text", "two wor"]]],
        ["path:\"/a b", [["term", "path", ":", "/a b"]]],
        ["\"", [["text", ""]]],
        ["level>=", [["term", "level", ">=", ""]]],
        ["x logger:", [["text", "x"], ["term", "logger", ":", ""]]],
    ];

    for (const [text, expected] of cases) {
        assert.deepEqual(brief(text), expected, text);
    }
});

test("a term matches", () => {
    for (const q of [
        // levels
        "level:error", "level:ERR", "level>=warning", "level>info",
        "level<critical", "level<=e", "-level:debug",
        // the same text, in any case; * is any text
        "logger:shop.orders", "logger:SHOP.Orders", "logger:shop.*",
        "logger:*.orders", "logger:*op*ord*", "rack_id:r42", "rack_id:*",
        "path:/api/*/4711", "method:post", "http.route:/api/orders",
        "-rack_id:r4", "-logger:orders",
        "\"two words\":\"a  B\"",
        // numbers
        "status:502", "status:5*", "status>=500", "status:500..599",
        "status:500..", "status:..502", "duration>500", "duration:812.50",
        "duration<1s", "duration>0.8s", "duration<=812.5ms", "duration<1m",
        "status_code:502", "duration_ms>=812.5", "retries>2", "retries:3.0",
        "-status>=503", "-status:400..499", "status>=5.02e2",
        // what is nested, lists, null, nothing
        "nested.deep.flag:true", "nested.list:two", "nested.list:1",
        "nested.list:null", "nested.deep.none:null", "nothing:null",
        "items.id:7", "items.id:8", "items.id>7", "empty:\"\"",
        "nested:*", "items:{\"id\":7}", "-nothing:*",
        // long texts: what has it in it
        "message:failed", "message:\"payment of\"", "exception:keyerror",
        "exception:\"traceback keyerror\"", "message:pay*fail",
        // aliases
        "request:req-7f3a", "request_id:REQ-7F3A",
        // times
        "time:03:41", "time:3:41:07", "time:03:41:07.395", "time:03:41..03:49",
        "time:23:50..03:41", "time:2026-11-22",
        "time:2026-11-22T03:40..2026-11-22T03:41", "time>=03:41",
        "time<=03:41", "time>03:40", "time<03:42", "time:..03:41",
        "time:03:41..", "time:2026-11-22T03:41:07.395Z..",
        "time:2026-11-22T04:41:07+01:00", "time:\"2026-11-22 03:41\"",
        "timestamp:2026-11-22T03:41:07.395827+00:00",
        "-time:03:42",
        // together
        "level:error status:502 \"payment\" failed", "payment -\"unpaid\"",
    ]) {
        assert.ok(finds(q), q);
    }
});

test("a term does not match", () => {
    for (const q of [
        "level:warning", "level>error", "level<error", "-level:error",
        "logger:orders", "logger:shop.orders.*", "logger:sh*x",
        "logger:\"shop.*\"", "rack_id:r4", "rack_id:r421", "-rack_id:*",
        "nothing:*", "nothing:\"\"", "empty:null", "method:POSTS",
        "path:/api/orders/4711*4711", "-path:/api*",
        "status:50", "status>502", "status<502", "status:400..499",
        "status:..501", "duration<500", "duration>1s", "retries>3",
        "rack_id>1", "rack_id:0..99", "nested.list:3", "nested.list>1",
        "items.id>8", "items.id:78", "nested.deep:x", "message:order:4712",
        "message:fail*pay", "exception:traceback*failed", "request:7f3a",
        "time:03:42", "time>03:41", "time<03:41", "time:04:00..05:00",
        "time:2026-11-23", "time:2026-11-22T03:41:07.396Z..", "-time:03:41",
        "time:03:41..03:40:59.999 time:03:42",
        "level:error status:200", "payment -\"FAILED\"", "unpaid level:error",
    ]) {
        assert.ok(!finds(q), q);
    }
});

test("a record without the field, and one without a time", () => {
    const bare = { level: "INFO", message: "x", timestamp: "soon" };

    for (const q of ["status>=500", "status<500", "duration:1", "rack_id:*",
        "nothing:null", "time:03:41", "time>=2026-01-01", "time<03:41"]) {
        assert.ok(!finds(q, bare), q);
        assert.ok(finds(`-${q}`, bare), `-${q}`);
    }
});

test("values of any type are no error", () => {
    for (const value of [0, -1, true, null, "", "x", [], [[1], {}], {},
        { list: { id: 1 } }, "1e400", "\u0000"]) {
        const record = { level: value, timestamp: value, logger: value,
            message: value, status_code: value, rack_id: value,
            duration_ms: value, nested: value, items: value };

        for (const q of ["level:error", "time:03:41", "logger:x*",
            "message:x", "status>=500", "rack_id:r", "duration<1s",
            "nested.list.id:1", "items.id:1"]) {
            assert.equal(typeof finds(q, record), "boolean", q);
        }
    }
});

test("large integers are compared by their digits", { skip:
    !JSON.rawJSON }, () => {
    const record = { rack_id: JSON.rawJSON("12345678901234567890") };

    assert.ok(finds("rack_id:12345678901234567890", record));
    assert.ok(!finds("rack_id:12345678901234567891", record));
    assert.ok(!finds("rack_id.rawJSON:*", record));
});

test("names are those of fields, at any depth", () => {
    for (const name of ["rack_id", "nested", "nested.list", "nested.deep.none",
        "http.route", "items.id", "nothing"]) {
        assert.ok(hasKey(order, name), name);
    }

    for (const name of ["rack", "nested.", ".nested", "nested.list.0",
        "items.0", "items.length", "toString", "message.length", ""]) {
        assert.ok(!hasKey(order, name), name);
    }
});

test("a wrong value says so", () => {
    for (const q of ["level>=foo", "level:", "level:\"\"", "status>=abc",
        "status>=", "status:abc", "status:", "duration>5x", "duration:soon",
        "rack_id>r1", "rack_id:", "time:x", "time:", "time:..", "time:25:00",
        "time:03:41..x", "time:03:41..2026-11-22", "time:1..2..3",
        "time>=03:41..03:42", "time:2026-13-01", "timestamp:x",
        "time:03:41+01:00", "logger>x", "message>x"]) {
        const [name] = q.split(/[:<>]/);

        for (const box of ["q", "x"]) {
            assert.throws(() => filter({ [box]: q }), (error) =>
                error instanceof SyntaxError
                    && error.message.includes(`“${name}`), `${box}=${q}`);
        }
    }
});

test("a field with the name of a known one counts beside it", () => {
    const paid = { ...order, status: "paid", time: "noon", request: "GET" };
    const more = { known: (name) => hasKey(paid, name), utc: true };

    for (const q of ["status:paid", "status:502", "status>=500", "time:noon",
        "time:03:41", "request:get", "request:req-7f3a"]) {
        assert.ok(finds(q, paid, more), q);
    }

    for (const q of ["status:open", "time:ten", "status<500"]) {
        assert.ok(!finds(q, paid, more), q);
    }

    assert.throws(() => filter({ q: "status>=abc" }, more), SyntaxError);
});

test("names that no line has are plain text", () => {
    const none = { known: () => false, utc: true };

    assert.ok(finds("order:4711", order, none));
    assert.ok(finds("http://x", order, none));
    assert.ok(!finds("rack_id:r42", order, none));
    assert.ok(finds("rack_id:r42", { message: "at rack_id:r42 now" }, none));
});

test("Regex: no terms", () => {
    const entry = makeEntry({ level: "ERROR", message: "level:error now" });

    assert.ok(matchesText(filter({ q: "level:(error|x)", re: true }), entry));
    assert.ok(!matchesText(filter({ q: "level:info", re: true }),
        makeEntry({ level: "INFO", message: "x" })));
});

test("Exclude takes away what all of its terms match", () => {
    const shown = (x, record) => matchesText(filter({ x }), makeEntry(record));
    const access = { logger: "nginx.access", status_code: 200, message: "m" };

    assert.ok(!shown("logger:nginx.access", access));
    assert.ok(!shown("logger:nginx.access status<400", access));
    assert.ok(shown("logger:nginx.access status>=400", access));
    assert.ok(shown("-logger:nginx.access", access));
    assert.ok(!shown("-logger:nginx.access", order));
    assert.ok(shown("\"\"", access), "an empty phrase asks for nothing");
});

test("what is marked: phrases, and what long texts are searched for", () => {
    const { pattern } = filter({ q: "pay \"payment of\" exception:keyerror "
        + "level:error -message:failed -\"at\" rack_id:r42" });

    assert.deepEqual(findHits(pattern, order.message), [[0, 10]]);
    assert.deepEqual(findHits(pattern, order.exception), [[10, 18]]);
    assert.equal(filter({ q: "level:error" }).pattern, null);
    assert.ok(filter({ q: "level:error" }).searches);
    assert.ok(!filter({ x: "level:error" }).searches);
});

test("times without a zone are local, or UTC", () => {
    const record = { timestamp: "2026-07-01T23:30:00.500Z" };
    const local = new Date(record.timestamp);
    const clock = `${local.getHours()}:${`${local.getMinutes()}`
        .padStart(2, "0")}`;
    const here = { known, utc: false };

    assert.ok(finds(`time:${clock}`, record, here));
    assert.ok(finds("time:23:30", record));
    assert.ok(finds("time:23:30Z", record, here));
    assert.ok(finds("time:2026-07-01T23:30Z", record, here));
    assert.ok(finds("time:2026-07-01", record));
});

test("a term is written so that it is read as it was meant", () => {
    const values = ["r42", "", " ", "two words", "a\"b", "\"a\"", "\\", "a\\",
        "\\\"", "*", "a*b", "null", ">5", "<", ">=500", "1..2", "..", "ü ß",
        ":", "a:b", "-x", "(", "\u202e", "two\nlines", "tab\t", "x".repeat(200),
        "\x1b[31mred\x1b[0m", 5, -1.5, 0, true, false, null];

    for (const value of values) {
        for (const not of [false, true]) {
            for (const name of ["rack_id", "a b", "a:b", "\"", "-x", "a=b",
                "ü", "a.b", "\\", "<", "http.route"]) {
                const record = { [name]: value };
                const q = formatTerm({ name, value, not });
                const [piece, ...rest] = parseTerms(q, () => true);

                assert.ok(!/[\r\n]/.test(q), q);
                assert.deepEqual(rest, [], q);
                assert.deepEqual([piece.name, piece.not], [name, not], q);
                assert.equal(finds(q, record,
                    { known: () => true, utc: true }), !not, q);
                assert.equal(finds(q, { [name]: "another" },
                    { known: () => true, utc: true }), not, q);
            }
        }
    }

    assert.equal(formatTerm({ name: "status", op: ">=", value: 500 }),
        "status>=500");
    assert.equal(formatTerm({ name: "logger", value: "nginx.access",
        not: true }), "-logger:nginx.access");
    assert.equal(formatTerm({ name: "time", op: ":", value:
        "2026-11-22T03:41:07.000Z..2026-11-22T03:42:07.000Z" }),
    "time:2026-11-22T03:41:07.000Z..2026-11-22T03:42:07.000Z");
});

test("a term is added once, and takes the place of its opposite", () => {
    const add = (text, term, instead) =>
        withTerm(text, { op: ":", ...term }, known, instead);
    const r42 = { name: "rack_id", value: "r42" };

    for (const [text, term, expected, instead] of [
        ["", r42, "rack_id:r42"],
        ["two words", r42, "two words rack_id:r42"],
        ["rack_id:r42 x", r42, "rack_id:r42 x"],
        ["x -rack_id:r42 y", r42, "x y rack_id:r42"],
        ["rack_id:r42", { ...r42, not: true }, "-rack_id:r42"],
        ["rack_id:r41", r42, "rack_id:r41 rack_id:r42"],
        ["rack_id:r41 -rack_id:r4 x", r42, "x rack_id:r42", true],
        ["\"open phrase", r42, "rack_id:r42 \"open phrase"],
        ["x path:\"open", r42, "rack_id:r42 x path:\"open"],
        ["\"a \"b", r42, "rack_id:r42 \"a \"b"],
        ["T<\"", { ...r42, value: "a b" }, "rack_id:\"a b\" T<\""],
        ["level>=", r42, "rack_id:r42 level>="],
    ]) {
        const text2 = add(text, term, instead);

        assert.equal(text2, expected);
        assert.equal(add(text2, term, instead), expected, "once");
    }
});

test("terms of a name are taken away", () => {
    for (const [text, expected] of [
        ["time:03:41..03:49 x", "x"], ["x time>=03:41 y -time:04:00", "x y"],
        ["x", "x"], ["\"time:03:41\"", "\"time:03:41\""], ["", ""],
    ]) {
        assert.equal(withoutTerms(text, "time", known), expected);
    }
});

test("a value with many * is not slow", () => {
    const record = { path: "a".repeat(50000) };
    const term = { name: "path", op: ":", value: `${"a*".repeat(50)}b`,
        bare: true, not: false };

    assert.ok(!compileTerm(term, context)(makeEntry(record)));
});

test("what can be asked for in a field: scalars, of a list or object too", () => {
    assert.deepEqual(leavesOf("a", "x"), [{ name: "a", value: "x" }]);
    assert.deepEqual(leavesOf("a", null), [{ name: "a", value: null }]);
    assert.deepEqual(leavesOf("a", [1, [2, 1], { b: true }]), [
        { name: "a", value: 1 }, { name: "a", value: 2 },
        { name: "a.b", value: true }]);
    assert.deepEqual(leavesOf("a", {}), []);
    assert.deepEqual(leavesOf("a", "x".repeat(201)), []);
    assert.equal(leavesOf("a", Array.from({ length: 99 }, (_, i) => i)).length,
        10);

    for (const leaf of leavesOf("nested", order.nested)) {
        assert.ok(finds(formatTerm(leaf)), formatTerm(leaf));
    }
});

test("the examples of docs/page.md", () => {
    const docs = readFileSync(new URL("../../../docs/page.md",
        import.meta.url), "utf8");
    const [, search] = /^## Search\n([^]*?)^## /m.exec(docs);
    const line = { level: "ERROR", logger: "orders", status_code: 502,
        duration_ms: 1600, request_id: "7f3a9", rack_id: "r42",
        timestamp: "2026-11-22T03:41:07Z", trace_id: "0af7", retries: 3,
        order: { lines: [{ sku: "A 7" }] }, exception: "KeyError: x",
        message: "two words, timeout" };
    const other = { level: "INFO", logger: "nginx.access", status_code: 404,
        duration_ms: 3, request_id: "1", rack_id: "r421", message: "other",
        timestamp: "2026-11-21T03:50:00Z", retries: 4 };
    const docContext = { known: (name) => hasKey(line, name), utc: true };
    const table = [...search.matchAll(/^\| (`.*) \|$/gm)]
        .flatMap(([, row]) => [...row.matchAll(/`([^`]+)`/g)])
        .map(([, code]) => code)
        .filter((code) => /[":<>]/.test(code) && !/^[<>]=?$/.test(code));
    const finding = (q) => [line, other].map((record) =>
        finds(q, record, docContext)).join();

    assert.ok(table.length >= 18, `${table.length} examples`);

    for (const code of table) {
        assert.ok(parseTerms(code, docContext.known).every((piece) =>
            piece.name || code.includes(`"${piece.value}"`)), code);
        // the other line has the logger of nginx, and no trace ID
        assert.equal(finding(code), {
            "logger:nginx.*": "false,true",
            "logger:nginx.access": "false,true",
            "status:400..499": "false,true",
            "-trace_id:*": "false,true",
            "-\"timeout\"": "false,true",
        }[code] ?? "true,false", code);
    }

    assert.equal(finding("retries:3.0"), "true,false");
    assert.match(search, /`retries:3.0`/);
    assert.throws(() => filter({ q: "status>=abc" }, docContext));
});

test("a value that is no text and no number does not end the search", () => {
    const odd = { message: "m", id: { toString: 1, valueOf: null },
        list: [{ toString: "1" }, ["7"], null, true] };
    const own = { known: (name) => hasKey(odd, name), utc: true };

    for (const q of ["id>5", "id:5", "list>=0", "list:1..9"]) {
        finds(q, odd, own);
    }

    assert.equal(finds("list:7", odd, own), true);
    assert.equal(finds("list>7", odd, own), false);
});

test("of two ids that are the same number, one is not the other", () => {
    const one = { message: "m", id: "12345678901234567890" };
    const own = { known: (name) => hasKey(one, name), utc: true };

    assert.equal(finds("id:12345678901234567890", one, own), true);
    assert.equal(finds("id:12345678901234567891", one, own), false);
    assert.equal(finds("id>12345678901234000000", one, own), true);
});
