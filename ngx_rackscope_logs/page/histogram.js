// SPDX-License-Identifier: BSD-2-Clause

// How many lines there were when: the bars of the chart above the list.

import { LEVELS } from "./store.js";
import { dayNumber, formatCount, formatTime } from "./text.js";

// The width of a bar in ms is one of these, or some days.
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const STEPS = [10, 20, 50, 100, 200, 500,
    ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800]
        .map((s) => s * SECOND),
    ...[1, 2, 3, 6, 12].map((h) => h * HOUR)];

// A clock that is wrong by more than this makes no room in the chart.
const STRANGE = 30 * DAY;

// What a level adds to the height of a bar at least: one error must be seen
// beside a thousand lines.
const LEAST_HEIGHT = 2;

// The least and the greatest of the times, without those that are strange: too
// far from the time in the middle.

function findSpan(times) {
    const sorted = Float64Array.from(times).sort();
    const middle = sorted[sorted.length >> 1];
    const usual = sorted.filter((time) => Math.abs(time - middle) <= STRANGE);

    return [usual[0], usual.at(-1)];
}

function findStep(span, most) {
    const least = span / most;

    return STEPS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
}

// Makes no more than "most" bars of the lines that match: from the first of all
// lines to the last or, if "limited", from the first that matches to the last.
// Returns null if there is no such line with a time. "counts" has a number for
// each level, in the order of LEVELS, of which the first also counts unknown
// levels. "others" is the number of lines that do not match, and "first" is the
// first line that does.

export function makeHistogram(entries, most, limited) {
    const timed = entries.filter(({ mark, time }) =>
        !mark && !Number.isNaN(time));
    const spread = timed.filter(({ match }) => match || !limited);

    if (!spread.length) {
        return null;
    }

    const [from, to] = findSpan(spread.map(({ time }) => time));
    // both ends may be within a bar
    const step = findStep(to - from, most - 1);
    const start = Math.floor(from / step) * step;
    const bars = Array.from({ length: Math.floor((to - start) / step) + 1 },
        (_, i) => ({ start: start + i * step, counts: LEVELS.map(() => 0),
            total: 0, others: 0, first: null }));

    for (const entry of timed) {
        const bar = bars[Math.floor((entry.time - start) / step)];

        if (bar && entry.match) {
            bar.counts[Math.max(0, entry.rank)]++;
            bar.total++;
            bar.first ??= entry;
        } else if (bar) {
            bar.others++;
        }
    }

    return { bars, step, start,
        most: Math.max(...bars.map(({ total }) => total)) };
}

// The outlines of the bars, as the "d" of an SVG path for each level, the worst
// level at the bottom. A bar is 1 wide, and no bar is higher than "height".

export function drawBars({ bars, most }, height) {
    const scale = (height - LEAST_HEIGHT * LEVELS.length) / (most || 1);
    const paths = LEVELS.map(() => "");

    bars.forEach(({ counts }, x) => {
        let y = height;

        for (let i = counts.length - 1; i >= 0; i--) {
            if (counts[i]) {
                const high = +(LEAST_HEIGHT + counts[i] * scale).toFixed(1);

                paths[i] += `M${x + 0.1} ${+y.toFixed(1)}v-${high}h.8v${high}z`;
                y -= high;
            }
        }
    });

    return paths;
}

// The bars without a line that matches, but with others.

export function drawOthers({ bars }, height) {
    return bars.map(({ total, others }, x) =>
        (others && !total ? `M${x + 0.1} ${height}v-1h.8v1z` : "")).join("");
}

// A time, as exact as bars of this width need it, with the day if it is not
// that of "today".

export function formatEdge(ms, { step }, utc, today) {
    const time = formatTime(ms, utc).slice(0, step < SECOND ? 12 : 8);

    if (dayNumber(ms, utc) === dayNumber(today, utc)) {
        return time;
    }

    const day = new Intl.DateTimeFormat("en-GB", {
        day: "numeric", month: "short", timeZone: utc ? "UTC" : undefined,
    }).format(ms);

    return `${day} ${time}`;
}

// The value of a term that limits the lines to those of these bars: it is the
// same for every reader, wherever they are.

export function formatLimits({ bars, step }, first, last, utc) {
    const zone = (ms) => (utc ? 0 : -new Date(ms).getTimezoneOffset());
    const two = (n) => String(n).padStart(2, "0");
    const format = (ms) => {
        const minutes = zone(ms);
        const clock = new Date(ms + minutes * 60000).toISOString()
            .slice(0, step < SECOND ? 23 : 19);
        const ahead = Math.abs(minutes);

        return clock + (minutes
            ? `${minutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:`
                + two(ahead % 60)
            : "Z");
    };

    return `${format(bars[first].start)}..`
        + format(bars[last].start + step - (step < SECOND ? 1 : SECOND));
}

const NOUNS = ["", "", "warning", "error", "critical error"];

// What the lines of some bars are, the worst level first.

export function describeBars(bars) {
    const worst = NOUNS.map((noun, i) => {
        const count = bars.reduce((sum, { counts }) => sum + counts[i], 0);

        return noun && count ? `, ${formatCount(count, noun)}` : "";
    });
    const total = bars.reduce((sum, bar) => sum + bar.total, 0);

    return formatCount(total, "line") + worst.reverse().join("");
}
