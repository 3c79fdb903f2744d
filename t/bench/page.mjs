// SPDX-License-Identifier: BSD-2-Clause

// How fast the page is.  Measured and said, never judged: the limits are in
// docs/page.md.
//
//     LINES=200000      how many lines go through it before its memory is read
//     BESIDE=<commit>   measures the page of that commit as well, in turns: what
//                       else the machine does slows both of them

import { loadavg } from 'node:os';
import { gzipSync } from 'node:zlib';

import { open } from '../page/lib/browser.mjs';
import { clear, admin, lines, post, request } from '../page/lib/server.mjs';
import { done, note, test, until } from '../page/lib/tap.mjs';

const seconds = 5;
const total = Number(process.env.LINES ?? 200_000);
const pages = [['page', '/logs'],
    ...process.env.BESIDE ? [[process.env.BESIDE, '/beside/logs']] : []];

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const median = (values) =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, p) => [...values].sort((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * p / 100))];

const make = (i) => ({
    level: i % 20 ? 'info' : i % 40 ? 'warning' : 'error',
    logger: ['rackscope.api.middleware', 'shop.orders', 'db.pool'][i % 3],
    message: `GET /api/racks/rack-${i}/devices/node${i * 7 % 100} - 200 `
        + `at=${Date.now()}.`,
    request_id: `1e767417-a913-4250-bea8-${100000000000 + i}`,
    duration_ms: i % 97 / 3,
    status_code: 200,
    path: `/api/racks/rack-${i}`,
});

async function fill(count, one = make) {
    for (let i = 0; i < count; i += 50) {
        await post(lines(Math.min(50, count - i), (j) => one(i + j)));
    }
}

// A line with a traceback of 9 KB, and one that repeats the one before.

const traced = (i) => ({
    ...make(i),
    exception: `Traceback (most recent call last):\n${Array.from({ length: 70 },
        (_, j) => `  File "/usr/lib/python3/dist-packages/module_${j}/views.py",`
            + ` line ${i + j}, in handle_request_${j}\n    return await call()\n`)
        .join('')}KeyError: 'customer_${i}'`,
});
const repeated = (i) => ({ ...make(i), logger: 'db.pool', level: 'info' });

await test('size', async () => {
    for (const [name, path] of pages) {
        const { text } = await request(admin + path);

        note(`${name}: ${Buffer.byteLength(text)} bytes, gzipped ${
            gzipSync(text, { level: 9 }).length}`);
    }
    note(`load: ${loadavg().map((n) => n.toFixed(1)).join(' ')}`);
});

// What somebody waits for, by page: the values of each.

const waits = () => Object.fromEntries(pages.map(([name]) => [name, []]));

function sayWaits(what, times) {
    for (const [name, values] of Object.entries(times)) {
        note(`${name}: ${what}: median ${median(values).toFixed(0)} ms (${
            Math.min(...values).toFixed(0)} to ${
            Math.max(...values).toFixed(0)})`);
    }
}

async function openingTime(path) {
    const page = await open({ fold: true, goto: false });

    await page.addInitScript(() => {
        const observer = new MutationObserver(() => {
            if (document.querySelector('[role=log] [id^="L"]')) {
                observer.disconnect();
                requestAnimationFrame(() => setTimeout(() => {
                    globalThis.firstRow = performance.now();
                }));
            }
        });
        observer.observe(document, { subtree: true, childList: true });
    });
    await page.goto(admin + path);

    const time = await until('a row', () =>
        page.evaluate(() => globalThis.firstRow));
    await page.context().close();
    return time;
}

async function firstRow(what, one) {
    const times = waits();

    await clear();
    await fill(1000, one);

    for (let i = 0; i < 9; i++) {
        for (const [name, path] of pages) {
            times[name].push(await openingTime(path));
        }
    }
    sayWaits(`first row with 1,000 ${what}`, times);
}

await test('first row', () => firstRow('lines', make));
await test('first row, tracebacks', () => firstRow('tracebacks of 9 KB', traced));

// Frames, long tasks, and how old the newest line is that can be seen.

const begin = (page) => page.evaluate(() => {
    const m = { frames: 0, tasks: [], lags: [], start: performance.now() };
    globalThis.measured = m;

    const rows = document.querySelector('[role=log] [id^="L"]').parentElement;

    const frame = () => {
        m.frames++;
        if (m.frames % 6 === 0) {
            // a row of repeats has the text of the first
            const newest = rows.querySelector(
                ':scope > :last-child:not(.folded)')
                ?.textContent.match(/at=(\d+)\./);
            if (newest) {
                m.lags.push(Date.now() - Number(newest[1]));
            }
        }
        m.raf = requestAnimationFrame(frame);
    };
    m.raf = requestAnimationFrame(frame);
    m.observer = new PerformanceObserver((list) => m.tasks.push(
        ...list.getEntries().map(({ duration }) => duration)));
    m.observer.observe({ type: 'longtask' });
});

const end = (page) => page.evaluate(() => {
    const m = globalThis.measured;

    cancelAnimationFrame(m.raf);
    m.observer.disconnect();
    return { ...m, ms: performance.now() - m.start,
        rows: document.querySelectorAll('[role=log] [id^="L"]').length };
});

async function stream(rate, ms, one) {
    const start = Date.now();
    let sent = 0;

    while (Date.now() - start < ms) {
        const due = Math.floor((Date.now() - start) / 1000 * rate);

        if (due > sent) {
            const first = sent;
            sent = due;
            await post(lines(due - first, (i) => one(first + i)));
        }
        await pause(50);
    }
}

async function frames([name, path], rate, rows, one = make) {
    await clear();
    await fill(Math.min(rows, 1000));
    const page = await open({ fold: true, path });
    await page.live();

    if (rows > 1000) {
        await fill(rows - 1000);
    }
    await until('all rows', async () => (await page.log().locator(
        '[id^="L"]').count()) >= Math.min(rows, 2000), 60000);

    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable');
    const cpu = async () => (await cdp.send('Performance.getMetrics'))
        .metrics.find(({ name }) => name === 'ThreadTime')?.value;

    await begin(page);
    const before = await cpu();
    await stream(rate, seconds * 1000, one);
    const busy = await cpu() - before;
    const m = await end(page);

    note(`${name}: ${rate} lines/s, ${rows} rows (${m.rows} in the end): ${
        (m.frames / m.ms * 1000).toFixed(1)} frames/s, ${
        (busy / m.ms * 1e5).toFixed(0)} % of a processor, longest task ${
        Math.max(0, ...m.tasks).toFixed(0)} ms (${m.tasks.length} over 50)${
        m.lags.length ? `, newest on screen after ${median(m.lags)} ms, 99 % ${
            percentile(m.lags, 99)} ms` : ''}`);
}

for (const [rate, rows] of [[0, 1000], [200, 1000], [200, 2000], [1000, 1000],
    [1000, 2000]]) {
    for (const page of pages) {
        await test(`${page[0]}: ${rate} lines/s, ${rows} rows`, () =>
            frames(page, rate, rows));
    }
}

for (const page of pages) {
    await test(`${page[0]}: 1000 repeats/s`, () =>
        frames(page, 1000, 1000, repeated));
}

// The times from a key to the frame in which what was typed is marked: rows of
// the letters before are still being built.

async function typingTimes(path) {
    await clear();
    await fill(1000);
    const page = await open({ fold: true, path });
    await page.live();
    await fill(1000);
    await until('2,000 rows', async () =>
        (await page.log().locator('[id^="L"]').count()) >= 2000, 60000);

    const times = [];
    await page.search().focus();
    let typed = '';

    for (const key of ['r', 'a', 'c', 'k', '-', '1']) {
        typed += key;
        await page.evaluate((wanted) => {
            globalThis.painted = new Promise((resolve) => {
                let pressed;
                addEventListener('keydown', (event) => {
                    pressed = event.timeStamp;
                }, { once: true, capture: true });
                const log = document.querySelector('[role=log]');
                const observer = new MutationObserver(() => {
                    if (log.querySelector('mark')?.textContent === wanted) {
                        observer.disconnect();
                        requestAnimationFrame(() => setTimeout(() =>
                            resolve(performance.now() - pressed)));
                    }
                });
                observer.observe(log, { subtree: true, childList: true });
            });
        }, typed);
        await page.keyboard.press(key);
        times.push(await page.evaluate(() => globalThis.painted));
        // the next letter of somebody who types fast
        await pause(120);
    }
    await page.context().close();
    return times;
}

await test('keystroke', async () => {
    const times = waits();

    for (let i = 0; i < 3; i++) {
        for (const [name, path] of pages) {
            times[name].push(...await typingTimes(path));
        }
    }
    sayWaits('keystroke to painted, 2,000 lines', times);
});

async function used(page) {
    const cdp = await page.context().newCDPSession(page);

    await pause(2000);
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    const { nodes } = await cdp.send('Memory.getDOMCounters');

    return { mb: usedSize / 1e6, nodes };
}

await test('memory', async () => {
    await clear();
    await fill(1000);
    const all = [];

    for (const [name, path] of pages) {
        const page = await open({ fold: true, path });

        await page.live();
        all.push({ name, page });
    }
    await fill(1500);

    for (const one of all) {
        one.before = await used(one.page);
    }

    const start = Date.now();
    for (let i = 0; i < total; i += 500) {
        await post(lines(500, (j) => make(i + j)));
        await pause(50);
    }
    const took = (Date.now() - start) / 1000;

    for (const { name, page, before } of all) {
        const behind = await used(page);

        note(`${name}: memory: ${before.mb.toFixed(1)} MB, after ${total} lines `
            + `in ${took.toFixed(0)} s ${behind.mb.toFixed(1)} MB (${
                before.nodes} and ${behind.nodes} nodes)`);
    }
});

// What a run of equal lines costs: it is one row.

await test('a run of 1,500', async () => {
    await clear();
    const page = await open({ fold: true });

    await page.live();
    await fill(1500, repeated);
    await until('all of them', async () => (await page.locator('#count')
        .innerText()).startsWith('1,500'), 60000);
    note(`page: 1,500 equal lines: ${await page.log().locator('[id^="L"]')
        .count()} row`);
    note(`load: ${loadavg().map((n) => n.toFixed(1)).join(' ')}`);
});

await done();
