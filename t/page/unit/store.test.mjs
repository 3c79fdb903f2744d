// SPDX-License-Identifier: BSD-2-Clause

import assert from "node:assert/strict";
import { test } from "node:test";

import { Store, makeEntry, markText } from "../../../ngx_rackscope_logs/page/store.js";

const line = (seq, level = "INFO") =>
    makeEntry({ _seq: seq, level, message: `m-${seq}` });
const seqs = (entries) => entries.map(({ seq }) => seq);

function fill(store, from, to, level) {
    for (let i = from; i <= to; i++) {
        store.add(line(i, level));
    }
}

test("an entry of any record", () => {
    const hostile = JSON.parse("{\"toString\":1,\"valueOf\":2}");

    for (const record of [{}, { level: null, message: 5, logger: [1] },
        { _seq: hostile, timestamp: hostile, level: hostile,
            message: hostile, logger: hostile },
        JSON.parse("{\"__proto__\":{\"level\":\"ERROR\"}}")]) {
        const entry = makeEntry(record);

        assert.equal(entry.rank, -1);
        assert.equal(entry.seq, 0);
        assert.ok(Number.isNaN(entry.time));
        assert.equal(typeof entry.message, "string");
        assert.equal(typeof entry.logger, "string");
        assert.equal(entry.record, record);
    }

    assert.equal(makeEntry({ level: "warning" }).rank, 2);
    assert.equal(makeEntry({ message: "\x1b[1mx" }).message, "x");
});

test("the newest lines, and older ones of WARNING and above", () => {
    const store = new Store(10, 3);
    const gone = [];
    store.onGone = (entry) => gone.push(entry.seq);

    fill(store, 1, 2);
    fill(store, 3, 7, "WARNING");
    fill(store, 8, 17);

    // 1 and 2 went, of 3 to 7 the last three stay
    assert.deepEqual(seqs(store.all()),
        [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
    assert.deepEqual(gone, [1, 2, 3, 4]);
    assert.equal(store.lines, 13);
});

test("what is dropped knows it", () => {
    const store = new Store(1, 0);
    const first = store.add(line(1, "ERROR"));
    const second = store.add(line(2));

    assert.ok(first.gone && !second.gone);
});

test("what came after an index", () => {
    const store = new Store(5, 5);
    fill(store, 1, 3);
    const index = store.last;
    fill(store, 4, 5);

    assert.deepEqual(seqs(store.after(index)), [4, 5]);
    assert.deepEqual(seqs(store.after(store.last)), []);

    fill(store, 6, 20);
    assert.deepEqual(seqs(store.after(index)), [16, 17, 18, 19, 20]);
});

test("marks are no lines, and repeat nothing", () => {
    const store = new Store();

    store.add(line(1));
    store.addMark("gap", 100);
    store.addMark("gap", 20);
    store.addMark("restart");
    store.addMark("restart");
    store.add(line(2));
    store.addMark("restart");

    assert.equal(store.lines, 2);
    assert.deepEqual(store.all().filter(({ mark }) => mark)
        .map(({ mark }) => markText(mark)), [
        "120 lines were lost here",
        "The server's buffer was restarted",
        "The server's buffer was restarted",
    ]);
});

test("what marks say", () => {
    for (const [mark, pattern] of [
        [{ kind: "gap", missed: 1 }, /^1 line was lost here$/],
        [{ kind: "gap", missed: 1234 }, /^1,234 lines were lost here$/],
        [{ kind: "hole", missed: 2 },
            /^2 lines were lost here: overwritten or cleared$/],
        [{ kind: "clear" }, /^Cleared$/],
        [{ kind: "clear", by: "other" }, /^Cleared: .*no longer/],
        [{ kind: "emptied" }, /emptied: cleared or restarted/],
    ]) {
        assert.match(markText(mark), pattern);
    }
});

test("clear drops all of it", () => {
    const store = new Store(3, 3);
    let gone = 0;
    store.onGone = () => gone++;
    fill(store, 1, 5, "ERROR");
    const last = store.last;

    store.clear();
    assert.deepEqual([store.all(), store.lines, gone], [[], 0, 5]);

    store.add(line(6));
    assert.deepEqual(seqs(store.after(last)), [6]);
});

test("bounded after a day of it", () => {
    const store = new Store();
    fill(store, 1, 20000, "ERROR");
    fill(store, 20001, 40000);

    assert.equal(store.all().length, 2500);
    assert.equal(store.lines, 2500);
});
