// SPDX-License-Identifier: BSD-2-Clause

// A traceback among the details of a record. The frames of libraries are folded
// away, unless one of them has a hit of the search.

import { causeOf, splitFrames } from "./cause.js";
import { paintFrom, styledParts } from "./colours.js";
import { make, putText } from "./row.js";
import { formatCount, stripAnsi, toText } from "./text.js";

// What went wrong, as the first thing of the details; null if nothing says it.

export function buildCause(entry, pattern) {
    const text = entry.cause ??= causeOf(toText(entry.record.exception));
    const cause = text && make("p", "cause");

    if (cause) {
        putText(cause, text, pattern);
    }

    return cause || null;
}

// A row is built anew when the filter changes, so the entry keeps what its
// reader has unfolded.

function buildFold(box, frames, entry, i) {
    const folded = make("details");
    const summary = make("summary", "", formatCount(frames, "library frame"));

    entry.unfolded ??= new Set();
    folded.open = entry.unfolded.has(i) || box.querySelector("mark") !== null;
    folded.append(summary, box);

    // before it opens or closes
    summary.addEventListener("click", () =>
        entry.unfolded[folded.open ? "delete" : "add"](i));
    return folded;
}

export function buildTrace(entry, pattern) {
    const text = entry.record.exception;
    const trace = make("div", "trace");
    const parts = styledParts(text);
    let at = 0;

    for (const [i, piece] of splitFrames(stripAnsi(text)).entries()) {
        const box = make("div");

        putText(box, piece.text, pattern);
        paintFrom(box, parts, at);
        at += piece.text.length + 1;
        trace.append(piece.frames ? buildFold(box, piece.frames, entry, i) : box);
    }

    return trace;
}
