// SPDX-License-Identifier: BSD-2-Clause

// The page in Firefox: opening, the stream, searching, details, pausing, a lost
// connection, and what is painted.  All else is tested in Chromium.

import { open } from './lib/firefox.mjs';
import { decode, ink } from './lib/png.mjs';
import { clear, lines, post, start, stop } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const ENTER = '\uE007';

const words = 'abcdefghij';
const word = (i) => [...String(i)].map((n) => words[n]).join('');

async function fill(count) {
    await clear();
    await post(lines(count, (i) => ({
        timestamp: new Date(Date.now() - (count - i) * 1000).toISOString(),
        level: i % 50 === 40 ? 'error' : 'info', logger: 'shop.orders',
        message: `line-${i} ${word(i)}`, status_code: i % 50 === 40 ? 502 : 200,
    })));
}

const names = async (page) => (await page.rows())
    .map((text) => text.match(/line-\d+/)?.[0]);
const shows = (page, expected) => same(`${expected}`, () => names(page),
    expected);
const is = (page, pattern, ms) => until(`status ${pattern}`, async () => {
    const text = await page.status();

    return pattern.test(text) || Promise.reject(new Error(`it is ${text}`));
}, ms);

async function opened(count, options) {
    const page = await open(options);

    await until(`${count} rows`, async () =>
        (await page.rows()).length === count);
    await is(page, /^Live/);
    return page;
}

// How much of an element's box is painted in other colours than its ground.

async function painted(page, selector) {
    const box = await page.evaluate((name) => {
        const { x, y, width, height } = document.querySelector(name)
            .getBoundingClientRect();

        return { x, y, width, height };
    }, selector);

    return ink(decode(await page.screenshot()), box);
}

await test('a quiet server: live at once, and nothing else is said',
    async () => {
        await clear();
        const page = await open();

        // sooner than the first heartbeat
        await is(page, /^Live/, 15000);
    });

await test('the newest line is in sight, and those that come', async () => {
    await fill(300);
    const page = await opened(300);
    const inSight = (name) => until(`${name} is in sight`, () => page.evaluate(
        (text) => {
            const log = document.querySelector('[role="log"]');
            const row = [...log.querySelectorAll('[id^="L"]')].find((e) =>
                e.innerText.includes(text));
            const { top, bottom } = row.getBoundingClientRect();
            const list = log.getBoundingClientRect();

            return top >= list.top - 1 && bottom <= list.bottom + 1;
        }, name));

    await inSight('line-299');
    await post(lines(20, (i) => ({ message: `line-${300 + i} ${word(i)}` })));
    await inSight('line-319');
    assert.equal((await page.rows()).length, 320);
});

await test('a search of words, and of a term', async () => {
    await fill(120);
    const page = await opened(120);

    await page.press('/line-11');
    await shows(page, ['line-11', ...lines(10, (i) => `line-${110 + i}`)]);
    assert.equal(await page.evaluate(() =>
        document.querySelector('[role="log"] mark').textContent), 'line-11');

    await page.evaluate(() => document.querySelector('#search').select());
    await page.press('status>=500 -line-90');
    await shows(page, []);
    await page.evaluate(() => document.querySelector('#search').select());
    await page.press('status>=500 "line"');
    await shows(page, ['line-40', 'line-90']);
    assert.match(await page.evaluate(() => location.search), /q=status/);
});

await test('details by a click and by the keyboard', async () => {
    await clear();
    await post({ level: 'error', message: 'line-0', rack_id: 'r42',
        exception: 'Traceback (most recent call last):\n'
            + '  File "shop.py", line 7, in total\n    return price\n'
            + 'KeyError: \'price\'' });
    const page = await opened(1);
    const text = async () => (await page.rows())[0];
    const open = async () => /r42/.test(await text());

    assert.match(await text(), /KeyError: 'price'/, 'the cause');
    const name = await page.evaluate(() => document.querySelector(
        '[role="log"] .more').ariaLabel);

    await page.click('button', name);
    await until('open', open);
    assert.match(await text(), /return price/);
    await page.click('button', name);
    await until('closed', async () => !await open());

    await page.press(`j${ENTER}`);
    await until('open', open);
});

await test('Paused holds the list, and Live goes on', async () => {
    await fill(30);
    const page = await opened(30);

    await page.click('button', 'Live');
    await is(page, /^Paused/);
    await post({ message: 'line-30' });
    await page.find('button', '1 new line');
    assert.equal((await page.rows()).length, 30);

    await page.click('button', 'Paused');
    await is(page, /^Live/);
    await until('it is there', async () =>
        (await names(page)).at(-1) === 'line-30');
});

await test('a restart of nginx: it says so, and goes on', async () => {
    await fill(10);
    const page = await opened(10);

    await stop();
    await is(page, /^Reconnecting/);
    await start();
    await post({ message: 'line-10' });
    await is(page, /^Live/, 40000);
    await until('the new line', async () =>
        (await names(page)).at(-1) === 'line-10');
    assert.match(await page.evaluate(() =>
        document.querySelector('[role="log"]').innerText),
    /buffer was restarted/);
});

await test('repeats are one row', async () => {
    await clear();
    await post({ message: 'line-0 alone' }, lines(50, (i) => (
        { message: `tick ${i}` })));
    const page = await opened(2);

    assert.match((await page.rows())[1], /^[^]*× 50/);
    const name = await page.evaluate(() => [...document.querySelectorAll(
        '[role="log"] button')].map((b) => b.ariaLabel ?? b.innerText)
        .find((text) => text.startsWith('×')));
    await page.click('button', name);
    await until('all of them', async () => (await page.rows()).length === 51);
});

await test('the rows and the chart are painted', async () => {
    await fill(900);

    for (let i = 0; i < 3; i++) {
        const page = await opened(900);

        await until('the list', async () =>
            await painted(page, '[role="log"]') > 5000);
        await until('the chart', async () =>
            await painted(page, '#bars') > 500);
    }
});

await done();
