// SPDX-License-Identifier: BSD-2-Clause

// Who reads is not disturbed: Paused freezes, scrolling away holds, coming back
// follows.

import { open } from './lib/browser.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const make = (name, first, count) =>
    lines(count, (i) => ({ message: `${name}-${first + i}` }));

const ids = async (page) => (await page.rows()).map(({ seq }) => seq);
const last = async (page) => (await page.names()).at(-1);

// Which rows the reader sees, and where.

const visible = (page) => page.log().evaluate((log) => {
    const box = log.getBoundingClientRect();
    const top = Math.max(box.top, 0);
    const bottom = Math.min(box.bottom, innerHeight);

    return [...log.querySelectorAll('[id^="L"]')]
        .map((row) => [row.id, row.getBoundingClientRect()])
        .filter(([, r]) => r.height && r.top >= top - 1
            && r.bottom <= bottom + 1)
        .map(([id, r]) => ({ id, top: Math.round(r.top) }));
});

const sees = async (page, text) => {
    const seen = (await visible(page)).map(({ id }) => Number(id.slice(1)));
    return (await page.rows())
        .some((row) => row.text.includes(text) && seen.includes(row.seq));
};

async function wheel(page, dy) {
    const box = await page.log().boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 100);
    await page.mouse.wheel(0, dy);
}

// What a wheel began has come to its end.

async function still(page) {
    let was;

    await until('it stands still', async () => {
        const now = JSON.stringify(await visible(page));
        return now === was || (was = now, false);
    });
}

async function start(count, options) {
    await clear();
    await post(make('line', 0, count));
    const page = await open(options);
    await page.live();
    await same('all rows', async () => (await page.rows()).length, count);
    return page;
}

await test('Paused freezes the view and counts, Live goes on', async () => {
    const page = await start(50);
    assert.equal(await page.button('Refresh').count(), 0, 'no Refresh');

    await page.button('Live').click();
    await page.is(/^Paused/);
    assert.equal(await page.button('Live').count(), 0);
    assert.equal(await page.button('Paused').count(), 1);
    assert.equal(await page.button('Refresh').count(), 1, 'Refresh');

    const before = await ids(page);
    await post(make('line', 50, 30));
    await page.button('30 new lines').waitFor();
    assert.deepEqual(await ids(page), before, 'the same rows');
    await page.is(/^Paused/);

    await page.button('Paused').click();
    await page.shows('line-79');
    await page.live();
    assert.deepEqual(await page.names(), lines(80, (i) => `line-${i}`));
    assert.equal(await page.fresh().filter({ visible: true }).count(), 0);
    assert.ok(await sees(page, 'line-79'), 'at the newest');
});

await test('of many lines at once the rows are built when somebody looks', async () => {
    const page = await start(10, { clock: true });
    const count = () => page.log().locator('[id^="L"]').count();

    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    for (let i = 10; i < 460; i += 150) {
        await post(make('line', i, 150));
        await until(`line-${i + 149}`, async () => {
            await page.clock.runFor(5);
            return await last(page) === `line-${i + 149}`;
        });
    }

    const built = await count();
    assert.ok(built < 400, `${built} rows`);
    await page.clock.runFor(250);
    assert.equal(await count(), built, 'no more while they come');

    await page.log().evaluate((log) => new Promise((resolve) => {
        log.addEventListener('scroll', resolve, { once: true });
        log.scrollTop -= 100;
    }));
    await page.clock.runFor(50);
    assert.deepEqual(await page.names(), lines(460, (i) => `line-${i}`));
});

await test('one line is "1 new line"; the pill goes on', async () => {
    const page = await start(50);

    await page.button('Live').click();
    await post(make('line', 50, 1));
    await page.button('1 new line').click();
    await page.shows('line-50');
    await until('it is seen', () => sees(page, 'line-50'));
});

await test('Refresh shows what came, and stays paused', async () => {
    const page = await start(50);

    await page.button('Live').click();
    await post(make('line', 50, 10));
    await page.button('10 new lines').waitFor();
    await page.button('Refresh').click();
    await page.shows('line-59');
    await page.is(/^Paused/);
    assert.deepEqual(await page.names(), lines(60, (i) => `line-${i}`));

    await post(make('line', 60, 2));
    await page.button('2 new lines').waitFor();
    assert.equal(await last(page), 'line-59');
});

await test('pausing asks the server for nothing', async () => {
    const page = await start(20);
    const requests = [];
    page.on('request', (request) => requests.push(request.url()));

    await page.button('Live').click();
    await page.is(/^Paused/);
    await post(make('line', 20, 5));
    await page.button('5 new lines').waitFor();
    await page.button('Paused').click();
    await page.shows('line-24');
    assert.deepEqual(requests, []);
});

for (const newest of [false, true]) {
    const order = newest ? 'newest first' : 'oldest first';
    const away = newest ? 4000 : -4000;

    await test(`${order}: scrolling away holds, coming back follows`,
        async () => {
            const page = await start(400);
            if (newest) {
                await page.button('Newest first').click();
            }
            await until('the newest is seen', () => sees(page, 'line-399'));

            await wheel(page, away);
            await until('away', async () => !await sees(page, 'line-399'));
            await still(page);
            const before = await visible(page);
            const rows = await ids(page);
            await post(make('line', 400, 30));
            await page.button('30 new lines').waitFor();
            assert.deepEqual(await visible(page), before, 'not a pixel');
            assert.deepEqual((await ids(page)).filter((s) =>
                rows.includes(s)), rows, 'no row is gone');
            assert.equal(await page.button('Live').count(), 1);
            await page.live();

            await wheel(page, newest ? -1e6 : 1e6);
            await page.shows('line-429');
            await until('the newest is seen', () => sees(page, 'line-429'));
            await until('no pill', async () =>
                !await page.fresh().filter({ visible: true }).count());

            await post(make('line', 430, 30));
            await until('it follows', () => sees(page, 'line-459'));
            await same('all of them', () => page.names(),
                lines(460, (i) => `line-${newest ? 459 - i : i}`));
        });
}

await test('the pill leads back to the newest', async () => {
    const page = await start(400);

    await until('the newest is seen', () => sees(page, 'line-399'));
    await wheel(page, -4000);
    await until('away', async () => !await sees(page, 'line-399'));
    await post(make('line', 400, 3));
    await page.button('3 new lines').click();
    await until('the newest is seen', () => sees(page, 'line-402'));
    await post(make('line', 403, 3));
    await until('it follows', () => sees(page, 'line-405'));
});

await test('nothing is taken from under the reader, however much comes',
    async () => {
        const page = await start(900);

        await until('the newest is seen', () => sees(page, 'line-899'));
        await wheel(page, -1e6);
        await until('the first is seen', () => sees(page, 'line-0'));
        await still(page);
        const before = await visible(page);

        for (let i = 0; i < 2000; i += 500) {
            await post(make('line', 900 + i, 500));
            await page.button(`${i + 500} new lines`).waitFor();
        }
        assert.deepEqual(await visible(page), before, 'the same rows');
        assert.ok((await page.names()).length >= 900);

        await page.fresh().click();
        await until('the newest is seen', () => sees(page, 'line-2899'));
        await same('and the bound holds again', async () =>
            (await page.rows()).length, 2000);
    });

await test('"Newest first" turns the list round', async () => {
    const page = await start(60);

    await page.button('Newest first').click();
    await same('the other way round', () => page.names(),
        lines(60, (i) => `line-${59 - i}`));
    assert.equal(await page.button('Newest first')
        .getAttribute('aria-pressed'), 'true');
    await post(make('line', 60, 1));
    await until('it is seen', () => sees(page, 'line-60'));
    assert.equal((await page.names())[0], 'line-60');

    await page.button('Newest first').click();
    await same('and back', () => page.names(), lines(61, (i) => `line-${i}`));
});

await test('selecting text opens nothing and survives new lines', async () => {
    const page = await start(10);
    const box = await page.row('line-4').boundingBox();
    const middle = box.y + box.height / 2;

    await page.mouse.move(box.x + box.width - 30, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + 10, middle, { steps: 5 });
    await page.mouse.up();

    const selected = () => page.evaluate(() => String(getSelection()));
    assert.match(await selected(), /line-4/);
    const text = await selected();
    assert.equal(await page.details(/./).and(
        page.locator('[aria-expanded="true"]')).count(), 0, 'nothing opened');

    await post(make('line', 10, 5));
    await page.shows('line-14');
    assert.equal(await selected(), text);
});

await test('more lines at once than are painted at once are all there',
    async () => {
        const page = await start(10);

        await post(make('line', 10, 900));
        await page.shows('line-909');
        await same('all of them', () => page.names(),
            lines(910, (i) => `line-${i}`));
    });

await done();
