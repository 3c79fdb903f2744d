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

const QUOTED = "\"(?:[^\"\\\\]|\\\\.)*(?:\"(?=\\s|$)|\\\\?$)";
const NAME = "[^\\s\":<>=-][^\\s\":<>=]*";

// A name in quotes is a term only if the name requires them, so that a piece
// of JSON is plain text.

const BARE_NAME = new RegExp(`^${NAME}$`);
const PIECE = new RegExp(`(-?)(?:(${NAME}|"(?:[^"\\\\]|\\\\.)*")(:?[<>]=?|:)`
    + `(${QUOTED}|[^\\s"]\\S*|$)|(${QUOTED}))|\\S+`, "g");

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const RANGE = /^([-+\d.e]*)\.\.([-+\d.e]*)$/i;
const TIME = new RegExp("^(\\d{4}-\\d\\d-\\d\\d)?[T ]?"
    + "(\\d\\d?:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?)?(Z|[-+]\\d\\d:\\d\\d)?$", "i");
const UNITS = { ms: 1, s: 1000, m: 60000 };

const LEAVES = 10;
const LEAF_LENGTH = 200;

const COMPARE = {
    ":": (a, from, to) => a >= from && a <= to,
    ">": (a, from, to) => a > to,
    ">=": (a, from) => a >= from,
    "<": (a, from) => a < from,
    "<=": (a, from, to) => a <= to,
};

function unquote(text) {
    return text[0] !== "\"" ? text
        : /^"((?:[^"\\]|\\.)*)/.exec(text)[1].replace(/\\(["\\])/g, "$1");
}

// Makes pieces of a text: terms, which have a name, and phrases, whose "name" is
// empty. Words that are not interrupted by a term or by quotes are one phrase.
// "known" tells whether a record has a key of this name.

export function parseTerms(text, known) {
    const pieces = [];
    let words = null;

    for (let match; (match = PIECE.exec(text));) {
        const [all, minus, quotedName, op, termValue, phrase] = match;
        const name = unquote(quotedName ?? "");
        const isTerm = op && (quotedName === name || !BARE_NAME.test(name))
            && (Object.hasOwn(FIELDS, name) || known(name));
        const value = isTerm ? termValue : phrase;
        // what only looks like a term is a word, and goes no further than it
        const source = value ? all : all.split(/\s/, 1)[0];

        PIECE.lastIndex = match.index + source.length;

        if (value !== undefined) {
            words = null;
            pieces.push({
                name: isTerm ? name : "",
                op: op?.replace(/^:(?=.)/, ""),
                value: unquote(value),
                bare: value[0] !== "\"",
                not: minus !== "",
                source,
            });
        } else {
            if (!words) {
                words = { name: "", not: false, from: match.index };
                pieces.push(words);
            }

            words.value = words.source
                = text.slice(words.from, PIECE.lastIndex);
        }
    }

    // plain text alone is taken as it is
    return pieces.length > 1 || (pieces[0] && !words) || !text ? pieces
        : [{ name: "", value: text, not: false, source: text }];
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

// The text with a term in place of its opposite or, if "instead" is true, of all
// terms of its name.

export function withTerm(text, term, known, instead) {
    const wanted = formatTerm(term);
    const opposite = formatTerm({ ...term, not: !term.not });

    if (!instead && parseTerms(text, known)
        .some(({ source }) => source === wanted)) {
        return text;
    }

    const rest = withoutTerms(text, term.name, known,
        ({ source }) => instead || source === opposite);

    // not behind what may take it in
    return (/"|[:<>=]$/.test(rest) ? [wanted, rest] : [rest, wanted])
        .join(" ").trim();
}

export function withoutTerms(text, name, known, test = () => true) {
    return parseTerms(text, known)
        .filter((piece) => piece.name !== name || !test(piece))
        .map(({ source }) => source).join(" ");
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
    throw new SyntaxError(`“${name}${op}${value}”: ${takes}`);
}

function compileLevel(term) {
    const start = term.value.toUpperCase();
    const rank = LEVELS.findIndex((level) => start && level.startsWith(start));

    if (rank < 0) {
        wrong(term, `the levels are ${LEVELS.join(", ")}`);
    }

    return (entry) => entry.rank >= 0
        && COMPARE[term.op](entry.rank, rank, rank);
}

// NaN for what is no number, such as a value of another type.

function toNumber(value, unit = 1) {
    const text = toText(value);

    return NUMBER.test(text) ? text * unit : NaN;
}

// [from, to] of a number, or of a range such as 400..499; null for other text.

function toRange({ name, op, value, bare }) {
    const [, from, to] = op === ":" && bare && RANGE.exec(value) || ["", value];
    const number = (text, none) => {
        const [unit] = name === "duration" && /(m?s|m)$/.exec(text) || [""];

        return text === "" ? none : toNumber(
            text.slice(0, text.length - unit.length), UNITS[unit]);
    };
    const range = [number(from, -Infinity), number(to ?? from, Infinity)];

    return value === "" || range.some(Number.isNaN) ? null : range;
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
        wrong(term, "a number is needed");
    }

    if (value === "" && bare) {
        wrong(term, "a value is needed");
    }

    const compare = COMPARE[op];
    const matches = compileText(term);
    const isAny = bare && value === "*";
    // the ids of others may be the same number
    const isId = op === ":" && range?.[0] === range?.[1]
        && Math.abs(range?.[0]) > Number.MAX_SAFE_INTEGER;

    return ({ record }) => valuesOf(record, name).some((one) =>
        (range && !isId && compare(toNumber(one), ...range))
        || (op === ":" && (isAny ? one !== null
            : matches(fold(scalarText(one))))));
}

// A time is a date, a clock, or both: "from" and "to" are the first and the last
// ms of what it names. Of a clock alone they are those of any day.

function toSpan(text, utc) {
    const [, date, clock, zone] = TIME.exec(text) ?? [];
    const given = (date ?? "1970-01-01")
        + (clock ? `T${clock.replace(/^\d:/, "0$&")}` : "").slice(0, 13);
    const parse = (rest) => Date.parse(given + rest.slice(given.length)
        + (zone ?? (utc || !date ? "Z" : "")));
    const from = parse("0000-00-00T00:00:00.000");

    return Number.isNaN(from) || !(date || clock && !/\d/.test(zone)) ? null : {
        from, to: parse("0000-00-00T23:59:59.999"), isDaily: !date,
        utc: utc || zone,
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
        return own ?? wrong(term,
            "times are 03:41, 2026-11-22T03:41:07Z, and 03:41..03:49");
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

// What a piece looks for in texts, to be marked, or "".

export function markedText({ name, value, not }) {
    return not || (name && !TEXTS.includes(name)) ? "" : value;
}
