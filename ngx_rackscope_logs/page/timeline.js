// SPDX-License-Identifier: BSD-2-Clause

// The lines of one request in the order of their times. nginx writes its own
// when the request is over, so they come in another order.

import { toText } from "./text.js";

// Who says something of a request, in the order of the columns.

export const SOURCES = ["nginx.access", "nginx.error", "backend"];

export function sourceOf({ logger }) {
    return SOURCES.includes(logger) ? logger : "backend";
}

export function isOfRequest({ mark, record }, id) {
    return !mark && toText(record.request_id) === id;
}

// The time in ms, with the µs, which Date.parse() drops.

function instant({ time, record }) {
    const micro = /\.\d{3}(\d+)/.exec(toText(record.timestamp))?.[1] ?? 0;

    return time + Number(`0.${micro}`);
}

// Of lines of the same time, those of nginx come last; lines without a time
// come after all others. "gap" is the number of ms since the line before, or
// null.

export function makeTimeline(entries) {
    const lines = entries.map((entry) => ({ entry, at: instant(entry),
        source: sourceOf(entry), gap: null }));
    const order = ({ at, source, entry }) =>
        [Number.isNaN(at) ? Infinity : at, -SOURCES.indexOf(source),
            entry.index];

    lines.sort((a, b) => {
        const [one, other] = [order(a), order(b)];
        const i = one.findIndex((value, n) => value !== other[n]);

        return i < 0 ? 0 : one[i] - other[i];
    });

    lines.forEach((line, i) => {
        const gap = line.at - lines[i - 1]?.at;

        line.gap = Number.isNaN(gap) ? null : gap;
    });

    return lines;
}

export function formatGap(ms) {
    if (ms >= 60000) {
        const seconds = Math.round(ms / 1000);

        return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    }

    return ms >= 999.5 ? `${+(ms / 1000).toFixed(2)} s`
        : `${+ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
