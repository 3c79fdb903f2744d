// SPDX-License-Identifier: BSD-2-Clause

// One line of the list. It is a single flow of text, which the browser wraps.
// What comes from a record is only ever inserted as text, never as HTML.

import { causeOf } from "./cause.js";
import { paintStyles } from "./colours.js";
import { findExcerpt, findHits } from "./filter.js";
import { runText } from "./repeats.js";
import { LEVELS, markText } from "./store.js";
import { dayNumber, formatDay, formatDuration, formatRelative, formatTime, toText } from "./text.js";

// The row has this many lines of a message, and this many characters of a
// logger, of which the end says more; the details have all of them.
const MESSAGE_LINES = 5;
const LOGGER_LENGTH = 30;
const LEVEL_LENGTH = 100;

export function make(name, className, text) {
    const element = document.createElement(name);

    if (className) {
        element.className = className;
    }

    if (text !== undefined) {
        element.textContent = text;
    }

    return element;
}

// Puts text into an element, with the hits of the search marked.

export function putText(element, text, pattern) {
    const hits = pattern ? findHits(pattern, text) : [];
    let at = 0;

    if (!hits.length) {
        element.textContent = text;
        return;
    }

    element.textContent = "";

    for (const [from, to] of hits) {
        element.append(text.slice(at, from),
            make("mark", "", text.slice(from, to)));
        at = to;
    }

    element.append(text.slice(at));
}

// "view" is { template, time: local | utc | relative, pattern, room, fold,
// now() }.

function clockText(entry, view) {
    return Number.isNaN(entry.time)
        ? toText(entry.record.timestamp).slice(0, 24) || "no time"
        : formatTime(entry.time, view.time === "utc");
}

function timeText(entry, view) {
    return view.time === "relative" && !Number.isNaN(entry.time)
        ? formatRelative(entry.time, view.now()) : clockText(entry, view);
}

export function dayOf(entry, view) {
    return Number.isNaN(entry.time) ? null
        : dayNumber(entry.time, view.time === "utc");
}

export function dayText(entry, view) {
    return formatDay(entry.time, view.time === "utc");
}

function buildMark(entry) {
    const row = make("div", `mark ${entry.mark.kind}`);

    row.append(make("span", "", markText(entry.mark)));
    return row;
}

// What the row shows of a message: as many characters as the list has room for
// in some lines, and no more lines than that.

function shownMessage({ message }, { room }) {
    const lines = message.slice(0, room).split("\n", MESSAGE_LINES).join("\n");

    return lines.length < message.length ? `${lines}…` : message;
}

function shownLogger({ logger }) {
    return logger.length > LOGGER_LENGTH
        ? `…${logger.slice(1 - LOGGER_LENGTH)}` : logger;
}

// The characters that a list of this width has room for in those lines. In a
// wide one time, level and logger have columns of their own.

export function messageRoom(width) {
    return Math.max(150,
        MESSAGE_LINES * (width - (width < 1000 ? 50 : 475)) / 7.8);
}

// A long message has a button which, like the whole row, opens the details. The
// last line of a traceback is worth more than any other.

function addMessage(row, entry, view) {
    const message = row.lastChild;
    const text = shownMessage(entry, view);
    const { exception } = entry.record;

    putText(message, text, view.pattern);
    paintStyles(message, toText(entry.record.message), entry.message);

    if (text !== entry.message) {
        const button = make("button", "link rest", "more");

        button.type = "button";
        button.tabIndex = -1;
        row.append(" ", button);
    }

    if (exception) {
        const cause = entry.cause ??= causeOf(toText(exception));

        row.classList.add("traced");

        if (cause && !text.includes(cause)) {
            const box = make("bdi", "cause");

            putText(box, cause, view.pattern);
            row.append(" ", box);
        }
    }
}

// What the row does not show, or not as far as the hit: the name of the field,
// and the part of it that has the hit.

function addElsewhere(row, entry, { phrases, pattern }) {
    const marks = [...row.querySelectorAll("mark")]
        .map((mark) => mark.textContent);

    for (const phrase of phrases) {
        const isShown = marks.some((text) =>
            phrases.length === 1 || text.match(phrase));
        const excerpt = isShown ? null : findExcerpt(phrase, entry);

        if (excerpt) {
            const where = make("span", "where", `in ${excerpt.field}: `);
            const value = make("bdi");

            putText(value, excerpt.text, pattern);
            where.append(value);
            row.append(" ", where);
        }
    }
}

function statusClass(status) {
    if (typeof status !== "number" || status < 400) {
        return "";
    }

    return status < 500 ? "poor" : "bad";
}

function addMeta(row, entry, view) {
    const { duration_ms: duration, status_code: status } = entry.record;

    if (duration !== undefined && duration !== null) {
        const box = make("span", "duration");

        putText(box, formatDuration(duration), view.pattern);
        row.append(" ", box);
    }

    if (status !== undefined && status !== null) {
        const box = make("span", `code ${statusClass(status)}`);

        putText(box, toText(status), view.pattern);
        row.append(" ", box);
    }

    if (view.pattern) {
        addElsewhere(row, entry, view);
    }
}

export function buildRow(entry, view) {
    if (entry.mark) {
        return buildMark(entry);
    }

    const row = view.template.cloneNode(true);
    const [button, time, level, logger] = row.children;
    const known = LEVELS.includes(entry.level);

    if (entry.seq > 0) {
        row.id = `L${entry.seq}`;
    }

    row.dataset.level = known ? entry.level : "OTHER";
    button.setAttribute("aria-label",
        `Details of line ${entry.level} ${clockText(entry, view)}`
            + (entry.record.exception ? ", with traceback" : ""));
    time.textContent = timeText(entry, view);
    time.title = toText(entry.record.timestamp);
    level.textContent = entry.level.slice(0, LEVEL_LENGTH) || "–";
    putText(logger, shownLogger(entry), view.pattern);
    logger.title = entry.logger;
    addMessage(row, entry, view);
    addMeta(row, entry, view);

    if (entry.run) {
        showRun(row, entry, view);
    }

    return row;
}

// How often the first line of a run was repeated, and when: a button that shows
// the others.

export function showRun(row, entry, view) {
    const { run } = entry;
    let button = row.querySelector(".times");

    row.classList.toggle("folded", !run.open);
    row.classList.toggle("unfolded", run.open);

    if (run.lines[0] !== entry) {
        return;
    }

    if (!button) {
        button = make("button", "times");
        button.type = "button";
        button.tabIndex = -1;
        button.dataset.action = "repeats";
        row.querySelector(".message").before(button, " ");
    }

    button.textContent = runText(run, view.time === "utc");
    button.setAttribute("aria-expanded", run.open);
}

// Relative times change while they are shown.

export function refreshTimes(entries, view) {
    for (const entry of entries) {
        if (entry.row && !entry.mark) {
            const time = entry.row.querySelector("time");
            const text = timeText(entry, view);

            if (time.textContent !== text) {
                time.textContent = text;
            }
        }
    }
}
