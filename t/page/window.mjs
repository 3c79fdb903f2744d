// SPDX-License-Identifier: BSD-2-Clause

// What is painted in a window, on a screen: there Chromium paints in another way
// than without one, and its own screenshots make it paint once more.

import { launch, open } from './lib/browser.mjs';
import { ink } from './lib/png.mjs';
import { screen } from './lib/screen.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, test, until } from './lib/tap.mjs';

const [width, height] = [1280, 800];
const openings = Number(process.env.OPENINGS ?? 6);

const { display, picture } = await screen(width, height);

await launch({
    executablePath: process.env.CHROMIUM_WINDOW ?? '/usr/bin/chromium',
    headless: false,
    ignoreDefaultArgs: ['--hide-scrollbars'],
    args: ['--window-position=0,0', `--window-size=${width},${height}`],
    env: { ...process.env, DISPLAY: display },
});

async function fill(count) {
    await clear();

    for (let i = 0; i < count; i += 500) {
        await post(lines(500, (j) => ({
            level: (i + j) % 9 ? 'info' : 'error', logger: 'shop.orders',
            message: `line-${i + j} of them`, duration_ms: j,
        })));
    }
}

// Where the list and what is in it are on the screen.

const places = (page) => page.evaluate(() => {
    const left = screenX;
    const top = screenY + outerHeight - innerHeight;
    const log = document.querySelector('[role="log"]');
    const list = log.getBoundingClientRect();
    const box = ({ x, y, height }) => ({ x: x + left, y: y + top, height,
        width: log.clientWidth });

    return {
        chart: box(document.querySelector('#bars').getBoundingClientRect()),
        rows: [...log.querySelectorAll('[id^="L"]')].map((row) => ({
            text: row.innerText, box: box(row.getBoundingClientRect()) }))
            .filter(({ box: { y, height } }) => y >= list.top + top
                && y + height <= list.bottom + top + 0.5),
    };
});

// Waits first without a question that needs the layout, for that might paint.

async function opened(options) {
    const page = await open({ viewport: null, reducedMotion: 'reduce',
        ...options });

    await until('all rows', () => page.evaluate(() =>
        document.querySelectorAll('[id^="L"]').length === 1000));
    return page;
}

async function painted(page) {
    let seen;

    await until('all rows that are in sight are painted', async () => {
        const now = await picture();

        seen = await places(page);

        const blank = seen.rows.filter(({ box }) => ink(now, box) < 200);

        if (blank.length || !seen.rows.length) {
            throw new Error(`${blank.length} of ${seen.rows.length} are blank`);
        }
        if (ink(now, seen.chart) < 500) {
            throw new Error('the chart is blank');
        }
        return true;
    });
    return seen.rows.map(({ text }) => text.match(/line-\d+/)?.[0]);
}

await fill(1000);

for (let i = 0; i < openings; i++) {
    const colorScheme = i % 2 ? 'dark' : 'light';

    await test(`1,000 rows, opening ${i + 1}, ${colorScheme}`, async () => {
        const page = await opened({ colorScheme });
        const names = await painted(page);

        assert.ok(names.length > 15, `${names.length} rows`);
        assert.equal(names.at(-1), 'line-999', 'the newest');
    });
}

await done();
