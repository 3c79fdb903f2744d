// SPDX-License-Identifier: BSD-2-Clause

// The pictures of docs/page.md: what a real backend logged (t/data), as it
// would have looked at that time.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { launch, open } from '../page/lib/browser.mjs';
import { clear, post } from '../page/lib/server.mjs';
import { done, note, test, until } from '../page/lib/tap.mjs';
import { shrink } from './png.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const backend = `${root}t/data/rackscope-backend.ndjson`;
const end = Date.parse('2026-11-22T10:58:24.147Z');

// The records up to one that failed, at times that a person can follow.

async function records() {
    const all = (await readFile(backend, 'utf8')).trim().split('\n')
        .slice(2, 203).map((line) => JSON.parse(line));
    let time = end;

    return all.reverse().map((record, i) => {
        time -= 40 + i * i * 37 % 900;

        return { ...record, timestamp: new Date(time).toISOString() };
    }).reverse();
}

// Grey letters have fewer colours, and make smaller pictures.

await launch({ args: ['--disable-lcd-text'] });
await mkdir(`${root}docs/page`, { recursive: true });
await clear();
await post(await records());

async function picture(name, { width, height, act, ...options }) {
    await test(name, async () => {
        const page = await open({ fold: true, viewport: { width, height },
            timezoneId: 'UTC', clock: end + 300, reducedMotion: 'reduce',
            ...options });
        await page.live();
        await until('all rows', async () =>
            (await page.rows()).length >= 200);
        await act?.(page);
        await page.mouse.move(0, 0);
        await page.evaluate(() => document.activeElement?.blur());

        const path = `${root}docs/page/${name}.png`;
        const png = shrink(await page.screenshot());
        await writeFile(path, png);
        note(`${path.slice(root.length)}: ${Math.round(png.length / 1024)} KB`);
    });
}

const wide = { width: 1280, height: 640, deviceScaleFactor: 1.5 };
const narrow = { width: 360, height: 640 };

const details = async (page) => {
    const failed = page.details('Unhandled exception').last();
    await failed.click();
    await failed.evaluate((e) => e.closest('[id^="L"]').scrollIntoView(
        { block: 'start' }));
};

const search = async (page) => {
    await page.search().fill('metrics');
    await until('marks', () => page.log().locator('mark').count());
};

await picture('wide-light', { ...wide, colorScheme: 'light' });
await picture('wide-dark', { ...wide, colorScheme: 'dark', act: search });
await picture('narrow-light', { ...narrow, colorScheme: 'light' });
await picture('narrow-dark', { ...narrow, colorScheme: 'dark' });
await picture('details', { ...wide, height: 720, colorScheme: 'light',
    act: details });

await done();
