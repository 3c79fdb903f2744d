// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { Signals } from "../../../ngx_rackscope_logs/page/signals.js";
import { makeEntry } from "../../../ngx_rackscope_logs/page/store.js";

function start(hidden) {
    const icon = {
        href: "data:image/svg+xml,%3Csvg%3E%3C/svg%3E",
        getAttribute: () => icon.href,
        setAttribute: (name, value) => {
            icon[name] = value;
        },
    };
    const document = { title: "Shop logs", hidden, querySelector: () => icon };
    const signals = new Signals(document);

    return { document, icon, signals,
        add: (level) => signals.add(makeEntry({ level })) };
}

test("a hidden tab counts errors, and nothing else", () => {
    const { document, icon, add } = start(true);
    const before = icon.href;

    for (const level of ["INFO", "WARNING", "odd"]) {
        add(level);
    }

    assert.equal(document.title, "Shop logs");
    assert.equal(icon.href, before);
    add("ERROR");
    assert.equal(document.title, "(1) Shop logs");
    assert.match(icon.href, /^data:image\/svg\+xml,%3Csvg%3E%3Ccircle.*svg%3E$/);
    add("CRITICAL");
    assert.equal(document.title, "(2) Shop logs");
});

test("who returns sees neither, and it begins anew", () => {
    const { document, icon, signals, add } = start(true);
    const before = icon.href;

    add("ERROR");
    signals.end();
    assert.equal(document.title, "Shop logs");
    assert.equal(icon.href, before);
    add("ERROR");
    assert.equal(document.title, "(1) Shop logs");
});

test("a tab that is seen says nothing", () => {
    const { document, add } = start(false);

    add("ERROR");
    assert.equal(document.title, "Shop logs");
});
