// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { styledParts } from "../../../ngx_rackscope_logs/page/colours.js";
import { stripAnsi } from "../../../ngx_rackscope_logs/page/text.js";

// Each part as "text: classes".

const read = (text) => styledParts(text).map(([from, to, names]) =>
    `${stripAnsi(text).slice(from, to)}: ${names}`);

test("what codes ask for", () => {
    const cases = [
        ["no codes", []],
        ["a\x1b[31mb\x1b[0mc", ["b: ink1"]],
        ["\x1b[32mto the end", ["to the end: ink2"]],
        ["\x1b[1;33mx\x1b[22my\x1b[39mz", ["x: bold ink3", "y: ink3"]],
        ["\x1b[94mblue\x1b[m \x1b[95mpink\x9b0m", ["blue: ink4", "pink: ink5"]],
        ["\x1b[1;4mall\x1b[22m;\x1b[24m;", ["all: bold under", ";: under"]],
        // others are not shown
        ["\x1b[3;5;9;21;53mx", []],
        // black and white are the page's own
        ["\x1b[30mx\x1b[90my\x1b[37mz\x1b[97m!", ["x: ink0", "y: ink0"]],
        ["\x1b[2mdim\x1b[22m.", ["dim: ink0"]],
        // a background
        ["\x1b[41;37mE\x1b[49mx\x1b[102mk\x1b[40mb", ["E: ink1 filled",
            "k: ink2 filled"]],
        ["\x1b[7mi\x1b[27mj\x1b[36;7mk\x1b[30ml", ["i: filled",
            "k: ink6 filled", "l: filled"]],
        // 256 colours, and all
        ["\x1b[38;5;9mx\x1b[38;5;208my\x1b[38;5;21mz", ["x: ink1", "y: ink3",
            "z: ink4"]],
        ["\x1b[38;5;240mx\x1b[38;5;250my\x1b[38;5;15mz", ["x: ink0"]],
        ["\x1b[38;2;255;0;200;1mx\x1b[48;2;0;90;0my", ["x: bold ink5",
            "y: bold ink2 filled"]],
        // codes that are no styles do not end one
        ["\x1b[36ma\x1b[Kb\x1b]8;;http://x/\x07c", ["a: ink6", "b: ink6",
            "c: ink6"]],
        // nonsense
        ["\x1b[38mx\x1b[38;5my\x1b[99999;77mz\x1b[38:5:1m!", ["x: ink0",
            "y: ink0"]],
    ];

    for (const [text, expected] of cases) {
        assert.deepEqual(read(text), expected, JSON.stringify(text));
    }
});

test("parts are in order, apart, within the text, and not too many", () => {
    const codes = ["\x1b[31m", "\x1b[1m", "\x1b[0m", "\x1b[48;5;99m", "\x1b[",
        "\x1b]0;", "\x07", "\x9b7m", "a", "bc", "…"];
    let seed = 7;

    for (let round = 0; round < 300; round++) {
        const text = Array.from({ length: 40 }, () => {
            seed = seed * 48271 % 2147483647;
            return codes[seed % codes.length];
        }).join("");
        let last = 0;

        for (const [from, to] of styledParts(text)) {
            assert.ok(from >= last && to > from, JSON.stringify(text));
            last = to;
        }

        assert.ok(last <= stripAnsi(text).length, JSON.stringify(text));
    }

    assert.equal(styledParts("\x1b[31mx".repeat(4000)).length, 300);
});

test("any text takes little time", () => {
    for (const text of ["\x1b[31m".repeat(4000), `\x1b[${"1;".repeat(8000)}m`,
        "\x1b[38;5;".repeat(2000), `\x1b[${"9".repeat(16000)}m`]) {
        const start = process.hrtime.bigint();

        styledParts(text);
        assert.ok(process.hrtime.bigint() - start < 2_000_000_000n);
    }
});
