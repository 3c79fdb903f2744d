// SPDX-License-Identifier: BSD-2-Clause

// Lines that repeat: neighbours in the list that are equal but for numbers and
// ids. They are a run, { lines, open }, of which the list has one row, that of
// the first line, or all rows if it is open. The "run" of a line that stands
// alone is null.

import { formatNumber, formatTime } from "./text.js";

// Of a longer message no number is looked for.
const KEY_LENGTH = 4000;

// IPv6 and MAC addresses; ids of hexadecimal digits, such as UUIDs, and of
// digits and any letters; numbers, versions, IPv4 addresses.

const VARIABLE = new RegExp("(?<![\\w:])(?:[\\da-f]{0,4}:){2,7}[\\da-f]{0,4}(?![\\w:])"
    + "|(?<![\\da-z])(?:0x[\\da-f]+|(?=[a-z]*\\d)(?:[\\da-z]{16,}"
    + "|[\\da-f]{6,}(?:-[\\da-f]{4,})*))(?![\\da-z])"
    + "|[-+]?\\d+(?:[.,]\\d+)*(?:e[-+]?\\d+)?", "gi");

// A message without its numbers and ids.

export function repeatKey(message) {
    return message.length > KEY_LENGTH ? message
        : message.replace(VARIABLE, "#");
}

// A line with a traceback is never a repeat. The row shows the status, so that
// has to be the same as well.

export function repeats(a, b) {
    const same = a.logger === b.logger && a.level === b.level
        && a.mark === b.mark
        && a.record.status_code === b.record.status_code
        && !a.record.exception && !b.record.exception
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

        const part = lines.slice(i, end);
        const run = end === i + 1 ? null : {
            lines: part,
            open: part.some((line, n) => line.run?.open || (n && stays(line))),
        };

        for (const line of part) {
            line.run = run;
        }

        rows.push(...(!run || run.open ? part : [part[0]]));
    }

    return rows;
}

// For example "× 57 · 03:41–03:49". Seconds are shown only if the minute is the
// same.

export function runText({ lines }, utc) {
    const times = lines.map(({ time }) => time)
        .filter((time) => !Number.isNaN(time));
    const [from, to] = times.length ? [Math.min, Math.max].map((most) =>
        formatTime(most(...times), utc).slice(0, 8)) : [];
    const length = from?.slice(0, 5) === to?.slice(0, 5) ? 8 : 5;

    return `× ${formatNumber(lines.length)}` + (from === to ? ""
        : ` · ${from.slice(0, length)}–${to.slice(0, length)}`);
}
