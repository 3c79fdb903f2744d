// SPDX-License-Identifier: BSD-2-Clause

// The lines that the page holds: the newest 2,000, and of the lines before them
// the last 500 of WARNING and above. Among them are marks that say where lines
// are missing.

import { formatCount, stripAnsi, toText } from "./text.js";

export const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

const WARNING = LEVELS.indexOf("WARNING");

// An entry is what the page makes of a record, whatever the record has in it.
// "rank" is -1 for a level that is none of the five.

export function makeEntry(record) {
    const level = toText(record.level).toUpperCase();

    return {
        record,
        seq: typeof record._seq === "number" ? record._seq : 0,
        level,
        rank: LEVELS.indexOf(level),
        time: Date.parse(toText(record.timestamp)),
        logger: stripAnsi(toText(record.logger)),
        message: stripAnsi(toText(record.message)),
        mark: null,
        // its message without numbers and ids, once it was compared, and the
        // run of lines with the same that it is in
        key: null,
        run: null,
        // of its exception, once it was shown
        cause: null,
        index: 0,
        // it matches all filters but that of the level
        hit: true,
        // it matches all filters
        match: true,
        // the store no longer holds it
        gone: false,
        // its details are shown
        open: false,
        // its elements in the document: the line, and the date above it
        row: null,
        day: null,
    };
}

// "kind" is gap, hole (a gap that a poll has found), restart, clear or emptied.
// "missed" is the number of lines that were lost, if it is known.

export function makeMark(kind, missed) {
    return { ...makeEntry({}), mark: { kind, missed } };
}

export function markText({ kind, missed, by }) {
    if (kind === "restart") {
        return "The server's buffer was restarted";
    }

    if (kind === "clear") {
        return by === "other"
            ? "Cleared: the server no longer holds the lines before this"
            : "Cleared";
    }

    if (kind === "emptied") {
        return "The server's buffer was emptied: cleared or restarted";
    }

    const lines = `${formatCount(missed, "line")} `
        + `${missed === 1 ? "was" : "were"} lost here`;

    return kind === "hole" ? `${lines}: overwritten or cleared` : lines;
}

export class Store {
    constructor(limit = 2000, limitOld = 500) {
        this.limit = limit;
        this.limitOld = limitOld;
        // lines of WARNING and above that are older than all of "items"
        this.old = [];
        this.items = [];
        // the index of the newest entry
        this.last = 0;
        // the number of entries that are not marks
        this.lines = 0;
        this.onGone = () => {};
    }

    all() {
        return this.old.concat(this.items);
    }

    // The entries that were added after the one with this index.

    after(index) {
        let i = this.items.length;

        while (i > 0 && this.items[i - 1].index > index) {
            i--;
        }

        return this.items.slice(i);
    }

    add(entry) {
        entry.index = ++this.last;
        this.items.push(entry);
        this.lines += entry.mark ? 0 : 1;

        while (this.items.length > this.limit) {
            this.retire(this.items.shift());
        }

        return entry;
    }

    retire(entry) {
        if (entry.rank < WARNING) {
            this.drop(entry);
            return;
        }

        this.old.push(entry);

        if (this.old.length > this.limitOld) {
            this.drop(this.old.shift());
        }
    }

    drop(entry) {
        entry.gone = true;
        this.lines -= entry.mark ? 0 : 1;
        this.onGone(entry);
    }

    // A mark directly after another one of its kind becomes one with it.

    addMark(kind, missed, by) {
        const last = this.items.at(-1);

        if (last?.mark?.kind !== kind) {
            const mark = makeMark(kind, missed);
            mark.mark.by = by;
            return this.add(mark);
        }

        // a new entry, because the row of an entry is never changed
        if (missed) {
            this.drop(this.items.pop());
            return this.add(makeMark(kind, last.mark.missed + missed));
        }

        return last;
    }

    clear() {
        for (const entry of this.all()) {
            this.drop(entry);
        }

        this.old = [];
        this.items = [];
    }
}
