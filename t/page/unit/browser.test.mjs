// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { apiAddress, cleanToken, readApi, signInAddress } from "../../../ngx_rackscope_logs/page/browser.js";
import { orderFields } from "../../../ngx_rackscope_logs/page/details.js";
import { adviceFor, clearAdvice, stateWords } from "../../../ngx_rackscope_logs/page/status.js";

const here = new URL("https://rack.example/app/logs");

function storage(values) {
    globalThis.localStorage = { getItem: (key) => values[key] ?? null };
}

test("a token, also as JSON; what no header can hold is none", () => {
    for (const [text, expected] of [["abc.def-_~+/=", "abc.def-_~+/="],
        ["\"abc\"", "abc"], ["  abc\n", "abc"], [null, ""], ["", ""],
        ["null", "null"], ["\"a\\nb\"", ""], ["a b", ""], ["ü", ""],
        ["\"\\u", "\"\\u"], ["\"a\"b\"", ""]]) {
        assert.equal(cleanToken(text), expected, text);
    }
});

test("the API's address, and the token of each moment", () => {
    const values = { "app.token": "one" };
    storage(values);

    const api = readApi({ dataset: { api: "/x/api/logs",
        tokenKey: "app.token" } }, here);

    assert.equal(api.address, "https://rack.example/x/api/logs");
    assert.deepEqual(api.headers(), { Authorization: "Bearer one" });
    values["app.token"] = "\"two\"";
    assert.deepEqual(api.headers(), { Authorization: "Bearer two" });
    delete values["app.token"];
    assert.deepEqual(api.headers(), {});
});

test("without a key no token goes out, nor to another origin", () => {
    storage({ undefined: "one", token: "one" });

    assert.deepEqual(readApi({ dataset: {} }, here).headers(), {});
    assert.equal(readApi({ dataset: {} }, here).address,
        "https://rack.example/api/logs");
    assert.deepEqual(readApi({ dataset: { tokenKey: "token",
        api: "https://elsewhere.example/api/logs" } }, here).headers(), {});
    assert.deepEqual(readApi({ dataset: { tokenKey: "token",
        api: "//elsewhere.example/api/logs" } }, here).headers(), {});
});

test("several APIs: the one that the address names, or the first", () => {
    const dataset = { api: "/a/b\n/c The  shop\n/d <x> & y" };
    const read = (search) => readApi({ dataset },
        new URL(`https://rack.example/logs${search}`));
    const path = (search) => new URL(read(search).address).pathname;

    assert.deepEqual(read("").names, ["/a/b", "The  shop", "<x> & y"]);
    assert.equal(read("").name, "/a/b");
    assert.equal(path("?zone=/a/b"), "/a/b");
    assert.equal(path("?q=1&zone=The++shop"), "/c");
    assert.equal(path("?zone=%3Cx%3E+%26+y"), "/d");

    for (const zone of ["", "/c", "/d", "//evil.example", "the shop"]) {
        const api = read(`?zone=${encodeURIComponent(zone)}`);

        assert.equal(new URL(api.address).pathname, "/a/b", zone);
        assert.equal(api.wanted, zone);
    }
    assert.equal(read("").wanted, null);
});

test("the address of another API keeps all but the line", () => {
    const names = ["one", "two & <b>"];
    const to = (name, from) => apiAddress({ names }, name,
        new URL(`https://rack.example${from}`));

    assert.equal(to("two & <b>", "/logs?q=a+b#L7"),
        "/logs?q=a+b&zone=two+%26+%3Cb%3E");
    assert.equal(to("one", "/logs?zone=x&level=error"), "/logs?level=error");
    assert.equal(to("one", "/logs?zone=x#L7"), "/logs");
});

test("where one signs in, and the way back", () => {
    const from = (url) => new URL(url, "https://rack.example");
    const next = (url) => signInAddress("/in", from(url));

    assert.equal(next("/logs"), "/in?next=%2Flogs");
    assert.equal(next("/logs?q=a%26b#L7"), "/in?next=%2Flogs%3Fq%3Da%2526b%23L7");
    assert.equal(next("https://rack.example//evil.example/logs"),
        "/in?next=%2Fevil.example%2Flogs");
    assert.equal(next("https://rack.example/\\/evil.example/logs"),
        "/in?next=%2Fevil.example%2Flogs");
    assert.equal(signInAddress("/in?a=b", from("/logs")),
        "/in?a=b&next=%2Flogs");
    assert.equal(signInAddress("/in?rd=", from("/logs")), "/in?rd=%2Flogs");
});

test("a storage that is forbidden is no error", () => {
    globalThis.localStorage = { getItem() {
        throw new DOMException("no", "SecurityError");
    } };

    assert.deepEqual(readApi({ dataset: { tokenKey: "token" } }, here)
        .headers(), {});
});

test("fields: every one once, a traceback last", () => {
    const record = JSON.parse("{\"_seq\":1,\"zeta\":1,\"__proto__\":2,"
        + "\"exception\":\"e\",\"message\":\"m\",\"timestamp\":\"t\"}");

    assert.deepEqual(orderFields(record),
        ["_seq", "zeta", "__proto__", "message", "timestamp", "exception"]);
    assert.deepEqual(orderFields({}), []);
});

test("what the status says", () => {
    assert.equal(stateWords("live", false), "Live");
    assert.equal(stateWords("live", true), "Paused");
    assert.equal(stateWords("resting", false), "Paused");
    assert.equal(stateWords("limit", true), "Paused · Too many viewers");
    assert.equal(stateWords("signin", false), "Sign-in needed");
});

test("what is said about a problem", () => {
    assert.equal(adviceFor("error", { status: 500, message: "fire" }),
        "The logs cannot be read. Trying again. (500: fire)");
    assert.match(adviceFor("error", { status: 500, message: "" }),
        /who is an admin does not answer\. \(500\)/);
    assert.match(adviceFor("error", { status: 502, message: "" }),
        /cannot be read/);
    assert.match(adviceFor("error", { status: 404, message: "" }),
        /no logs .*\(404\)/);
    assert.match(adviceFor("reconnecting", { message: "" }),
        /cannot be reached/);
    assert.match(adviceFor("limit", null), /5 s/);
});

test("why clearing failed", () => {
    const why = (state, status, message) =>
        clearAdvice({ name: "Error", state, status, message });

    assert.equal(why("denied", 403, "not you"),
        "Clearing failed. Only an admin may clear the logs. (403: not you)");
    assert.match(why("signin", 401, ""), /failed\. Sign in .*clear.* \(401\)$/);
    assert.match(why("error", 404, ""), /failed\. There are no logs .*\(404\)$/);
    assert.match(why("error", 500, "fire"), /refused\. \(500: fire\)$/);
    assert.match(why("error", 500, ""), /failed\. The service .*\(500\)$/);
    assert.equal(clearAdvice(new TypeError("Failed to fetch")),
        "Clearing failed. The server cannot be reached.");
    assert.equal(clearAdvice(new DOMException("x", "TimeoutError")),
        "Clearing failed. The server did not answer in time.");
});
