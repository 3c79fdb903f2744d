// SPDX-License-Identifier: BSD-2-Clause

// Neighbours that are equal but for numbers and ids are one row, and nothing is
// lost by that.

import { readFile } from 'node:fs/promises';

import { open, scrollTo } from './lib/browser.mjs';
import { clear, lines, post, records } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const numbered = (name, first, count, more) =>
    lines(count, (i) => ({ message: `${name}-${first + i}`, ...more }));

// Lines of which no two are equal, numbers or not.

const words = (count, more) => lines(count, (i) => ({
    message: `word ${[...String(i)].map((n) => 'abcdefghij'[n]).join('')}.`,
    ...more,
}));

async function start(options) {
    const page = await open({ fold: true, ...options });
    await page.live();
    return page;
}

// The rows by their names, each with the count that it has, if any.

const shown = async (page) => (await page.rows()).map(({ text }) =>
    text.match(/\b[a-z]+-\d+\b/)?.[0] + (text.match(/× [\d,]+/)?.[0] ?? ''));

const shows = (page, expected, ms) =>
    same('the rows', () => shown(page), expected, ms);

const repeats = (page, name) => page.row(new RegExp(`\\b${name}\\b`))
    .getByRole('button', { name: /^×/ });
const expanded = (page, name) => repeats(page, name)
    .getAttribute('aria-expanded');
const count = (page, text) => until(text, async () =>
    (await page.locator('body').innerText()).includes(text));
const isSeen = (page, name) => until(`${name} is seen`, () =>
    page.row(new RegExp(`\\b${name}\\b`)).evaluate((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return top >= row.closest('[role=log]').getBoundingClientRect().top - 1
            && bottom <= innerHeight + 1;
    }));
const isCurrent = (page, name) => same('the current row', () =>
    page.log().evaluate((log) => log.querySelector('[aria-current]')
        ?.innerText.match(/\b[a-z]+-\d+\b/)[0]), name);

await test('1,500 equal lines are one row, and only its count changes',
    async () => {
        await clear();
        await post({ message: 'other-0' }, numbered('tick', 0, 900));
        const page = await start();
        await shows(page, ['other-0', 'tick-0× 900']);
        const before = (await page.rows()).map(({ seq, top }) => [seq, top]);
        await page.row('tick-0').evaluate((row) => {
            row.before = true;
        });

        await post(numbered('tick', 900, 600));
        await shows(page, ['other-0', 'tick-0× 1,500']);
        await count(page, '1,501 lines');
        assert.deepEqual((await page.rows()).map(({ seq, top }) => [seq, top]),
            before, 'in place');
        assert.ok(await page.row('tick-0').evaluate((row) => row.before),
            'the same row');

        await post({ message: 'other-1' }, numbered('tick', 1500, 1));
        await shows(page,
            ['other-0', 'tick-0× 1,500', 'other-1', 'tick-1500']);
    });

await test('the row says when they came', async () => {
    await clear();
    await post(['03:41:07', '03:45:00', '03:49:59'].map((time, i) => ({
        message: `tick-${i}`, timestamp: `2026-11-22T${time}Z` })));
    const page = await start({ timezoneId: 'UTC' });

    await repeats(page, 'tick-0').waitFor();
    assert.equal(await repeats(page, 'tick-0').innerText(),
        '× 3 · 03:41–03:49');
});

await test('of one level, logger, status and day, without a traceback',
    async () => {
        await clear();
        await post(numbered('a', 0, 2), numbered('a', 2, 1, { level: 'error' }),
            numbered('a', 3, 2, { logger: 'shop' }),
            numbered('a', 5, 2, { logger: 'shop', status_code: 500 }),
            numbered('a', 7, 2, { exception: 'ValueError: 5' }),
            numbered('a', 9, 2, { timestamp: '2026-11-22T22:59:59Z' }),
            numbered('a', 11, 2, { timestamp: '2026-11-22T23:00:00Z' }));
        const page = await start();

        await shows(page, ['a-0× 2', 'a-2', 'a-3× 2', 'a-5× 2', 'a-7', 'a-8',
            'a-9× 2', 'a-11× 2']);
        await page.time().selectOption({ label: 'UTC' });
        await shows(page, ['a-0× 2', 'a-2', 'a-3× 2', 'a-5× 2', 'a-7', 'a-8',
            'a-9× 4']);
    });

await test('a mark between them is never lost', async () => {
    await clear();
    const page = await start();

    await post(numbered('tick', 0, 5));
    await shows(page, ['tick-0× 5']);
    await clear();
    await post(numbered('tick', 5, 5));
    await shows(page, ['tick-0× 5', 'tick-5× 5']);
    assert.match(await page.text(), /tick-0[^]*Cleared[^]*tick-5/);
});

await test('it opens in place and closes', async () => {
    await clear();
    await post(words(100), numbered('tick', 0, 50), { message: 'last-0' });
    const page = await start();
    await until('all rows', async () => (await page.rows()).length === 102);

    const top = async () => (await page.row(/tick-0\b/).boundingBox()).y;
    const where = await top();

    await repeats(page, 'tick-0').click();
    assert.equal(await expanded(page, 'tick-0'), 'true');
    await same('all of them', async () => (await page.names(/tick-\d+/)),
        lines(50, (i) => `tick-${i}`));
    assert.ok(Math.abs(await top() - where) < 1, 'it did not move');
    assert.equal(await page.details(/tick-0\b/)
        .getAttribute('aria-expanded'), 'false', 'no details');

    await page.details(/tick-1\b/).click();
    await until('details', async () => /timestamp/.test(await page.text()));

    await repeats(page, 'tick-0').click();
    assert.equal(await expanded(page, 'tick-0'), 'false');
    assert.equal((await page.rows()).length, 102);
    assert.ok(Math.abs(await top() - where) < 1, 'it did not move');
});

await test('more of them come to an open run', async () => {
    await clear();
    await post(numbered('tick', 0, 3));
    const page = await start();

    await repeats(page, 'tick-0').click();
    await post(numbered('tick', 3, 2));
    await shows(page, ['tick-0× 5', ...lines(4, (i) => `tick-${i + 1}`)]);
});

await test('what was open in a run closes with it, and it stays closed',
    async () => {
        await clear();
        await post(numbered('tick', 0, 3));
        const page = await start();

        await repeats(page, 'tick-0').click();
        await page.details(/tick-2\b/).click();
        await until('details', async () =>
            /timestamp/.test(await page.text()));
        await repeats(page, 'tick-0').click();
        await shows(page, ['tick-0× 3']);
        await post(numbered('tick', 3, 3));
        await shows(page, ['tick-0× 6']);
    });

await test('by the keyboard: → opens, ← closes, Tab goes to the count',
    async () => {
        await clear();
        await post({ message: 'other-0' }, numbered('tick', 0, 5));
        const page = await start();
        await shows(page, ['other-0', 'tick-0× 5']);

        await page.keyboard.press('k');
        await isCurrent(page, 'tick-0');
        await page.keyboard.press('ArrowRight');
        await shows(page, ['other-0', 'tick-0× 5', 'tick-1', 'tick-2',
            'tick-3', 'tick-4']);
        await page.keyboard.press('j');
        await page.keyboard.press('j');
        await isCurrent(page, 'tick-2');
        await page.keyboard.press('ArrowLeft');
        await shows(page, ['other-0', 'tick-0× 5']);
        await isCurrent(page, 'tick-0');

        await page.keyboard.press('Tab');
        assert.ok(await repeats(page, 'tick-0').evaluate((button) =>
            button === document.activeElement), 'Tab');
        await page.keyboard.press('Enter');
        assert.equal(await expanded(page, 'tick-0'), 'true');
        await page.keyboard.press('Enter');
        assert.equal(await expanded(page, 'tick-0'), 'false');
        await page.keyboard.press('k');
        await isCurrent(page, 'other-0');
    });

await test('"Fold repeats" switches it off, and is remembered', async () => {
    await clear();
    await post(numbered('tick', 0, 5));
    const page = await start();
    const pressed = () => page.button('Fold repeats')
        .getAttribute('aria-pressed');
    const all = lines(5, (i) => `tick-${i}`);

    await shows(page, ['tick-0× 5']);
    assert.equal(await pressed(), 'true');
    await page.button('Fold repeats').click();
    await shows(page, all);
    assert.equal(await pressed(), 'false');

    await page.reload();
    await shows(page, all);
    await page.button('Fold repeats').click();
    await shows(page, ['tick-0× 5']);
});

await test('a paused list keeps its count', async () => {
    await clear();
    await post(numbered('tick', 0, 5));
    const page = await start();

    await page.button('Live').click();
    await post(numbered('tick', 5, 7));
    await page.button('7 new lines').waitFor();
    await shows(page, ['tick-0× 5']);
    await page.button('Refresh').click();
    await shows(page, ['tick-0× 12']);
    await post(numbered('tick', 12, 1));
    await page.button('1 new line').waitFor();
    await page.button('Paused').click();
    await shows(page, ['tick-0× 13']);
});

for (const newest of [false, true]) {
    const order = newest ? 'newest first' : 'oldest first';

    await test(`${order}: nothing moves for who has scrolled away`,
        async () => {
            await clear();
            await post(words(200), numbered('tick', 0, 50), words(200),
                numbered('tock', 0, 50));
            const page = await start({
                path: `/logs${newest ? '?order=newest' : ''}` });
            const places = async () => (await page.rows())
                .map(({ seq, text, top }) => [seq, text, top]);

            await page.shows('tock-0');
            await until('all rows', async () =>
                (await page.rows()).length === 402);
            await scrollTo(page, 0.5);
            const before = await places();
            await post(numbered('tock', 50, 100));
            await page.button('100 new lines').waitFor();
            assert.deepEqual(await places(), before);

            await page.fresh().click();
            await until('the count', async () => /× 150/.test(
                await page.row(/tock-0\b/).innerText()));
            await isSeen(page, 'tock-0');
        });
}

await test('newest first: an open run goes on upwards', async () => {
    await clear();
    await post(numbered('tick', 0, 3), { message: 'other-0' });
    const page = await start({ path: '/logs?order=newest' });

    await shows(page, ['other-0', 'tick-0× 3']);
    await repeats(page, 'tick-0').click();
    await shows(page, ['other-0', 'tick-2', 'tick-1', 'tick-0× 3']);
});

await test('lines that are no longer held leave their run', async () => {
    await clear();
    const page = await start();

    await post({ level: 'error', message: 'bad-0' }, { message: 'other-0' },
        { level: 'error', message: 'bad-1' }, numbered('tick', 0, 900));
    await shows(page, ['bad-0', 'other-0', 'bad-1', 'tick-0× 900']);

    for (let i = 0; i < 3; i++) {
        await post(words(500));
        await until('all rows', async () =>
            (await page.names(/\bword \w+/)).length === (i + 1) * 500);
    }

    // what lay between the errors is gone, so they are neighbours
    await until('the bound holds', async () => {
        const [first, second, third] = await shown(page);
        return first === 'bad-0× 2' && second === 'tick-400× 500'
            && third === 'undefined';
    });
    await count(page, '2,002 lines');
});

await test('a filter makes neighbours, and takes them apart', async () => {
    await clear();
    await post(lines(6, (i) => [{ message: `tick-${i}` },
        { message: `other-${i}`, level: 'debug' }]).flat());
    const page = await start();
    const all = lines(6, (i) => [`tick-${i}`, `other-${i}`]).flat();

    await shows(page, all);
    await page.level('Info').check();
    await shows(page, ['tick-0× 6']);
    await page.level('All').check();
    await shows(page, all);
});

await test('n reaches every hit, also one within a run', async () => {
    await clear();
    await post({ message: 'other-0' }, numbered('tick', 0, 5),
        { message: 'other-1' });
    const page = await start();

    await page.search().fill('tick');
    await shows(page, ['tick-0× 5']);
    await count(page, '5 hits');
    await page.log().focus();

    for (let i = 0; i < 5; i++) {
        await page.keyboard.press('n');
        await count(page, `${i + 1} of 5`);
        await isCurrent(page, `tick-${i}`);
    }
    await page.keyboard.press('N');
    await isCurrent(page, 'tick-3');
    assert.ok(await page.row('tick-3').locator('mark').count());

    await page.search().fill('');
    await page.shows('other-1');
    await isCurrent(page, 'tick-3');
});

await test('e stops once at a run of errors, and at each if it is open',
    async () => {
        await clear();
        await post(numbered('bad', 0, 1, { level: 'error', logger: 'one' }),
            { message: 'other-0' },
            numbered('bad', 1, 20, { level: 'error' }),
            { message: 'other-1' });
        const page = await start();
        await shows(page, ['bad-0', 'other-0', 'bad-1× 20', 'other-1']);

        for (const name of ['bad-1', 'bad-0', 'bad-1']) {
            await page.keyboard.press('e');
            await isCurrent(page, name);
        }
        assert.match(await page.row(/bad-1\b/).innerText(), /ERROR/);
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('e');
        await isCurrent(page, 'bad-2');
    });

await test('a link leads to a line within a run', async () => {
    await clear();
    await post(words(200), numbered('tick', 0, 200), words(200));
    const [{ _seq }] = await records('n=1000&search=tick-77');
    const page = await open({ fold: true, path: `/logs#L${_seq}` });

    await isCurrent(page, 'tick-77');
    await isSeen(page, 'tick-77');
    assert.equal(await expanded(page, 'tick-0'), 'true');
});

await test('Export saves lines, not rows', async () => {
    await clear();
    await post(numbered('tick', 0, 50));
    const page = await start();
    await shows(page, ['tick-0× 50']);

    const coming = page.waitForEvent('download');
    await page.button('Export').click();
    const path = await (await coming).path();
    assert.deepEqual(JSON.parse(await readFile(path, 'utf8')),
        await records());
});

await done();
