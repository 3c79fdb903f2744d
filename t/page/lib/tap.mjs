// SPDX-License-Identifier: BSD-2-Clause

// What a browser test is made of: each test('what', async () => …) is a line
// of TAP, good unless the function throws.  One after the other: a page under
// test has the machine for itself.

import assert from 'node:assert/strict';

export { assert };

let count = 0;
const cleanups = [];

const said = (text) => process.stdout.write(`${text}\n`);

export function note(text) {
    for (const line of String(text).split('\n')) {
        said(`# ${line}`);
    }
}

// To be run when the running test is over, the last one first.

export function after(cleanup) {
    cleanups.push(cleanup);
}

const only = process.env.RACKSCOPE_ONLY;

export async function test(name, body) {
    if (only && !name.includes(only)) {
        return;
    }

    const start = Date.now();
    let wrong = null;

    try {
        await body();
    } catch (error) {
        wrong = error;
    }

    while (cleanups.length) {
        try {
            await cleanups.pop()(wrong);
        } catch (error) {
            wrong ??= error;
        }
    }

    count++;
    said(`${wrong ? 'not ok' : 'ok'} ${count} - ${name.replaceAll('#', '')}`);

    if (wrong) {
        note(wrong.stack ?? wrong);
    }
    if (process.env.RACKSCOPE_TIMES) {
        note(`${Date.now() - start} ms`);
    }
}

// The end of a program: what it started ends as well.

const ends = [];

export function atEnd(end) {
    ends.push(end);
}

export async function done() {
    for (const end of ends) {
        await end();
    }
    said(`1..${count}`);
    process.stdin.destroy();
}

// Waits until the condition is true, and returns its value; what it threw or
// returned last is the reason if it never is.  The only place where time goes
// by.

export async function until(what, condition, ms = 8000) {
    const deadline = Date.now() + ms;
    let last;

    for (;;) {
        try {
            last = await condition();
            if (last) {
                return last;
            }
        } catch (error) {
            last = error;
        }

        if (Date.now() >= deadline) {
            const why = last instanceof Error ? last.message
                : JSON.stringify(last);
            throw new Error(`not in ${ms} ms: ${what} (last: ${why})`);
        }

        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

// Until two values are the same, in whatever they hold.

export async function same(what, value, expected, ms) {
    let last;

    await until(what, async () => {
        last = await value();
        assert.deepEqual(last, expected);
        return true;
    }, ms).catch((error) => {
        assert.deepEqual(last, expected, `${what}: ${error.message}`);
    });
}
