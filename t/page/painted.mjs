// SPDX-License-Identifier: BSD-2-Clause

// What is painted: rows that are in the document may be missing on the screen,
// or be out of sight, and no question to the document tells.

import { failures, launch, open, scrollTo } from './lib/browser.mjs';
import { decode, ink } from './lib/png.mjs';
import { proxy } from './lib/proxy.mjs';
import { clear, lines, post, takePlaces } from './lib/server.mjs';
import { after, assert, done, same, test, until } from './lib/tap.mjs';

// With the scrollbars that people have.

await launch({ ignoreDefaultArgs: ['--hide-scrollbars'] });

const openings = Number(process.env.OPENINGS ?? 8);

async function fill(count) {
    await clear();

    for (let i = 0; i < count; i += 500) {
        await post(lines(Math.min(500, count - i), (j) => ({
            level: (i + j) % 9 ? 'info' : 'error', logger: 'shop.orders',
            message: `line-${i + j} of them`, duration_ms: j,
        })));
    }
}

// Waits without a question that needs the layout, for that might paint.

const settled = (page, count) => until('all rows', () => page.evaluate(
    (n) => document.querySelectorAll('[id^="L"]').length === n, count));

async function opened(count, options) {
    const page = await open({ reducedMotion: 'reduce', ...options });

    await settled(page, count);
    return page;
}

// The list and its rows, as far as they are on the screen.

const geometry = (page) => page.evaluate(() => {
    const log = document.querySelector('[role="log"]');
    const list = log.getBoundingClientRect();
    const top = Math.max(list.top, 0);
    const bottom = Math.min(list.bottom, innerHeight);

    return {
        top,
        bottom,
        height: list.height,
        scrolls: log.scrollHeight > log.clientHeight,
        sideways: document.documentElement.scrollWidth
            - document.documentElement.clientWidth,
        room: innerHeight,
        rows: [...log.querySelectorAll('[id^="L"]')].map((row) => {
            const { x, y, height } = row.getBoundingClientRect();

            return { x, y, width: log.clientWidth, height,
                text: row.textContent };
        }).filter(({ y, height }) => y >= top - 0.5
            && y + height <= bottom + 0.5),
    };
});

// The rows that are in sight; each of them has to be painted, too.

async function painted(page, scale = 1) {
    let seen;

    await until('all rows that are in sight are painted', async () => {
        const picture = decode(await page.screenshot());

        seen = await geometry(page);

        const blank = seen.rows.filter(({ x, y, width, height }) =>
            ink(picture, { x: x * scale, y: y * scale, width: width * scale,
                height: height * scale }) < 200 * scale);

        if (blank.length || !seen.rows.length) {
            throw new Error(`${blank.length} of ${seen.rows.length} are blank`);
        }

        return true;
    }, 2000);

    return seen.rows;
}

const names = (rows) => rows.map(({ text }) => text.match(/line-\d+/)?.[0]);

await fill(1000);

for (let i = 0; i < openings; i++) {
    await test(`1,000 rows are painted, opening ${i + 1}`, async () => {
        const page = await opened(1000);
        const rows = await painted(page);

        assert.ok(rows.length > 20, `${rows.length} rows`);
        assert.equal(names(rows).at(-1), 'line-999', 'the newest');
    });
}

await test('they are after each change of what is shown', async () => {
    const page = await opened(1000);
    const look = async (count) => {
        await settled(page, count);
        assert.ok((await painted(page)).length >= Math.min(count, 20));
    };

    for (let i = 0; i < 2; i++) {
        await page.level('Error').check();
        await look(112);
        await page.level('All').check();
        await look(1000);
        await page.search().fill('line-77');
        await look(11);
        await page.search().fill('');
        await look(1000);
        await page.button('Newest first').click();
        await look(1000);
    }
});

await test('nothing moves sideways when the first rows come', async () => {
    await clear();
    const page = await open();
    await page.live();

    const width = () => page.log().evaluate((log) => log.clientWidth);
    const empty = await width();
    await fill(300);
    await settled(page, 300);
    assert.equal(await width(), empty);
});

// Zoomed to 200 and 400 %, and telephones on their side: [width, height, pixels
// for one of CSS, the theme].

const sizes = [
    [640, 400, 1, 'light'], [640, 360, 2, 'dark'], [800, 300, 1, 'light'],
    [932, 412, 1, 'dark'], [568, 320, 2, 'light'], [320, 256, 1, 'light'],
    [320, 256, 1, 'dark'],
];

// A list of its own height, within the window, at its newest row; returns what
// is painted of it.

async function followed(page, newest, { scale = 1, least = 3 } = {}) {
    await page.shows(newest);
    const rows = await painted(page, scale);
    const { top, bottom, height, scrolls, sideways, room } =
        await geometry(page);

    assert.ok(height <= room, `${height} of ${room} pixels`);
    assert.ok(scrolls, 'it scrolls');
    assert.ok(bottom - top >= 100, `${bottom - top} of them in sight`);
    assert.equal(sideways, 0, 'nothing to scroll sideways');
    assert.ok(rows.length >= least, `${rows.length} rows`);
    assert.equal(names(rows).at(-1), newest, 'the newest is in sight');
    return rows;
}

await fill(900);
let last = 899;

const more = async () => {
    await post({ level: 'info', message: `line-${++last} of them` });
    return `line-${last}`;
};

for (const [width, height, deviceScaleFactor, colorScheme] of sizes) {
    await test(`${width} x ${height}, ${colorScheme}`, async () => {
        const page = await opened(last + 1, { colorScheme,
            viewport: { width, height }, deviceScaleFactor });

        const scale = deviceScaleFactor;

        await followed(page, `line-${last}`, { scale });
        await followed(page, await more(), { scale });
    });
}

const small = { viewport: { width: 320, height: 256 } };

await test('in a small window, the newest first', async () => {
    const page = await opened(last + 1, { ...small, path: '/logs?order=newest' });

    assert.equal(names(await painted(page))[0], `line-${last}`);
    const name = await more();
    await page.shows(name);
    assert.equal(names(await painted(page))[0], name);
    assert.equal((await geometry(page)).sideways, 0);
});

await test('with all controls, the page scrolls, and the list is within it',
    async () => {
        const page = await opened(last + 1, small);

        for (const name of ['Options', 'Clear', 'Export']) {
            assert.equal(await page.button(name).isVisible(),
                name === 'Options', name);
        }
        await page.button('Options').click();
        await page.button('Clear').scrollIntoViewIfNeeded();
        assert.ok(await page.level('All').isVisible(), 'the levels as well');
        await page.level('Info').check();
        await page.level('All').check();

        const name = await more();
        await page.shows(name);
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        await followed(page, name, { least: 2 });
    });

await test('with a line of details, none of which is out of reach', async () => {
    const page = await opened(last + 1, small);
    const button = page.details(`line-${last}`);

    await button.click();
    const copy = page.row(`line-${last}`).getByRole('button',
        { name: 'Copy line' });
    await copy.scrollIntoViewIfNeeded();
    await copy.click();
    assert.ok((await geometry(page)).height <= 256);

    await button.click();
    await page.keyboard.press('End');
    await followed(page, await more());
});

await test('a filter that nothing matches, and back', async () => {
    const page = await opened(last + 1, small);

    await page.search().fill('nothing at all');
    await page.button('Reset filters').click({ trial: true });
    const { y, height } = await page.button('Reset filters').boundingBox();
    assert.ok(y + height <= 256, 'the way back is in sight');

    await page.button('Reset filters').click();
    await settled(page, last + 1);
    await followed(page, await more());
});

await test('a search, of which one sees what was typed', async () => {
    const page = await opened(last + 1, small);

    await page.search().fill('of them');
    await page.button('Next hit').waitFor();
    const { width } = await page.search().boundingBox();
    assert.ok(width > 90, `${width} pixels`);
    await followed(page, await more(), { least: 2 });

    await page.button('Live').click();
    assert.equal((await geometry(page)).sideways, 0, 'paused as well');
});

await test('too many viewers', async () => {
    const release = await takePlaces();
    after(release);
    const page = await opened(last + 1, small);

    await page.is(/^Too many viewers/);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await followed(page, await more(), { least: 2 });
});

await test('not allowed: it says so, and nothing is out of reach', async () => {
    const { url } = await proxy({ headers: (req) => /api/.test(req.url)
        ? { 'X-Test-Auth': 'deny' } : {} });
    const page = await open({ ...small, url, expect: [failures] });

    await page.is(/^Not allowed/);
    await page.button('Try again').click({ trial: true });
    const { height, sideways } = await geometry(page);
    assert.ok(height >= 100 && height <= 256, `${height} pixels`);
    assert.equal(sideways, 0);
});

await test('a text of twice the size', async () => {
    const page = await opened(last + 1,
        { viewport: { width: 1280, height: 600 } });

    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Page.setFontSizes', { fontSizes: { standard: 32,
        fixed: 26 } });
    await until('it is larger', () => page.row(`line-${last}`).evaluate(
        (row) => parseFloat(getComputedStyle(row).fontSize) > 20));
    await followed(page, await more());
});

await test('it stays where it is read when the page was scrolled', async () => {
    const page = await opened(last + 1, small);

    await page.button('Options').click();
    await scrollTo(page, 0.5);
    await page.fresh().waitFor({ state: 'hidden' });
    const place = () => page.log().evaluate((log) => log.scrollTop);
    const before = await place();

    await page.evaluate(() => scrollTo(0, 60));
    await page.setViewportSize({ width: 320, height: 240 });
    await until('it is lower', () => page.log().evaluate((log) =>
        log.clientHeight <= 120));
    await same('the same place', place, before);
});

await done();
