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
const work = mkdtempSync(join(tmpdir(), "shorten-"));

after(() => rmSync(work, { recursive: true }));

function file(script) {
    writeFileSync(join(work, "script"), script);
    return ["-f", program, join(work, "script")];
}

const shorten = (script) => execFileSync("awk", file(script),
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

const derived = new Derived(9);
const run = async (list) => [LIMIT, words, Base.limit, derived,
    derived.first2(1), derived.first2(null), await derived.words(list),
    outer(2, { words: 6, deep: { first: 8 } }),
    outer(0, { words: 6, deep: { first: 8 } }), (({ a, b = a }) => a + b)({ a: 1 })];
`;

test("a script does what it did, with shorter names", async () => {
    const run = (script) => vm.runInNewContext(
        `${script};run(["x", "", "y"]).then(JSON.stringify)`);
    const short = shorten(SCRIPT);

    assert.equal(await run(
        `${short};var run = ${/let (\w+)=async/.exec(short)[1]}`),
    await run(SCRIPT));
    assert.ok(short.length < SCRIPT.length * 0.7, `${short.length}`);
    assert.doesNotMatch(short, /\b(?:derived|LIMIT=|table)\b/);
    assert.match(short, /typeof\s+missing/, "what is not declared stays");
});

test("what it does not understand it refuses", () => {
    for (const [script, why] of [
        ["const a = `x${`y`}`;", /template literal/],
        ["const a = \"x;", /not understood/],
        ["const a = (1;", /brackets/],
    ]) {
        const { status, stderr } = spawnSync("awk", file(script),
            { encoding: "utf8" });

        assert.notEqual(status, 0, script);
        assert.match(stderr, why);
    }
});

test("the page's script is shorter by a fifth, and well formed", () => {
    const modules = readFileSync(new URL("modules", folder), "utf8").trim()
        .split("\n").map((name) => readFileSync(new URL(name, folder), "utf8"))
        .join("\n").replace(/^import .*$/gm, "").replace(/^export /gm, "")
        .replace(/^\s*\/\/.*$/gm, "").replace(/^\s+/gm, "");
    const short = shorten(modules);

    assert.ok(short.length < modules.length * 0.8);
    new vm.Script(`"use strict"; () => {${short}}`);
});
