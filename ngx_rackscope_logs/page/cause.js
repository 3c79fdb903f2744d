// SPDX-License-Identifier: BSD-2-Clause

// What is worth reading first in a traceback, of whatever language: the line
// that says what went wrong, and the frames that are not those of a library.

import { stripAnsi } from "./text.js";

// No more than this much of a line is looked at, and of a cause is shown.
const LINE_LENGTH = 2000;
const CAUSE_LENGTH = 500;

// What stands before the lines of a group of Python and of dropwizard's.
const GUTTER = /^ *[|+] ?|^! ?/;

// Lines that name a cause wherever they stand: of Java and Node, .NET, Elixir,
// Go, PHP, Laravel, Ruby, and sanitizers. The last one is the root, except that
// one of Java's that is indented belongs to a suppressed exception.

const CAUSES = new RegExp([
    "^(?:[Cc]aused by: (?!\\[CIRC)|Next |SUMMARY: |==\\d+==ERROR: )",
    "^\\s*(?:\\[cause\\]: |---> (?:\\(Inner Exception #\\d+\\) )?)",
    "^[^(]*\\[object\\] \\(",
    "^\\S+:\\d+:in [\\x60'][^']*': ",
    "^\\s*(?=\\*\\* \\()|^\\t?(?=panic: |fatal error: )",
].join("|"));

// The first line of an exception, and what a runtime writes before it.

const LEAD = new RegExp("^(?:Exception in thread \"[^\"]*\" "
    + "|PHP Fatal error: +|(?:Uncaught|Unhandled exception[.:]) +)+");
const HEAD = new RegExp("^[\\w$.\\\\:]*[A-Z][\\w$]*(?: \\[\\w+\\])?"
    + "(?:$|: | \\()");
const ERROR = /^[\w$.\\:]*(?:Error|Exception)\b/;

const TRACEBACK = /Traceback \(most recent call last\):$/;
const TITLE = /^stack ?trace:$|^\[stacktrace\]$|panicked at .*:$/i;
const RUST_NOTE = /^note: run with |^stack backtrace:/;

// Frames begin with one of these; one of Go is two lines.

const FRAME = new RegExp("^[ >]*File \"|^\\s*at \\S|^\\s*from \\S+:\\d|^\\s*#\\d+:? "
    + "|^ *\\d+: |^\\s*\\S+:\\d+:in [\\x60']|^\\s+\\(\\w+ [\\d.]+[^)]*\\) ");
const GO_PLACE = /^\t\S.*\.go:\d+/;
const GOROUTINE = /^goroutine \d+ \[/;
const OMITTED = /^\s*\.\.\. \d+|^\s*\[Previous line repeated /;

const LIBRARY = new RegExp([
    // files
    "[\\\\/](?:(?:site|dist)-packages|node_modules|vendor|gems|rustc"
        + "|lib[\\\\/](?:python\\d|ruby)|pkg[\\\\/]mod|\\.cargo)\\b",
    "[\\\\/]go\\b[^ ]*/src/(?:bufio|bytes|context|crypto|database|encoding"
        + "|internal|io|net|os|reflect|runtime|sync|syscall|testing)\\b",
    "[ (](?:node:|internal/)|<(?:frozen|internal)\\b"
        + "|\\((?:<anonymous>|index \\d+|native)\\)|\\[internal function\\]",
    // packages and namespaces
    "^\\s*at (?:[\\w.@-]*/+)*(?:(?:com\\.)?sun|javax?|jdk|jakarta|kotlinx?|scala"
        + "|clojure|groovy|reactor|okhttp3|lambda_method\\w*|System|Microsoft"
        + "|com\\.(?:fasterxml|google|zaxxer)"
        + "|io\\.(?:grpc|netty|quarkus|undertow|vertx)"
        + "|org\\.(?:apache|codehaus|eclipse|hibernate|jboss|junit"
        + "|springframework))[.(]",
    "^ *\\d+: (?:0x\\w+ - )?<?(?:std|core|alloc|tokio|_*rust_\\w+)\\b",
    "^\\s+\\((?:elixir|stdlib|kernel|phoenix|plug|ecto|cowboy)\\w* ",
].join("|"), "m");

function clip(text) {
    const line = text.trim();

    return line.length > CAUSE_LENGTH ? `${line.slice(0, CAUSE_LENGTH)}…` : line;
}

function begins(lines, i) {
    return FRAME.test(lines[i]) || GO_PLACE.test(lines[i + 1] ?? "");
}

// In a traceback of Python the exception is the first line at the edge. Of
// exceptions that follow each other the last one counts, and of a group what is
// in it: "found" has the group, and after it the exceptions that it consists
// of, whose lines are indented further.

class Python {
    constructor() {
        this.found = [];
        this.at = -1;
        this.open = false;
        this.member = false;
    }

    read(raw, i) {
        const gutter = /^ *[|+] ?/.exec(raw)?.[0] ?? "";
        const line = raw.slice(gutter.length);

        if (gutter && /^-.* \d+ -+$/.test(line)) {
            this.open = this.member = true;
        } else if (TRACEBACK.test(line)
            || (!this.found.length && /^[ >]*File "/.test(line))) {
            this.open = true;
        } else if (this.open && line && !/^[\s>]/.test(line)) {
            this.add(gutter.length, line);
            this.at = i;
        }
    }

    add(depth, line) {
        while (this.found.length && (this.found.at(-1).depth > depth
            || (!this.member && this.found.at(-1).depth === depth))) {
            this.found.pop();
        }

        this.found.push({ depth, line });
        this.open = this.member = false;
    }

    cause() {
        const parts = this.found.filter(({ depth }, i) =>
            !(this.found[i + 1]?.depth > depth)).map(({ line }) => line);

        return parts.length > 1
            ? `${this.found[0].line}: ${parts.join("; ")}` : parts[0];
    }
}

// The line of an exception whose frames follow it, and of its message: it
// comes behind the source that Node shows, which ends with an empty line.

function findHead(lines) {
    const end = lines.findIndex((line, i) => GOROUTINE.test(line)
        || RUST_NOTE.test(line) || begins(lines, i));
    const before = lines.slice(0, Math.max(end, 0)).map((line) =>
        line.trim().replace(LEAD, ""));
    const blank = before.findLastIndex((line, i) => !line && before[i + 1]);
    const block = before.slice(blank + 1);

    return block.find((line) => HEAD.test(line))
        ?? before.find((line) => HEAD.test(line))
        ?? block.find((line) => line && !TITLE.test(line)) ?? "";
}

// The line of an exception without frames.

function findError(lines) {
    const some = lines.map((line) => line.trim().replace(LEAD, ""))
        .filter(Boolean);

    return some.length === 1 ? (FRAME.test(some[0]) ? "" : some[0])
        : some.find((line) => ERROR.test(line)) ?? "";
}

// The line that says what went wrong, or "" if the text has none.

export function causeOf(exception) {
    const lines = stripAnsi(exception).split(/\r?\n/)
        .map((line) => line.slice(0, LINE_LENGTH));
    const python = new Python();
    let cause = "";
    let at = -1;
    let rust = false;

    lines.forEach((raw, i) => {
        const line = raw.replace(/^! ?/, "");
        const named = CAUSES.exec(line) ?? (rust && /^\s+(?:\d+: )?/.exec(line));

        python.read(raw, i);
        rust = line === "Caused by:" || (rust && /^\s/.test(line));

        if (named && named[0].length < line.length) {
            cause = line.slice(named[0].length)
                .replace(/ \{$|(?<=:\d+)\)$/, "");
            at = i;
        }
    });

    if (python.at > at) {
        cause = python.cause();
    }

    cause ||= findHead(lines) || findError(lines);
    return clip(cause.slice(cause.lastIndexOf(" ---> ") + 1)
        .replace(/^---> /, ""));
}

// A traceback in pieces, each of which is one or more lines: { text, frames },
// where "frames" is the number of frames of a library that it consists of, or 0
// if it has others, or none.

export function splitFrames(exception) {
    const all = exception.split("\n");
    const lines = all.map((line) => line.slice(0, LINE_LENGTH)
        .replace(GUTTER, "").trimEnd());
    const pieces = [];

    for (let i = 0, next; i < lines.length; i = next) {
        const frame = begins(lines, i);

        next = i + 1;

        while (frame && next < lines.length && continues(lines, i, next)) {
            next++;
        }

        addPiece(pieces, all.slice(i, next), frame
            && LIBRARY.test(lines.slice(i, next).join("\n")));
    }

    return pieces.map(({ part, frames }) => ({
        text: part.join("\n"), frames: frames > 1 ? frames : 0,
    }));
}

// Whether a line belongs to the frame that begins with line "from".

function continues(lines, from, i) {
    const line = lines[i];

    return OMITTED.test(line) || (i === from + 1 && GO_PLACE.test(line))
        || (/^[ >]*File "/.test(lines[from]) && /^(?:    |$)/.test(line)
            && !FRAME.test(line))
        || (/^ *\d+: /.test(lines[from]) && /^ {12,}at /.test(line));
}

function addPiece(pieces, part, library) {
    const last = pieces.at(-1);

    if (last && (last.frames > 0) === library) {
        last.part.push(...part);
        last.frames += library;
    } else {
        pieces.push({ part: [...part], frames: Number(library) });
    }
}
