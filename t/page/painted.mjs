// What is painted: rows that are in the document may be missing on the screen,
// or be out of sight, and no question to the document tells.

import { launch, open } from './lib/browser.mjs';
import { decode, ink } from './lib/png.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, test, until } from './lib/tap.mjs';

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

await done();
