// SPDX-License-Identifier: BSD-2-Clause

// Which lines are shown: levels, a search, an exclusion; and how that is
// written in the address.

import { LEVELS } from "./store.js";
import { stripAnsi, toText } from "./text.js";

const FIELDS = ["path", "request_id", "exception"];

// Lines are not shown beyond this length, and so not marked.

const MARKED = 10000;

export function noFilter() {
    return { level: "", exact: false, q: "", re: false, x: "" };
}

export function readQuery(search) {
    const query = new URLSearchParams(search);
    const level = (query.get("level") ?? "").toUpperCase();

    return {
        level: LEVELS.includes(level) ? level : "",
        exact: query.get("exact") === "1",
        q: query.get("q") ?? "",
        re: query.get("re") === "1",
        x: query.get("x") ?? "",
        newest: query.get("order") === "newest",
    };
}

// Parameters that are not ours stay; ours are left out where they say what
// is so without them.

export function writeQuery(state, search) {
    const query = new URLSearchParams(search);
    const ours = {
        level: state.level.toLowerCase(),
        exact: state.exact ? "1" : "",
        q: state.q,
        re: state.re ? "1" : "",
        x: state.x,
        order: state.newest ? "newest" : "",
    };

    for (const [name, value] of Object.entries(ours)) {
        if (value) {
            query.set(name, value);
        } else {
            query.delete(name);
        }
    }

    const text = query.toString();

    return text ? `?${text}` : "";
}

// Case is ignored as Unicode sees it. The strict reading of a pattern comes
// first; the lenient one takes what people are used to, such as "\-".

export function toPattern(text, regex) {
    if (!text) {
        return null;
    }

    if (!regex) {
        return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu");
    }

    try {
        return new RegExp(text, "gimu");
    } catch {
        return new RegExp(text, "gim");
    }
}

function found(pattern, text) {
    // it is where the last one was found
    pattern.lastIndex = 0;

    const is = pattern.test(text);

    // and matchAll() would go on from there
    pattern.lastIndex = 0;
    return is;
}

// The state as it is applied; throws a SyntaxError that says what is wrong.

export function compileFilter(state) {
    return {
        rank: LEVELS.indexOf(state.level),
        exact: state.exact,
        pattern: toPattern(state.q, state.re),
        exclude: toPattern(state.x, state.re),
    };
}

export function isFiltering(filter) {
    return Boolean(filter.rank >= 0 || filter.pattern || filter.exclude);
}

// The field in which a line has a hit, else "".

export function hitField(pattern, entry) {
    if (found(pattern, entry.message)) {
        return "message";
    }

    if (found(pattern, entry.logger)) {
        return "logger";
    }

    return FIELDS.find((field) => {
        const text = toText(entry.record[field]);
        return text && found(pattern, stripAnsi(text));
    }) ?? "";
}

export function matchesText(filter, entry) {
    return entry.mark !== null
        || ((!filter.pattern || hitField(filter.pattern, entry) !== "")
            && (!filter.exclude || hitField(filter.exclude, entry) === ""));
}

export function matchesLevel(filter, entry) {
    return entry.mark !== null || filter.rank < 0
        || (filter.exact ? entry.rank === filter.rank
            : entry.rank >= filter.rank);
}

export function applyFilter(filter, entry) {
    entry.hit = matchesText(filter, entry);
    entry.match = entry.hit && matchesLevel(filter, entry);
}

// How many lines of each level match the text; "" is all of them.

export function countLevels(entries) {
    const counts = { "": 0 };

    for (const level of LEVELS) {
        counts[level] = 0;
    }

    for (const entry of entries) {
        countLevel(counts, entry, 1);
    }

    return counts;
}

export function countLevel(counts, entry, by) {
    if (entry.hit && !entry.mark) {
        counts[""] += by;

        if (entry.rank >= 0) {
            counts[entry.level] += by;
        }
    }
}

// Where the pattern is found in a text: [[from, to], …], at most 200.

export function findHits(pattern, text) {
    const hits = [];

    for (const match of text.slice(0, MARKED).matchAll(pattern)) {
        if (match[0] !== "") {
            hits.push([match.index, match.index + match[0].length]);
        }

        if (hits.length === 200) {
            break;
        }
    }

    return hits;
}
