// SPDX-License-Identifier: BSD-2-Clause

// The text of a search box: terms such as level>=warning or -logger:orders,
// phrases in quotes, and plain text between them.

import { LEVELS } from "./store.js";
import { stripAnsi, timeOfDay, toText } from "./text.js";

// Names that are terms whatever the records have, and the fields that they
// stand for. A record may also have a field of that very name.

const FIELDS = {
    level: "level",
    time: "timestamp",
    logger: "logger",
    request: "request_id",
    status: "status_code",
    duration: "duration_ms",
};

// Fields that are long texts: a term looks for its value in them.

const TEXTS = ["message", "exception"];

const QUOTED = "\"(?:[^\"\\\\]|\\\\.)*(?:\"|\\\\?$)";
const NAME = "[^\\s\":<>=-][^\\s\":<>=]*";

// A name in quotes is a term only if the name requires them, so that a piece
// of JSON is plain text.

const BARE_NAME = new RegExp(`^${NAME}$`);
const TERM = new RegExp(`(-?)(${NAME}|${QUOTED})(:?[<>]=?|:)`
    + `(${QUOTED}(?=\\s|$)|[^\\s"]\\S*|$)`, "y");
const PHRASE = new RegExp(`(-?)(${QUOTED})(?=\\s|$)`, "y");
const WORD = /\S+/y;

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
const RANGE = /^([-+\d.e]*?)\.\.([-+\d.e]*)$/i;
const TIME = new RegExp("^(?=.)(\\d{4}-\\d\\d-\\d\\d(?=$|[T ]\\d))?[T ]?"
    + "(?:(\\d\\d?):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?"
    + "(Z|[-+]\\d\\d:\\d\\d)?)?$", "i");
const UNITS = { "": 1, ms: 1, s: 1000, m: 60000 };

const LEAVES = 10;
const LEAF_LENGTH = 200;

const COMPARE = {
    ":": (a, from, to) => a >= from && a <= to,
    ">": (a, from, to) => a > to,
    ">=": (a, from) => a >= from,
    "<": (a, from) => a < from,
    "<=": (a, from, to) => a <= to,
};

function at(pattern, text, index) {
    pattern.lastIndex = index;
    return pattern.exec(text);
}

function isOpen(quoted) {
    return !/^"(?:[^"\\]|\\.)*"$/.test(quoted);
}

function unquote(text) {
    return text[0] !== "\"" ? text
        : text.slice(1, isOpen(text) ? undefined : -1)
            .replace(/\\(["\\])/g, "$1");
}

// The term at this place of the text, whether there is such a name or not.

function readTerm(text, index) {
    const [all, minus, quotedName, sign, value]
        = at(TERM, text, index) ?? [""];
    const name = unquote(quotedName ?? "");

    return all && (quotedName === name || !BARE_NAME.test(name)) ? {
        name,
        op: sign.replace(/^:(?=.)/, ""),
        value: unquote(value),
        bare: value[0] !== "\"",
        not: minus !== "",
        from: index,
        to: index + all.length,
        // it may go on
        open: value === "" || (value[0] === "\"" && isOpen(value)),
    } : null;
}

function readPhrase(text, index) {
    const [all, minus, quoted] = at(PHRASE, text, index) ?? [""];

    return all ? {
        text: unquote(quoted),
        not: minus !== "",
        from: index,
        to: index + all.length,
        open: isOpen(quoted),
    } : null;
}

// Makes pieces of a text: { name, op, value, … } is a term, and { text, … } a
// phrase. Words that are not interrupted by a term or by quotes are one phrase.
// "known" tells whether a record has a key of this name.

export function parseTerms(text, known) {
    const pieces = [];
    let words = null;

    for (let index = 0; index < text.length;) {
        const space = at(/\s+/y, text, index);

        if (space) {
            index += space[0].length;
            continue;
        }

        const term = readTerm(text, index);
        const is = term && (Object.hasOwn(FIELDS, term.name)
            || known(term.name));
        const piece = is ? term : readPhrase(text, index);

        if (piece) {
            pieces.push(piece);
            words = null;
            index = piece.to;
            continue;
        }

        if (!words) {
            words = { text: "", not: false, from: index, to: index };
            pieces.push(words);
        }

        index += at(WORD, text, index)[0].length;
        words.to = index;
        words.text = text.slice(words.from, index);
    }

    if (words && pieces.length === 1) {
        words.text = text;
    } else if (text && !pieces.length) {
        pieces.push({ text, not: false, from: 0, to: text.length });
    }

    return pieces;
}

// The value is that of a record, or text. An input element cannot hold the end
// of a line: a blank stands for it.

export function formatTerm({ name, op = ":", value, not = false }) {
    const quote = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;
    const text = stripAnsi(scalarText(value)).replace(/\s/g, " ");

    return (not ? "-" : "") + (BARE_NAME.test(name) ? name : quote(name)) + op
        + (/^$|^[<>]|[ "*]/.test(text) || RANGE.test(text)
            ? quote(text) : text);
}

// The text with a term in it. "instead" is true if it takes the place of all
// terms of its name.

export function withTerm(text, term, known, instead) {
    const wanted = formatTerm(term);
    const opposite = formatTerm({ ...term, not: !term.not });
    const isTerm = ({ name, from, to }) => name === term.name
        && (instead || text.slice(from, to) === opposite);
    const pieces = parseTerms(text, known);

    if (!instead && pieces.some(({ name, from, to }) =>
        name && text.slice(from, to) === wanted)) {
        return text;
    }

    // not behind what would take it in
    const { from = text.length } = pieces.find(({ open }) => open) ?? {};

    return [cut(text.slice(0, from), pieces.filter(isTerm)), wanted,
        text.slice(from)].join(" ").trim();
}

export function withoutTerms(text, name, known) {
    return cut(text, parseTerms(text, known)
        .filter((piece) => piece.name === name));
}

function cut(text, pieces) {
    for (const { from, to } of pieces.reverse()) {
        text = `${text.slice(0, from).trimEnd()} ${text.slice(to).trimStart()}`;
    }

    return text.trim();
}

// Values of records.

function isObject(value) {
    return typeof value === "object" && value !== null
        && !JSON.isRawJSON?.(value);
}

function scalarText(value) {
    return value === null ? "null" : toText(value);
}

// All values of this name: a.b is the key "a.b", or the key "b" of what "a"
// holds, or of each of its elements if that is an array.

function lookUp(value, name, found = []) {
    if (Array.isArray(value)) {
        value.forEach((element) => lookUp(element, name, found));
    } else if (isObject(value)) {
        if (Object.hasOwn(value, name)) {
            found.push(value[name]);
        }

        for (let dot = name.indexOf("."); dot >= 0;
            dot = name.indexOf(".", dot + 1)) {
            const key = name.slice(0, dot);

            if (Object.hasOwn(value, key)) {
                lookUp(value[key], name.slice(dot + 1), found);
            }
        }
    }

    return found;
}

export function hasKey(record, name) {
    return lookUp(record, name).length > 0;
}

function valuesOf(record, name) {
    const values = lookUp(record, name);

    if (Object.hasOwn(FIELDS, name) && FIELDS[name] !== name) {
        lookUp(record, FIELDS[name], values);
    }

    return values.some(Array.isArray) ? values.flat(Infinity) : values;
}

// What a term can ask for in a field: its value, or those that are in a list or
// an object. Long texts are no values that one filters by.

export function leavesOf(name, value, found = []) {
    if (Array.isArray(value)) {
        value.forEach((element) => leavesOf(name, element, found));
    } else if (isObject(value)) {
        Object.keys(value).forEach((key) =>
            leavesOf(`${name}.${key}`, value[key], found));
    } else if (found.length < LEAVES
        && scalarText(value).length <= LEAF_LENGTH
        && !found.some((leaf) => leaf.name === name && leaf.value === value)) {
        found.push({ name, value });
    }

    return found;
}

// Compiling.

function wrong({ name, op, value }, takes) {
    const what = value === "" ? "needs a value" : `does not take “${value}”`;

    throw new SyntaxError(`“${name}${op}” ${what}: ${takes}.`);
}

function compileLevel(term) {
    const start = term.value.toUpperCase();
    const rank = LEVELS.findIndex((level) => start && level.startsWith(start));

    if (rank < 0) {
        wrong(term, `a level is one of ${LEVELS.join(", ")}`);
    }

    return (entry) => entry.rank >= 0
        && COMPARE[term.op](entry.rank, rank, rank);
}

function toNumber({ name }, text) {
    const [, number, unit] = name === "duration"
        ? /^(.*?)(ms|s|m|)$/.exec(text) : [text, text, ""];

    return NUMBER.test(number) ? Number(number) * UNITS[unit] : NaN;
}

// [from, to] of a number, or of a range such as 400..499; null for other text.

function toRange(term) {
    const { op, value, bare } = term;
    const ends = op === ":" && bare ? value.split("..") : [];

    if (ends.length === 2 && ends.some(Boolean)) {
        const from = ends[0] ? toNumber(term, ends[0]) : -Infinity;
        const to = ends[1] ? toNumber(term, ends[1]) : Infinity;

        return from <= to || from > to ? [from, to] : null;
    }

    const number = toNumber(term, value);

    return Number.isNaN(number) ? null : [number, number];
}

function numberOf(value) {
    return typeof value === "number" ? value
        : typeof value === "string" && NUMBER.test(value) ? Number(value)
            : NaN;
}

function fold(text) {
    return stripAnsi(text).toLowerCase().replace(/\s/g, " ");
}

// Whether a folded text is the value, in which * stands for any text. Regular
// expressions would be slow for a value with many of them.

function compileText({ name, value, bare }) {
    const folded = fold(value);
    const parts = bare ? folded.split("*") : [folded];

    if (TEXTS.includes(name)) {
        parts.unshift("");
        parts.push("");
    }

    const [first, ...middle] = parts;
    const last = middle.pop();

    return (text) => {
        let place = first.length;
        const end = text.length - (last ?? "").length;

        return last === undefined ? text === first
            : place <= end && text.startsWith(first) && text.endsWith(last)
                && middle.every((part) => {
                    place = text.indexOf(part, place) + part.length;
                    return place >= part.length && place <= end;
                });
    };
}

function compileValue(term, known) {
    const { name, op, value, bare } = term;
    const range = toRange(term);
    const isNumeric = ["status", "duration"].includes(name) && !known(name);

    if (!range && (op !== ":" || (isNumeric && !value.includes("*")))) {
        wrong(term, name === "duration" ? "a duration is a number of ms, or "
            + "a number with ms, s or m" : "it takes a number");
    }

    if (value === "" && bare) {
        wrong(term, "\"\" is an empty one, and * is any");
    }

    const compare = COMPARE[op];
    const matches = compileText(term);
    const isAny = bare && value === "*";

    return ({ record }) => valuesOf(record, name).some((one) =>
        (range && compare(numberOf(one), ...range))
        || (op === ":" && (isAny ? one !== null
            : matches(fold(scalarText(one))))));
}

// A time is a date, a clock, or both: "from" and "to" are the first and the last
// ms of what it names. Of a clock alone they are those of any day.

function toSpan(text, utc) {
    const [all, date, hour, minute, second, fraction = "", zone]
        = TIME.exec(text) ?? [""];
    const isDaily = !date;

    if (!all || (isDaily && zone && !/z/i.test(zone))) {
        return null;
    }

    const parse = (h, m, s, digit) => {
        const seconds = `${second ?? s}.${fraction.slice(0, 3).padEnd(3, digit)}`;
        const clock = [(hour ?? h).padStart(2, "0"), minute ?? m, seconds];

        return Date.parse(`${date ?? "1970-01-01"}T${clock.join(":")}`
            + (zone ?? (utc || isDaily ? "Z" : "")));
    };
    const from = parse("00", "00", "00", "0");

    return Number.isNaN(from) ? null : {
        from, to: parse("23", "59", "59", "9"), isDaily,
        utc: utc || zone !== undefined,
    };
}

function compileTime(term, known, utc) {
    const { name, op, value } = term;
    const ends = (op === ":" ? value.split("..") : [value])
        .map((end) => end && toSpan(end, utc));
    const [first, last = first] = ends;
    const some = first || last;
    const own = name === "time" && known(name) && op === ":"
        ? compileValue(term, known) : null;

    if (ends.length > 2 || !some || ends.includes(null)
        || (first && last && first.isDaily !== last.isDaily)) {
        return own ?? wrong(term, "a time is 03:41, 2026-11-22 or "
            + "2026-11-22T03:41:07, or two of them with .. between");
    }

    const from = first ? first.from : -Infinity;
    const to = last ? last.to : Infinity;

    return (entry) => {
        const { time } = entry;
        const ms = some.isDaily ? timeOfDay(time, some.utc) : time;

        // from 23:50 to 00:10
        return own?.(entry) || (from > to && some.isDaily
            ? ms >= from || ms <= to : COMPARE[op](ms, from, to));
    };
}

// A function that says whether an entry has what the term asks for. "known" is
// that of parseTerms(), and "utc" says how a time without a zone is meant.

export function compileTerm(term, { known, utc }) {
    const test = term.name === "level" ? compileLevel(term)
        : ["time", "timestamp"].includes(term.name)
            ? compileTime(term, known, utc)
            : compileValue(term, known);

    return (entry) => test(entry) !== term.not;
}

// What a term looks for in long texts, to be marked, or "".

export function termText({ name, value, not }) {
    return TEXTS.includes(name) && !not ? value : "";
}
