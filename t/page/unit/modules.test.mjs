// SPDX-License-Identifier: BSD-2-Clause

// The build joins the modules to one script with little more than sed: what
// that rests on.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const folder = new URL("../../../ngx_rackscope_logs/page/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");
const names = read("modules").trim().split("\n");
const sources = new Map(names.map((name) => [name, read(name)]));

const exportsOf = (source) => [...source.matchAll(
    /^export (?:async )?(?:function|class|const|let) (\w+)/gm)]
    .map((match) => match[1]);

test("modules lists every module once, logs.js last", () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".js"));

    assert.deepEqual([...names].sort(), files.sort());
    assert.equal(names.at(-1), "logs.js");
});

test("imports are named, static, a line each, of what comes before", () => {
    for (const [name, source] of sources) {
        const lines = source.match(/^.*\bimport\b(?!ant).*$/gm) ?? [];

        for (const line of lines.filter((l) => !/^\s*\/\//.test(l))) {
            const [, what, from] = /^import \{ (.+) \} from "\.\/(.+)";$/
                .exec(line) ?? assert.fail(`${name}: ${line}`);

            assert.ok(names.indexOf(from) < names.indexOf(name)
                && sources.has(from), `${name} needs ${from} before it`);

            for (const one of what.split(", ")) {
                assert.ok(exportsOf(sources.get(from)).includes(one),
                    `${from} exports ${one}`);
                assert.ok(source.split(line)[1].match(
                    new RegExp(`\\b${one}\\b`)), `${name} uses ${one}`);
            }
        }
    }
});

test("exports are of declarations", () => {
    for (const [name, source] of sources) {
        for (const line of source.match(/^[ \t]*export\b.*$/gm) ?? []) {
            assert.match(line,
                /^export (?:async )?(?:function|class|const) \w+/, name);
        }
    }
});

test("what is exported is used elsewhere, or tested", () => {
    const tests = readdirSync(new URL(".", import.meta.url))
        .map((name) => readFileSync(new URL(name, import.meta.url), "utf8"))
        .join("\n");

    for (const [name, source] of sources) {
        const others = names.filter((other) => other !== name)
            .map((other) => sources.get(other)).join("\n") + tests;

        for (const one of exportsOf(source)) {
            assert.match(others, new RegExp(`\\b${one}\\b`),
                `${name}: ${one}`);
        }
    }
});

test("names at the top are unique over all modules", () => {
    const seen = new Map();
    const declaration
        = /^(?:export )?(?:async )?(?:function|class|const|let|var) (\w+)/gm;

    for (const [name, source] of sources) {
        for (const [, word] of source.matchAll(declaration)) {
            assert.ok(!seen.has(word),
                `${word} is in ${name} and in ${seen.get(word)}`);
            seen.set(word, name);
        }
    }
});

test("all of them together are one script without an error", () => {
    const joined = names.map((name) => sources.get(name))
        .join("\n").replace(/^import .*$/gm, "").replace(/^export /gm, "");

    // strict, as a module is; and there is nothing that waits at the top
    new vm.Script(`"use strict"; () => {${joined}}`);
});

test("nothing that Trusted Types or the policy forbid", () => {
    const wrong = new RegExp("innerHTML|outerHTML|insertAdjacentHTML"
        + "|document\\.write|\\beval\\b|new Function|DOMParser|srcdoc"
        + "|setAttribute\\(\"(?:style|on)|import\\.meta|import\\(");

    for (const [name, source] of sources) {
        assert.doesNotMatch(source, wrong, name);
    }
});

test("the document: what the build and nginx replace", () => {
    const html = read("logs.html");
    const lines = html.split("\n");
    const count = (line) => lines.filter((one) => one === line).length;

    assert.equal(lines[0], "<!doctype html>");
    assert.equal(lines[1], "<html lang=\"en\">");
    assert.equal(count("<link rel=\"stylesheet\" href=\"logs.css\">"), 1);
    assert.equal(
        count("<script type=\"module\" src=\"logs.js\"></script>"), 1);
    assert.doesNotMatch(html, /\sstyle=|\son\w+=/, "no inline styles, events");
});

test("every id that the script looks for is in the document", () => {
    const html = read("logs.html");

    for (const [name, source] of sources) {
        for (const [, id] of source.matchAll(
            /\b(?:ui\.|on\(")(\w+)/g)) {
            assert.ok(html.includes(`id="${id}"`), `${name}: ${id}`);
        }
    }
});
