// SPDX-License-Identifier: BSD-2-Clause

// Which lines are shown. FILTERS has a row for each filter, and everything else
// about it is derived from that row: what the address says, the control that
// shows and changes it, what it matches, how it is reset.

import { LEVELS } from "./store.js";
import { compileTerm, markedText, parseTerms } from "./terms.js";
import { detailText, stripAnsi } from "./text.js";

// Fields in which words are not searched, since numbers are found in them by
// chance: terms find them. The message and the logger are searched first.

const UNSEARCHED = ["_seq", "timestamp", "level", "message", "logger"];

// No more than this many hits are marked in a text.

const MARKED_HITS = 200;

// What is shown of the line of a hit, before and behind it.

const EXCERPT_LENGTH = 60;

const NO_CONTEXT = { known: () => false, utc: false };

// The kinds of filters. "parse" makes a value of a parameter of the address,
// and "format" makes a parameter of a value. An empty parameter stands for the
// value of a filter that is not set. "read" takes the value from the element of
// the control, "show" puts it there, and "event" tells that it has changed.

const BOX = {
    event: "input",
    parse: (text) => text,
    format: (text) => text,
    read: (box) => box.value,
    show(box, text) {
        // setting it moves the cursor of somebody who is typing
        if (box.value !== text) {
            box.value = text;
        }
    },
};

const RADIOS = {
    event: "change",
    parse(text) {
        const level = text.toUpperCase();

        return LEVELS.includes(level) ? level : "";
    },
    format: (level) => level.toLowerCase(),
    read: (group) => group.querySelector(":checked").value,
    show(group, level) {
        group.querySelector(`[value="${level}"]`).checked = true;
    },
};

// A filter that is on or off has this word in the address when it is on.

function flag(word) {
    return {
        parse: (text) => text === word,
        format: (on) => (on ? word : ""),
    };
}

const UNCHECKED = {
    event: "change",
    read: (box) => !box.checked,
    show(box, on) {
        box.checked = !on;
    },
};

const PRESSED = {
    event: "click",
    read: (button) => button.getAttribute("aria-pressed") === "true",
    show: (button, on) => button.setAttribute("aria-pressed", on),
};

// A row is found by the name of its value in the state. Beside its kind it has:
//
//   param   the name in the address, if that is another one
//   id      the element of the control
//   label   only if logs.html does not have that element: the name of the
//           search box that the page adds
//   match   makes of the state, and of the context that compileFilter() has, a
//           function that says whether an entry matches, or null if every entry
//           does
//   stays   it is not reset with the others

export const FILTERS = {
    level: {
        ...RADIOS, id: "levels",
        match: ({ level, exact }) => matchLevel(LEVELS.indexOf(level), exact),
    },
    exact: { ...UNCHECKED, ...flag("1"), id: "above" },
    q: {
        ...BOX, id: "search",
        match: ({ q, re }, context) => matchSearch(q, re, context, true),
    },
    x: {
        ...BOX, id: "exclude", label: "Exclude",
        match: ({ x, re }, context) => matchSearch(x, re, context, false),
    },
    re: { ...PRESSED, ...flag("1"), id: "regex" },
    newest: {
        ...PRESSED, ...flag("newest"), param: "order", id: "order", stays: true,
    },
};

const ROWS = Object.entries(FILTERS);

export function noFilter() {
    return Object.fromEntries(ROWS.filter(([, { stays }]) => !stays)
        .map(([name, { parse }]) => [name, parse("")]));
}

export function readQuery(search) {
    const query = new URLSearchParams(search);

    return Object.fromEntries(ROWS.map(([name, { param = name, parse }]) =>
        [name, parse(query.get(param) ?? "")]));
}

// Parameters of others stay as they are.

export function writeQuery(state, search) {
    const query = new URLSearchParams(search);

    for (const [name, { param = name, format }] of ROWS) {
        const value = format(state[name]);

        if (value) {
            query.set(param, value);
        } else {
            query.delete(param);
        }
    }

    const text = query.toString();

    return text ? `?${text}` : "";
}

// Case is ignored by the rules of Unicode. A regular expression is compiled in
// Unicode mode first, which refuses much that people are used to, such as "\-":
// what it refuses is compiled without that mode.

function toPattern(text) {
    try {
        return new RegExp(text, "gimu");
    } catch {
        return new RegExp(text, "gim");
    }
}

function escaped(text) {
    return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

// One pattern for several texts, the longest first, or null if there is none.

function anyOf(texts) {
    const some = texts.toSorted((a, b) => b.length - a.length);

    return some.length ? new RegExp(some.map(escaped).join("|"), "giu") : null;
}

// test() begins where the last match ended, and matchAll() where test() left
// off, so the place is reset before and after.

function found(pattern, text) {
    pattern.lastIndex = 0;

    const is = pattern.test(text);

    pattern.lastIndex = 0;
    return is;
}

// The texts that are searched, as the details show them: name, text, name, text,
// and so on.

function textsOf(entry) {
    const { message, logger, record } = entry;

    return entry.texts ??= ["message", message, "logger", logger,
        ...Object.keys(record).filter((field) => !UNSEARCHED.includes(field))
            .flatMap((field) => [field, stripAnsi(detailText(record[field]))])];
}

function hitIndex(pattern, texts) {
    for (let i = 0; i < texts.length; i += 2) {
        if (found(pattern, texts[i + 1])) {
            return i;
        }
    }

    return -1;
}

// The field in which an entry has a hit, or "".

export function hitField(pattern, entry) {
    const texts = textsOf(entry);

    return texts[hitIndex(pattern, texts)] ?? "";
}

// The field of the first hit, and the part of its line around that hit: { field,
// text }, or null.

export function findExcerpt(pattern, entry) {
    const texts = textsOf(entry);
    const i = hitIndex(pattern, texts);
    const text = texts[i + 1] ?? "";
    const { index, 0: hit } = text.matchAll(pattern).next().value ?? [""];

    // a regular expression may match nothing
    if (!hit) {
        return null;
    }

    const start = text.lastIndexOf("\n", index - 1) + 1;
    const end = text.indexOf("\n", index);
    const last = end < 0 ? text.length : end;
    const from = Math.max(start, index - EXCERPT_LENGTH);
    const to = Math.min(last,
        index + Math.min(hit.length, EXCERPT_LENGTH) + EXCERPT_LENGTH);

    return {
        field: texts[i],
        text: (from > start ? "…" : "") + text.slice(from, to).trim()
            + (to < last ? "…" : ""),
    };
}

// All pieces of a search must match, and none of them need to if the search is
// of what is not wanted.

function matchSearch(text, regex, context, wanted) {
    const tests = regex ? text && [matchPhrase(toPattern(text))]
        : parseTerms(text, context.known)
            .filter(({ name, value }) => name || value)
            .map((piece) => (piece.name ? compileTerm(piece, context)
                : matchPhrase(anyOf([piece.value]), piece.not)));

    return tests.length
        ? (entry) => tests.every((test) => test(entry)) === wanted : null;
}

function matchPhrase(pattern, not = false) {
    return (entry) => (hitField(pattern, entry) !== "") !== not;
}

// What a search looks for in texts: "phrases" are a pattern each, and "pattern"
// is one for all of them, or null.

function toMarks({ q, re }, { known }) {
    if (re) {
        const pattern = q ? toPattern(q) : null;

        return { phrases: pattern ? [pattern] : [], pattern };
    }

    const texts = parseTerms(q, known).map(markedText).filter(Boolean);

    return { phrases: texts.map((text) => anyOf([text])), pattern: anyOf(texts) };
}

function matchLevel(rank, exact) {
    return rank < 0 ? null
        : (entry) => (exact ? entry.rank === rank : entry.rank >= rank);
}

// A state, ready to be applied. Throws a SyntaxError that says what is wrong
// with a regular expression or a term. The level is apart from the others
// because the count of each level is of the lines that match the others.
//
// "context" is { known(name): whether a line has a field of this name, utc:
// whether times without a zone are UTC }.

export function compileFilter(state, context = NO_CONTEXT) {
    const { level, ...others } = Object.fromEntries(ROWS.map(
        ([name, { match }]) => [name, match?.(state, context)]));

    return {
        level,
        others: Object.values(others).filter(Boolean),
        // something is searched for
        searches: state.q !== "",
        // whose hits are marked
        ...toMarks(state, context),
    };
}

export function isFiltering({ level, others }) {
    return Boolean(level || others.length);
}

// Marks are always shown.

export function matchesText({ others }, entry) {
    return entry.mark !== null || others.every((match) => match(entry));
}

export function matchesLevel({ level }, entry) {
    return entry.mark !== null || !level || level(entry);
}

export function applyFilter(filter, entry) {
    entry.hit = matchesText(filter, entry);
    entry.match = entry.hit && matchesLevel(filter, entry);
}

// How many lines of each level match all filters but that of the level. "" is
// the number of all such lines, whatever their level.

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

// Where the pattern is found in a text: [[from, to], …].

export function findHits(pattern, text) {
    const hits = [];

    for (const match of text.matchAll(pattern)) {
        if (match[0] !== "") {
            hits.push([match.index, match.index + match[0].length]);
        }

        if (hits.length === MARKED_HITS) {
            break;
        }
    }

    return hits;
}
