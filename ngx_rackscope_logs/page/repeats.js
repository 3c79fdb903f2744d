// SPDX-License-Identifier: BSD-2-Clause

// Lines that repeat: neighbours in the list that are equal but for numbers and
// ids. They are a run, { lines, open }, of which the list has one row, that of
// the first line, or all rows if it is open. The "run" of a line that stands
// alone is null.

import { formatTime } from "./text.js";

// Of a longer message no number is looked for.
const KEY_LENGTH = 4000;

const VARIABLE = new RegExp([
    // UUIDs; IPv6 and MAC addresses
    "(?<![\\da-z])[\\da-f]{8}-(?:[\\da-f]{4}-){3}[\\da-f]{12}(?![\\da-z])",
    "(?<![\\w:])(?:[\\da-f]{0,4}:){2,7}[\\da-f]{0,4}(?![\\w:])",
    // ids of hexadecimal digits, and of digits and any letters
    "(?<![\\da-z])(?:0x[\\da-f]+|(?=[a-f]*\\d)[\\da-f]{6,}|[\\da-f]{16,}"
        + "|(?=[a-z]*\\d)[\\da-z]{16,})(?![\\da-z])",
    // numbers, versions, IPv4 addresses
    "[-+]?\\d+(?:[.,]\\d+)*(?:e[-+]?\\d+)?",
].join("|"), "gi");

// A message without its numbers and ids.

export function repeatKey(message) {
    return message.length > KEY_LENGTH ? message
        : message.replace(VARIABLE, "#");
}

// A line with a traceback is never a repeat. The row shows the status, so that
// has to be the same as well.

export function repeats(a, b) {
    const same = a.logger === b.logger && a.level === b.level
        && !a.mark && !b.mark && !a.record.exception && !b.record.exception
        && a.record.status_code === b.record.status_code
        && (a.key ??= repeatKey(a.message)) === (b.key ??= repeatKey(b.message));

    if (same) {
        // one string less to hold
        b.key = a.key;
    }

    return same;
}

// Whether a line of the list has no row of its own.

export function isFolded(line) {
    return line.run !== null && !line.run.open && line.run.lines[0] !== line;
}

// The lines that have a row. same() says whether two neighbours repeat, and
// stays() whether a line must have a row of its own. A run with a line that was
// in an open one is open.

export function foldLines(lines, same, stays) {
    const rows = [];

    for (let i = 0, end; i < lines.length; i = end) {
        end = i + 1;

        while (end < lines.length && same(lines[end - 1], lines[end])) {
            end++;
        }

        if (end === i + 1) {
            lines[i].run = null;
            rows.push(lines[i]);
        } else {
            rows.push(...foldRun(lines.slice(i, end), stays));
        }
    }

    return rows;
}

function foldRun(lines, stays) {
    const run = { lines, open: lines.some((line, i) => line.run?.open
        || (i > 0 && stays(line))) };

    for (const line of lines) {
        line.run = run;
    }

    return run.open ? lines : [lines[0]];
}

// Adds a line behind "last", the last one of all. Returns its run, if it is in
// one.

export function addLine(rows, last, line, same) {
    const run = last && same(last, line)
        ? last.run ??= { lines: [last], open: false } : null;

    line.run = run;
    run?.lines.push(line);

    if (!isFolded(line)) {
        rows.push(line);
    }

    return run;
}

// For example "× 57 · 03:41–03:49". Seconds are shown only if the minute is the
// same.

export function runText({ lines }, utc) {
    const times = lines.map(({ time }) => time)
        .filter((time) => !Number.isNaN(time));
    const [from, to] = [Math.min(...times), Math.max(...times)]
        .map((time) => times.length ? formatTime(time, utc) : "");
    const length = from.slice(0, 5) === to.slice(0, 5) ? 8 : 5;
    const range = from.slice(0, 8) === to.slice(0, 8) ? ""
        : ` · ${from.slice(0, length)}–${to.slice(0, length)}`;

    return `× ${lines.length.toLocaleString("en")}${range}`;
}
