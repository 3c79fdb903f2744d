// SPDX-License-Identifier: BSD-2-Clause

// The build shortens the names of variables: a script does the same after it.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const folder = new URL("../../../ngx_rackscope_logs/page/", import.meta.url);
const program = fileURLToPath(new URL("shorten", folder));
const fields = readFileSync(new URL("fields", folder), "utf8").trim()
    .replace(/\s+/g, " ");
const work = mkdtempSync(join(tmpdir(), "shorten-"));

after(() => rmSync(work, { recursive: true }));

function file(script, fields = "") {
    writeFileSync(join(work, "script"), script);
    return ["-v", `fields=${fields}`, "-f", program, join(work, "script")];
}

const shorten = (...args) => execFileSync("awk", file(...args),
    { encoding: "utf8" });

const SCRIPT = `
const LIMIT = 3, MORE = 4;
const { first, second: other = 5, ...rest } = { first: 1, third: { LIMIT } };
const words = [first, other, rest.third.LIMIT, /[/"]first/g.flags, MORE / 2 / 1];

class Base {
    static limit = LIMIT;
    name = "first";

    constructor({ first = LIMIT, other: [, item] = [0, 1] } = {}, ...values) {
        Object.assign(this, { first, item, values });
    }

    get other() {
        return this.first;
    }

    async words(words) {
        for (const word of words) {
            this.name += word ? \`\${word} \${this.other} first\` : "";
        }

        return { words, other: this.other, get first() { return words; } };
    }
}

class Derived extends Base {
    constructor(first) {
        super({ first }, ...words);
    }

    first2(first) {
        try {
            return first ? { first } : first.other;
        } catch (other) {
            return other instanceof TypeError && ((other) => other + 1)(first
                ?? 7);
        }
    }
}

function outer(other, { words, deep: { first: inner } }, fn = (a) => a * 2) {
    const table = { other, inner, fn: (words) => fn(words), "first": 1 };
    let count = other
        ? words : inner;

    switch (count) {
    case inner:
        count++;
        break;
    default:
        count = count - -1;
    }

    return [table.other, table.inner, table.fn(4), table.first, count, typeof
        missing, other ? { first: count } : [first]];
}

// What has a shorter form, and what looks so and has not.

const TEN = 10, ELEVEN = 11;
const SIX = 6;
const SEVEN = 7;
const EIGHT = (8);
const TEXT = "two " + "parts" + \` \${SIX} \` + "three " + "four".length + "";

function branches(a, b) {
    const list = [];
    const FIVE = 5
    const add = (one) => list.push(one)
    const two = (one, other = SIX) => { list.push(one, other); };
    let at = 0;

    if (a) {
        if (b) {
            add("both");
        }
    } else {
        add("none");
    }

    if (a) {
        add("a");
    } else if (b) {
        add("b");
    } else {
        return list;
    }

    for (const one of [1, 2]) {
        if (one > 1) {
            const more = one + +FIVE;
            add(more - -one);
        } else {
            two(one,);
        }
    }

    while (at < 2) {
        at++;
    }

    for (let i = 0, end = 2; i < end; i++) {
        const SEVEN = i;
        const more = { true: true, SIX, SEVEN, false: [false,,] };

        add(more);
    }

    do {
        at--
    } while (at > 0)
    ;[at, list[0]] = [list[0], EIGHT];

    return [list, at, SIX.toFixed(1), SEVEN / SIX / TEN + ELEVEN, TEXT, more => !more
        .true, a ? true : false, a
        + b];
}

const derived = new Derived(9);
const run = async (list) => [LIMIT, words, Base.limit, derived,
    derived.first2(1), derived.first2(null), await derived.words(list),
    outer(2, { words: 6, deep: { first: 8 } }),
    branches(true, true), branches(true), branches(0, 1), branches(),
    outer(0, { words: 6, deep: { first: 8 } }), (({ a, b = a }) => a + b)({ a: 1 })];
`;

test("a script does what it did, with shorter names", async () => {
    const run = (script) => vm.runInNewContext(
        `${script};run(["x", "", "y"]).then(JSON.stringify)`);
    const short = shorten(SCRIPT, "first2 deep inner");

    assert.equal(await run(
        `${short};var run = ${/(\w+)=async/.exec(short)[1]}`),
    await run(SCRIPT));
    assert.ok(short.length < SCRIPT.length * 0.7, `${short.length}`);
    assert.doesNotMatch(short, /\b(?:derived|LIMIT=|table)\b/);
    assert.doesNotMatch(short, /first2|deep|inner/, "nor fields");
    assert.match(short, /typeof\s+missing/, "what is not declared stays");
    assert.doesNotMatch(short, /\bconst\b|return true|,[)}]|else\{|"two "/);
});

test("what it does not understand it refuses", () => {
    for (const [script, why, fields] of [
        ["const a = `x${`y`}`;", /template literal/],
        ["const a = \"x;", /not understood/],
        ["const a = (1;", /brackets/],
        ["const a = { b: 1 };", /c, which is no property/, "b c"],
        ["const b = { a: \"b\" };", /b, which is no property/, "b"],
        ["const a = { b: \"b\" };", /b, which is a text/, "b"],
        ["const a = { b: dataset.b };", /b, which is a text/, "b"],
        ["const a = { b: `b` };", /b, which is a text/, "b"],
    ]) {
        const { status, stderr } = spawnSync("awk", file(script, fields),
            { encoding: "utf8" });

        assert.notEqual(status, 0, script);
        assert.match(stderr, why);
    }
});

test("no field is a name in JSON, or one of a setting", () => {
    const texts = readFileSync(new URL("../../docs/api.md", folder), "utf8");
    const { settings } = /const settings = \{(?<settings>[^}]*)\}/.exec(
        readFileSync(new URL("browser.js", folder), "utf8")).groups;

    for (const field of fields.split(" ")) {
        assert.ok(!texts.includes(`"${field}"`), field);
        assert.doesNotMatch(settings, new RegExp(`\\b${field}\\b`));
    }
});

test("the page's script is shorter by a fifth, and well formed", () => {
    const modules = readFileSync(new URL("modules", folder), "utf8").trim()
        .split("\n").map((name) => readFileSync(new URL(name, folder), "utf8"))
        .join("\n").replace(/^import .*$/gm, "").replace(/^export /gm, "")
        .replace(/^\s*\/\/.*$/gm, "").replace(/^\s+/gm, "");
    const short = shorten(modules, fields);

    assert.ok(short.length < modules.length * 0.8);
    new vm.Script(`"use strict"; () => {${short}}`);
});
