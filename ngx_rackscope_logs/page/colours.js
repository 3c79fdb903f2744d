// SPDX-License-Identifier: BSD-2-Clause

// The colours that a program has given its text for a terminal. All of them
// become one of the seven that the style has for both themes, so that whatever
// a program asks for can be read.

import { ANSI, stripAnsi } from "./text.js";

// No more than this many parts of a text have a style.
const STYLED_PARTS = 300;

// 7, white, is the colour of all text, and 0, black, is gray.
const WHITE = 7;

// Styles by the code that sets them. 22 to 29 reset those of 2 to 9, and 22
// bold as well.
const WORDS = { 1: "bold", 2: "dim", 3: "italic", 4: "under", 9: "strike" };

// The bits of the number of a colour are red, green and blue.

function nearest(rgb) {
    const high = Math.max(...rgb);
    const low = Math.min(...rgb);

    return high - low < 48 ? (high < 160 ? 0 : WHITE)
        : rgb.reduce((sum, part, bit) =>
            sum + (part > (high + low) / 2 ? 1 << bit : 0), 0);
}

// The 256 colours: 16 by name, a cube of 6 levels each, and shades of gray.

function fromTable(n) {
    return n < 16 ? (n === 8 ? 0 : n % 8)
        : n > 231 ? nearest(Array(3).fill(n * 10 - 2312))
            : nearest([36, 6, 1].map((step) => {
                const level = Math.floor((n - 16) / step) % 6;

                return level && level * 40 + 55;
            }));
}

// 38 and 48 have arguments: 5 and a number, or 2 and three. Removes them.

function takeColour(codes) {
    const kind = codes.shift();

    return kind === 5 ? fromTable(codes.shift())
        : kind === 2 ? nearest(codes.splice(0, 3)) : undefined;
}

function applyCode(style, code, codes) {
    const tens = Math.floor(code / 10);

    if (code === 0) {
        for (const name of Object.keys(style)) {
            delete style[name];
        }
    } else if (code === 38 || code === 48) {
        style[code === 38 ? "ink" : "back"] = takeColour(codes);
    } else if (tens === 3 || tens === 9) {
        style.ink = code % 10 < 8 ? code % 10 : undefined;
    } else if (tens === 4 || tens === 10) {
        style.back = code % 10 < 8 ? code % 10 : undefined;
    } else if (code === 7 || code === 27) {
        style.inverse = code === 7;
    } else if (code < 30 && WORDS[code % 20]) {
        style[WORDS[code % 20]] = tens === 0;
        style.bold &&= code !== 22;
    }
}

// With a background, "ink" is its colour. The terminal's own, which is black
// for most, is none.

function classOf({ ink, back, inverse, ...words }) {
    const fill = inverse ? ink || WHITE : back;
    const colour = fill || (ink ?? (words.dim ? 0 : WHITE));
    const names = Object.values(WORDS).filter((word) => words[word]);

    if (colour !== WHITE) {
        names.push(`ink${colour}`);
    }

    if (fill) {
        names.push("filled");
    }

    return names.join(" ");
}

// The parts of stripAnsi(text) that have a style: [from, to, classes].

export function styledParts(text) {
    const parts = [];
    const style = {};
    let names = "";
    let at = 0;
    let last = 0;

    for (const { 0: code, index } of [...text.matchAll(ANSI),
        { 0: "", index: text.length }]) {
        const from = at;

        at += index - last;
        last = index + code.length;

        if (names && at > from) {
            parts.push([from, at, names]);
        }

        if (parts.length === STYLED_PARTS) {
            return parts;
        }

        if (/^(?:\x1b\[|\x9b)[\d;]*m$/.test(code)) {
            const codes = code.replace(/[^\d;]/g, "").split(";").map(Number);

            while (codes.length) {
                applyCode(style, codes.shift(), codes);
            }

            names = classOf(style);
        }
    }

    return parts;
}

function styled(text, names) {
    const span = document.createElement("span");

    span.className = `styled ${names}`;
    span.textContent = text;
    return span;
}

function paintNode(node, parts, start) {
    const text = node.data;
    const pieces = [];
    let at = 0;

    for (const [from, to, names] of parts) {
        const begin = Math.max(from - start, at);
        const end = Math.min(to - start, text.length);

        if (begin < end) {
            pieces.push(text.slice(at, begin), styled(text.slice(begin, end),
                names));
            at = end;
        }
    }

    if (pieces.length) {
        node.replaceWith(...pieces, text.slice(at));
    }
}

// Gives an element, which shows all of a text or some of it, the colours that
// the text asks for. Hits of the search keep their own.

export function paintStyles(element, text, plain = stripAnsi(text)) {
    if (text.length === plain.length) {
        return;
    }

    const shown = element.textContent;
    const from = plain.indexOf(shown.replace(/^…|…$/g, ""));

    if (from >= 0) {
        paintFrom(element, styledParts(text), from - shown.startsWith("…"));
    }
}

// The text of the element is that of the parts from "at" on.

export function paintFrom(element, parts, at) {
    for (const node of [...element.childNodes]) {
        const { length } = node.textContent;

        if (node.nodeType === Node.TEXT_NODE) {
            paintNode(node, parts, at);
        }

        at += length;
    }
}
