// SPDX-License-Identifier: BSD-2-Clause

// What is worth reading first in a traceback, of whatever language: the line
// that says what went wrong, and the frames that are not those of a library.

import { stripAnsi } from "./text.js";

// No more than this much of a line is looked at, and of a cause is shown.
const LINE_LENGTH = 2000;
const CAUSE_LENGTH = 500;

// What stands before the lines of a group of Python, and before dropwizard's.
const GUTTER = /^ *[|+] ?|^! ?/;

// What stands before a cause: of Java, PHP, sanitizers, Node, .NET, Laravel,
// Ruby, Elixir and Go. The last cause of a text is the root, except that one of
// Java's that is indented belongs to a suppressed exception.

const CAUSES = new RegExp("^(?:[Cc]aused by: (?!\\[CIRC)|Next |SUMMARY: "
    + "|==\\d+==ERROR: |\\s*\\[cause\\]: (?!undefined$)|\\s*---> (?:\\(Inner.*?\\) )?"
    + "|(?:\\[prev.*?\\] )?(?=\\[object\\] \\()|\\S+:\\d+:in [\\x60'][^']*': "
    + "|\\s*(?=\\*\\* \\()|\\t?(?=panic: |fatal error: ))");

// The first line of an exception, what a runtime writes before it, and what is
// never that line.

const HEAD = /^[\w$.\\:]*[A-Z][\w$]*(?: \[\w+\])?(?:$|: | \()/;
const LEAD = new RegExp("^(?:Exception in thread \".*?\" |PHP Fatal error: +"
    + "|(?:Uncaught|Unhandled exception[.:]) )+");
const TITLE = /^stack ?trace:$|^\[stacktrace\]$|panicked at .*:$/i;

// Frames begin with one of these; one of Go is two lines. The others follow the
// head as well.

const FRAME = new RegExp("^[ >]*File \"|^\\s*(?:at \\S|#\\d+:? "
    + "|(?:from )?\\S+:\\d+:in )");
const GO_PLACE = /^\t\S.*\.go:\d+/;
const FRAMES = /^goroutine \d+ \[|^note: run with |^stack backtrace:/;
const OMITTED = /^\s*(?:\.\.\. \d|\[Previous line )/;

// Files, and the packages and namespaces of Java and .NET.

const LIBRARY = new RegExp("[\\\\/](?:(?:site|dist)-packages|node_modules"
    + "|vendor|gems|lib[\\\\/](?:python|ruby)|pkg/mod)[\\\\/\\d]"
    + "|/go\\b.*/src/(?:database|encoding|internal|io|net|os|reflect|runtime"
    + "|sync|syscall|testing)/|[ (](?:node:|internal/)|<(?:frozen|internal)\\b"
    + "|\\((?:<anonymous>|index \\d+|native)\\)|\\[internal function\\]"
    + "|^\\s*at (?:[\\w.@-]*/+)*(?:(?:com\\.)?sun|javax?|jdk|jakarta|kotlinx?"
    + "|reactor|System|Microsoft|lambda_method\\d*|com\\.(?:fasterxml|google)"
    + "|io\\.(?:netty|undertow)"
    + "|org\\.(?:apache|eclipse|hibernate|jboss|springframework))[.(]");

// Where a frame is that begins with this line, or "" if none does.

function frameAt(lines, i) {
    return GO_PLACE.test(lines[i + 1]) ? lines[i + 1]
        : FRAME.test(lines[i]) ? lines[i] : "";
}

// The causes in a traceback of Python: { depth, line, i }. An exception is the
// first line at the edge. Of exceptions that follow each other the last one
// counts. Behind a group comes what it consists of, and is indented further.

function pythonCauses(lines) {
    const found = [];
    let open = false;
    let member = false;

    lines.forEach((raw, i) => {
        const [gutter] = GUTTER.exec(raw) ?? [""];
        const line = raw.slice(gutter.length);
        const depth = gutter.length;

        if (depth && /^-.* \d+ -+$/.test(line)) {
            open = member = true;
        } else if (line.endsWith("Traceback (most recent call last):")
            || (!found.length && /^[ >]*File "/.test(line))) {
            open = true;
        } else if (open && line && !/^[\s>]/.test(line)) {
            while (found.at(-1)?.depth > depth
                || (!member && found.at(-1)?.depth === depth)) {
                found.pop();
            }

            found.push({ depth, line, i });
            open = member = false;
        }
    });

    return found;
}

function pythonCause(found) {
    const parts = found.filter(({ depth }, n) => !(found[n + 1]?.depth > depth))
        .map(({ line }) => line);

    return parts.length > 1 ? `${found[0].line}: ${parts.join("; ")}` : parts[0];
}

// The last line that names itself a cause, or "".

function namedCause(lines) {
    let cause = "";
    let list = false;

    for (const raw of lines) {
        const line = raw.replace(/^! ?/, "");
        const before = (CAUSES.exec(line)
            ?? (list ? /^\s+(?:\d+: )?/.exec(line) : null))?.[0].length;

        // of Rust, a list
        list = line === "Caused by:" || (list && /^\s/.test(line));

        if (before < line.length) {
            cause = line.slice(before);
        }
    }

    return cause;
}

// The line of an exception whose frames, if there are any, follow it.

function headOf(lines) {
    const end = lines.findIndex((line, i) => FRAMES.test(line)
        || frameAt(lines, i));
    const before = lines.slice(0, end < 0 ? undefined : end)
        .map((line) => line.trim().replace(LEAD, "")).filter(Boolean);

    const head = before.find((line) => HEAD.test(line)
            && (end > 0 || /Error|Exception/.test(line)))
        ?? before.find((line) => !TITLE.test(line)
            && (end > 0 || !before[1])) ?? "";
    const last = before.at(-1);

    // the end of a message of several lines says it
    return head.endsWith(":") && head !== last ? `${head} ${last}` : head;
}

// The line that says what went wrong, or "" if the text has none.

export function causeOf(exception) {
    const lines = stripAnsi(exception).split(/\r?\n/)
        .map((line) => line.slice(0, LINE_LENGTH));
    const found = pythonCauses(lines);
    // what follows the last cause of Python counts more
    const cause = (namedCause(lines.slice((found.at(-1)?.i ?? -1) + 1))
        || pythonCause(found) || headOf(lines)).split(" ---> ").at(-1).trim();

    return cause.length > CAUSE_LENGTH
        ? `${cause.slice(0, CAUSE_LENGTH)}…` : cause;
}

// A traceback in pieces, each of which is one or more lines: { text, frames },
// where "frames" is the number of frames of a library that it consists of, or 0
// if it has others, or none.

export function splitFrames(exception) {
    const all = exception.split("\n");
    const lines = all.map((line) => line.slice(0, LINE_LENGTH)
        .replace(GUTTER, "").trimEnd());
    const pieces = [];
    let library = false;
    let python = false;

    lines.forEach((line, i) => {
        const frame = frameAt(lines, i);

        if (frame) {
            library = LIBRARY.test(frame);
            python = frame.includes("File \"");
        } else if (!OMITTED.test(line) && !GO_PLACE.test(line)
            && !(python && /^(?: {4}|$)/.test(line))) {
            library = python = false;
        }

        if (pieces.at(-1)?.library !== library) {
            pieces.push({ library, part: [], frames: 0 });
        }

        pieces.at(-1).part.push(all[i]);
        pieces.at(-1).frames += frame && library ? 1 : 0;
    });

    return pieces.map(({ part, frames }) => ({
        text: part.join("\n"), frames: frames > 1 ? frames : 0,
    }));
}
