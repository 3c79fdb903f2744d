// SPDX-License-Identifier: BSD-2-Clause

// How the values of a record are written on the screen and in a file.

export const ANSI = new RegExp(
    // CSI: colours, cursor
    "(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]" +
    // OSC: titles, links
    "|\\x1b\\][^\\x07\\x1b]{0,2000}(?:\\x07|\\x1b\\\\)" +
    "|\\x1b[ -/]*[0-~]|[\\x1b\\x9b]", "g");

const MS_PER_DAY = 86400000;

// For example 09:05:07.123

function clock(hours, minutes, seconds, ms) {
    const two = (n) => (n < 10 ? "0" : "") + n;

    return `${two(hours)}:${two(minutes)}:${two(seconds)}.`
        + String(ms).padStart(3, "0");
}

export function stripAnsi(text) {
    return /[\x1b\x9b]/.test(text) ? text.replace(ANSI, "") : text;
}

// Any value as text, where a string is expected: a client may send any JSON.

export function toText(value) {
    if (typeof value === "string") {
        return value;
    }

    return value === undefined || value === null ? "" : JSON.stringify(value);
}

// A value as the details show it, but in one line if it is no string.

export function detailText(value) {
    return typeof value === "string" ? value
        : JSON.stringify(value, null, 2)?.replace(/\n */g, " ") ?? "";
}

// Like JSON.parse(), but an integer that a double cannot hold keeps all of its
// digits, in browsers that have JSON.rawJSON().

export function parseJson(text) {
    if (!/\d{17}|9\d{15}/.test(text) || !JSON.rawJSON) {
        return JSON.parse(text);
    }

    return JSON.parse(text, (key, value, context) =>
        typeof value === "number" && !Number.isSafeInteger(value)
            && /^-?\d+$/.test(context?.source)
            ? JSON.rawJSON(context.source) : value);
}

// A text that is a JSON object or array, indented; null for any other text.

export function indentJson(text) {
    if (!/^\s*[[{]/.test(text)) {
        return null;
    }

    try {
        return JSON.stringify(parseJson(text), null, 2);
    } catch {
        return null;
    }
}

export function formatTime(ms, utc) {
    const date = new Date(ms);

    return utc
        ? clock(date.getUTCHours(), date.getUTCMinutes(),
                date.getUTCSeconds(), date.getUTCMilliseconds())
        : clock(date.getHours(), date.getMinutes(),
                date.getSeconds(), date.getMilliseconds());
}

export function formatRelative(ms, now) {
    const seconds = Math.floor((now - ms) / 1000);

    if (seconds < -1) {
        return "in future";
    }

    if (seconds < 60) {
        return `${Math.max(0, seconds)} s ago`;
    }

    if (seconds < 3600) {
        return `${Math.floor(seconds / 60)} min ago`;
    }

    return seconds < 172800 ? `${Math.floor(seconds / 3600)} h ago`
        : `${Math.floor(seconds / 86400)} d ago`;
}

function shifted(ms, utc) {
    return ms - (utc ? 0 : new Date(ms).getTimezoneOffset() * 60000);
}

// The number of a day, in the reader's time zone or in UTC.

export function dayNumber(ms, utc) {
    return Math.floor(shifted(ms, utc) / MS_PER_DAY);
}

// The ms since the beginning of that day.

export function timeOfDay(ms, utc) {
    return shifted(ms, utc) - dayNumber(ms, utc) * MS_PER_DAY;
}

export function formatDay(ms, utc) {
    return new Intl.DateTimeFormat("en-GB", {
        dateStyle: "full", timeZone: utc ? "UTC" : undefined,
    }).format(ms);
}

export function formatDuration(value) {
    if (typeof value !== "number") {
        return toText(value);
    }

    if (value >= 10000) {
        return `${(value / 1000).toFixed(1)} s`;
    }

    return `${value >= 100 ? Math.round(value) : +value.toFixed(2)} ms`;
}

// For example 1,234. The first toLocaleString() of a page takes long.

export function formatNumber(count) {
    return String(count).replace(/\B(?=(?:...)+$)/g, ",");
}

export function formatCount(count, noun) {
    return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

// A record as plain text. All lines but the first, such as those of a
// traceback, are indented, so that no part of a record can look like another
// record.

export function lineText(record) {
    const head = [record.timestamp, record.level, record.logger].map(toText);
    const tail = [];

    if (record.status_code !== undefined && record.status_code !== null) {
        tail.push(toText(record.status_code));
    }

    if (record.duration_ms !== undefined && record.duration_ms !== null) {
        tail.push(formatDuration(record.duration_ms));
    }

    if (record.request_id) {
        tail.push(`request_id=${toText(record.request_id)}`);
    }

    let text = [...head.filter(Boolean), toText(record.message)].join(" ");

    if (tail.length) {
        text += ` (${tail.join(", ")})`;
    }

    if (record.exception) {
        text += `\n${toText(record.exception)}`;
    }

    return stripAnsi(text).replace(/\r\n?|\n/g, "\n    ");
}

export function exportText(records, format) {
    if (format === "text") {
        return records.map((record) => `${lineText(record)}\n`).join("");
    }

    if (format === "ndjson") {
        return records.map((record) => `${JSON.stringify(record)}\n`).join("");
    }

    return `${JSON.stringify(records, null, 2)}\n`;
}

// Windows does not allow ":" in the name of a file.

export function fileName(date, format) {
    const time = date.toISOString().replace(/[:.]/g, "-");

    return `rackscope-logs-${time}.${format === "text" ? "txt" : format}`;
}
