// SPDX-License-Identifier: BSD-2-Clause

// A row and what is behind it: details, links, context, times.

import { open, tab } from './lib/browser.mjs';
import { clear, lines, post, records } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const rich = {
    timestamp: '2026-11-22T10:16:57.395827+00:00',
    level: 'error',
    logger: 'rackscope.api',
    message: '{"event":"payment failed","order":{"id":4711}}',
    request_id: 'req-7f3a',
    duration_ms: 12.5,
    method: 'POST',
    path: '/api/orders',
    status_code: 502,
    exception: 'Traceback (most recent call last):\n  File "x.py", line 1\n'
        + 'ValueError: no such row-99',
    rack_id: 'r2',
    nested: { list: [1, null, 'two'] },
};

const clipboard = (page) => page.evaluate(() =>
    navigator.clipboard.readText());

async function start(options) {
    const page = await open(options);
    await page.live();
    return page;
}

// An action of a row may be in the row or in a menu of it.

const action = (row, name) => row.getByRole('button', { name })
    .or(row.getByRole('menuitem', { name }))
    .or(row.getByRole('link', { name })).first();

await clear();
await post(lines(5, (i) => ({ message: `plain-${i}`, request_id: 'other' })));
await post(rich);
await post({ message: 'plain-5', request_id: 'req-7f3a' });
const [record] = await records('request_id=req-7f3a');

await test('a row has time, level, logger, message, duration, status',
    async () => {
        const page = await start();
        await page.shows('payment failed');
        const text = await page.row('payment failed').innerText();

        assert.match(text, /11:16:57[.,]395/, 'local time (Berlin) with ms');
        for (const part of ['ERROR', 'rackscope.api', 'payment failed', '12.5',
            '502']) {
            assert.ok(text.includes(part), `${part} in ${text}`);
        }
        const title = await page.row('payment failed').evaluate((row) =>
            [row, ...row.querySelectorAll('*')].map((e) => e.title
                ?? e.getAttribute('datetime') ?? '').join(' '));
        assert.match(title, /2026-11-22T10:16:57\.395827/, 'ISO in the title');
    });

await test('a row with a traceback says its cause, and that it has one',
    async () => {
        const page = await start();
        await page.shows('payment failed');
        const chevron = (row) => row.evaluate((e) => {
            const { width, borderRightWidth } = getComputedStyle(
                e.querySelector('button'), '::before');
            return `${width} ${borderRightWidth}`;
        });

        assert.match(await page.row('payment failed').innerText(),
            /ValueError: no such row-99/);
        await page.row('payment failed').getByRole('button',
            { name: /^Details of line ERROR .*, with traceback$/ }).waitFor();
        await page.row('plain-5').getByRole('button',
            { name: /^Details of line INFO [\d:.]+$/ }).waitFor();
        assert.notEqual(await chevron(page.row('payment failed')),
            await chevron(page.row('plain-5')), 'it looks different');

        await page.search().fill('no such row');
        await until('the hit in it is marked', async () =>
            await page.row('payment failed').locator('mark').count() >= 1);
    });

await test('details: a disclosure with all that the record has', async () => {
    const page = await start();
    const row = page.row('payment failed');
    const button = page.details('payment failed');

    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    await button.click();
    assert.equal(await button.getAttribute('aria-expanded'), 'true');

    const text = (await row.innerText()).replace(/[ \u00a0]+/g, ' ');
    for (const part of ['req-7f3a', '12.5', 'POST', '/api/orders', '502',
        'rack_id', 'r2', 'nested', 'two', 'Traceback (most recent call last):',
        'ValueError: no such row-99', '"id": 4711']) {
        assert.ok(text.includes(part), `${part} in ${text}`);
    }
    assert.match(text, /\{\n\s*"event": "payment failed"/,
        'JSON is indented');
    assert.ok(text.includes(String(record._seq)), 'its number');

    await button.click();
    assert.equal(await button.getAttribute('aria-expanded'), 'false');
    assert.ok(!(await row.innerText()).includes('Traceback'));
});

await test('the request_id leads to all lines of its request', async () => {
    const page = await start();
    await page.details('payment failed').click();
    await page.row('payment failed')
        .getByRole('button', { name: /req-7f3a/ }).click();
    const items = page.getByRole('region', { name: 'Request req-7f3a' })
        .getByRole('listitem');
    await until('both of that request', async () => {
        const texts = await items.allInnerTexts();
        return texts.length === 2 && texts.some((t) => /payment failed/.test(t))
            && texts.some((t) => /plain-5/.test(t));
    });
});

await test('Copy line, Copy JSON, Copy link', async () => {
    const page = await start();
    const row = page.row('payment failed');
    await page.details('payment failed').click();

    await action(row, 'Copy JSON').click();
    await same('the record', async () =>
        JSON.parse(await clipboard(page).catch(() => 'null') || 'null'),
    record);

    await action(row, 'Copy line').click();
    await until('the line', async () =>
        /ERROR.*rackscope\.api.*payment failed/.test(await clipboard(page)));

    await action(row, 'Copy link').click();
    await until('the link', async () =>
        (await clipboard(page)).endsWith(`/logs#L${record._seq}`));

    const { hash, pathname } = new URL(await clipboard(page));
    const another = await tab(page, { path: pathname + hash });
    await another.shows('payment failed');
    await until('it is the target', async () => another
        .row('payment failed').evaluate((e) => e.matches(
            ':target, [aria-current], :focus, :focus-within')
            || Boolean(e.querySelector('[aria-current]'))));
});

await test('a link to a row of long ago leads there', async () => {
    await post(lines(500, (i) => ({ message: `long-${i}` })));
    const [{ _seq }] = await records('n=1000&search=long-17');
    const page = await open({ path: `/logs#L${_seq}` });

    await page.shows('long-499');
    await until('it is in sight', () => page.log().evaluate((log, id) => {
        const row = document.getElementById(id)?.getBoundingClientRect();
        return row && row.top >= log.getBoundingClientRect().top
            && row.bottom <= innerHeight;
    }, `L${_seq}`));
});

await test('a link followed within the page', async () => {
    const page = await start();
    await page.shows('long-499');
    const [{ _seq }] = await records('n=1000&search=long-42');

    await page.evaluate((hash) => {
        location.hash = hash;
    }, `L${_seq}`);
    await until('it is in sight', () => page.row(/long-42\b/).evaluate((row) =>
        row.getBoundingClientRect().top > 0
        && row.getBoundingClientRect().bottom < innerHeight));
});

await test('a link to one that is gone says so', async () => {
    const page = await open({ path: '/logs#L1234567890123456' });

    await page.shows('long-499');
    await until('it says so', async () => /no longer in the buffer/i
        .test(await page.locator('body').innerText()));
});

await test('Show in context: filters off, paused, that row in the middle',
    async () => {
        const page = await start();
        await page.search().fill('long-250');
        await until('one row', async () => (await page.rows()).length === 1);

        const row = page.row('long-250');
        if (!await action(row, 'Show in context').isVisible()) {
            await page.details('long-250').click();
        }
        await action(row, 'Show in context').click();

        await until('all rows', async () =>
            (await page.rows()).length >= 500);
        assert.equal(await page.search().inputValue(), '');
        await page.is(/^Paused/);
        await until('in the middle', () => page.log().evaluate((log) => {
            const row = [...log.querySelectorAll('[id^="L"]')]
                .find((e) => /long-250\b/.test(e.innerText))
                .getBoundingClientRect();
            const box = log.getBoundingClientRect();
            const middle = (Math.max(0, box.top)
                + Math.min(innerHeight, box.bottom)) / 2;
            return Math.abs((row.top + row.bottom) / 2 - middle) < 60;
        }));
    });

await test('times: local, UTC, relative; remembered', async () => {
    await clear();
    await post({ message: 'then-1', timestamp: '2026-11-22T23:30:00.123456Z' },
        { message: 'then-2', timestamp: '2026-11-23T00:30:00.5Z' });
    const page = await start({ clock: '2026-11-23T00:35:00Z' });
    const time = async (name) => (await page.row(name).innerText());

    await page.shows('then-2');
    assert.match(await time('then-1'), /00:30:00[.,]123/, 'Berlin');

    await page.time().selectOption({ label: 'UTC' });
    await until('UTC', async () => /23:30:00[.,]123/.test(
        await time('then-1')));
    // midnight lies between them, by UTC
    assert.match(await page.text(),
        /then-1[^]*(?:2026-11-23|23 Nov(?:ember)? 2026|23\/11\/2026)[^]*then-2/,
        'a date row');

    const options = await page.time().locator('option').allInnerTexts();
    await page.time().selectOption({ label: options.find((o) =>
        /relative/i.test(o)) });
    await until('relative', async () => /\b[45]\s?m/.test(
        await time('then-2')));
    await page.clock.runFor(10 * 60 * 1000);
    await until('it goes on', async () => /\b1[45]\s?m/.test(
        await time('then-2')));

    await page.reload();
    await page.shows('then-2');
    assert.match(await page.time().evaluate((select) =>
        select.selectedOptions[0].label), /relative/i);
});

await test('midnight: a line of the next day stands under its date',
    async () => {
        await clear();
        await post({ message: 'day-1', timestamp: '2026-11-23T22:59:59.9Z' });
        const page = await start({ clock: '2026-11-23T22:59:58Z' });
        await page.shows('day-1');
        assert.doesNotMatch(await page.text(), /November|2026-11/, 'today');

        await page.clock.runFor(5000);
        await post({ message: 'day-2', timestamp: '2026-11-23T23:00:01Z' });
        await page.shows('day-2');
        assert.match(await page.text(), /day-1[^]*24 November 2026[^]*day-2/);
    });

await test('a click opens a line, a double click selects a word', async () => {
    await clear();
    await post({ message: 'click-0 something' }, { message: 'click-1' });
    const page = await start();
    const expanded = (name) => page.details(name)
        .getAttribute('aria-expanded');
    await page.shows('click-1');

    const word = page.row('click-0').getByText('click-0 something');
    await word.dblclick();
    assert.match(await page.evaluate(() => String(getSelection())),
        /click|something/);
    await page.row('click-1').getByText('click-1').click();
    await until('open', async () => await expanded('click-1') === 'true');
    assert.equal(await expanded('click-0'), 'false');
});

await test('Wrap lines is remembered', async () => {
    await clear();
    await post({ message: `wide-1 ${'word '.repeat(200)}` });
    const page = await start();
    await page.shows('wide-1');
    const height = async () => (await page.row('wide-1').boundingBox()).height;
    const pressed = () => page.button('Wrap lines')
        .getAttribute('aria-pressed');

    const [was, first] = [await pressed(), await height()];
    await page.button('Wrap lines').click();
    assert.notEqual(await pressed(), was);
    const second = await height();
    assert.ok(was === 'true' ? second < first : second > first,
        `${first} then ${second}`);

    await page.reload();
    await page.shows('wide-1');
    assert.notEqual(await pressed(), was);
    await until('as it was', async () => Math.abs(await height() - second) < 2);
});

await test('columns hold for a logger of any length', async () => {
    await clear();
    await post(['short', 'com.example.shop.orders.internal.CheckoutServiceImpl',
        '長い名前のロガー'.repeat(8)].map((logger) =>
        ({ logger, message: `column ${logger.length}` })));
    const page = await start();
    await page.shows('column 64');

    const columns = await page.log().evaluate((log) =>
        [...log.querySelectorAll('.message')].map((e) =>
            Math.round(e.getClientRects()[0].left)));
    assert.deepEqual(columns, Array(3).fill(columns[0]));
    assert.match(await page.row('column 52').innerText(),
        /….*\.CheckoutServiceImpl/, 'the end says more');
});

await test('of a long message about five lines, the rest in the details',
    async () => {
        await clear();
        await post({ message: `long-0 ${'word '.repeat(3000)}the-end` },
            { message: `long-1\n${'line\n'.repeat(300)}the-end` },
            { message: 'one\ntwo\nthree\nfour\nfive' });

        for (const width of [1280, 800, 360]) {
            const page = await start({ viewport: { width, height: 800 } });

            for (const name of ['long-0', 'long-1']) {
                const row = page.row(name);
                await page.shows(name);
                const { height } = await row.boundingBox();
                assert.ok(height > 60 && height < 170,
                    `${height} px at ${width}`);
                await row.getByRole('button', { name: 'more' }).click();
                await until('all of it', async () =>
                    (await row.innerText()).includes('the-end'));
            }
            assert.equal(await page.row('five').getByRole('button',
                { name: 'more' }).count(), 0);
            await page.context().close();
        }
    });

await done();
