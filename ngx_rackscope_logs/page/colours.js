// SPDX-License-Identifier: BSD-2-Clause

// The colours that a program has given its text for a terminal. All of them
// become one of the seven that the style has for both themes, so that whatever
// a program asks for can be read.

import { ANSI, stripAnsi } from "./text.js";

// No more than this many parts of a text have a style.
const STYLED_PARTS = 300;

// 7, white, is the colour of all text, and 0, black, is gray.
const WHITE = 7;

// Beside the colours of the text and behind it, a style has the codes 1 (bold),
// 2 (dim), 4 (underlined) and 7 (inverse). 22, 24 and 27 take them away.
const PLAIN = { ink: undefined, back: undefined, 1: 0, 2: 0, 4: 0, 7: 0 };

// The bits of the number of a colour are red, green and blue.

function nearest(rgb) {
    const high = Math.max(...rgb);
    const low = Math.min(...rgb);

    return high - low < 48 ? (high < 160 ? 0 : WHITE)
        : rgb.reduce((sum, part, bit) =>
            sum + (part > (high + low + low) / 3 ? 1 << bit : 0), 0);
}

// The 256 colours: 16 by name, a cube of 6 levels each, and shades of gray.

function fromTable(n) {
    return n < 16 ? (n === 8 ? 0 : n % 8)
        : nearest(n > 231 ? [n * 10 - 2312]
            : [36, 6, 1].map((step) => Math.floor((n - 16) / step) % 6 * 51));
}

// "code" and those that follow it: 38 and 48 have arguments, which are 5 and a
// number, or 2 and three.

function applyCode(style, code, codes) {
    const colour = code % 10;
    const name = ["ink", "back"][Math.floor(code / 10) % 6 - 3];

    if (code === 0) {
        Object.assign(style, PLAIN);
    } else if (colour === 8 && name) {
        style[name] = codes.shift() === 5 ? fromTable(codes.shift())
            : nearest(codes.splice(0, 3));
    } else if (name) {
        style[name] = colour < 8 ? colour : undefined;
    } else if (code < 30) {
        style[colour] = code < 10;
        style[1] &&= code !== 22;
    }
}

// With a fill, "ink" is its colour. The terminal's own background, which is
// black for most, is none.

function classOf({ ink, back, 1: bold, 2: dim, 4: under, 7: inverse }) {
    const fill = inverse ? ink || WHITE : back;
    const colour = fill || (ink ?? (dim ? 0 : WHITE));

    return [bold && "bold", under && "under",
        colour !== WHITE && `ink${colour}`, fill && "filled"]
        .filter(Boolean).join(" ");
}

// The parts of stripAnsi(text) that have a style: [from, to, classes].

export function styledParts(text) {
    const parts = [];
    const style = { ...PLAIN };
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
