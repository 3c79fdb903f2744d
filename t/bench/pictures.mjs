// SPDX-License-Identifier: BSD-2-Clause

// The pictures of docs/page.md: what a real backend logged (t/data), as it
// would have looked at that time; and the walk, to the cause of a 502.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { launch, open } from '../page/lib/browser.mjs';
import { clear, post } from '../page/lib/server.mjs';
import { done, note, test, until } from '../page/lib/tap.mjs';
import { animate, shrink } from './png.mjs';
import { happens } from './shop.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const backend = `${root}t/data/rackscope-backend.ndjson`;
const end = Date.parse('2026-11-22T10:58:24.147Z');

// The records up to one that failed, at times that a person can follow; and
// somebody looks at one rack after the other.

async function records() {
    const all = (await readFile(backend, 'utf8')).trim().split('\n')
        .slice(2, 203).map((line) => JSON.parse(line));
    const racks = all.findLastIndex(({ message }) =>
        message.includes('/racks/rack-9/'));

    all.splice(racks, 1, ...Array.from({ length: 57 }, (_, i) => ({
        ...all[racks], message: all[racks].message.replace('rack-9',
            `rack-${i + 1}`) })));
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
const logged = await records();
await post(logged);

async function picture(name, { width, height, act, ...options }) {
    await test(name, async () => {
        const page = await open({ fold: true, viewport: { width, height },
            timezoneId: 'UTC', clock: end + 300, reducedMotion: 'reduce',
            ...options });
        await page.live();
        await until('all lines', async () => (await page.locator('#count')
            .innerText()).startsWith(`${logged.length} lines`));
        await act?.(page);
        // it is drawn when there is time
        await until('the chart', async () => {
            const [count] = (await page.locator('#count').innerText())
                .match(/^\d+/);

            return (await page.locator('#chartText').textContent())
                .startsWith(`${count} lines`);
        });
        await page.mouse.move(0, 0);
        await page.evaluate(() => document.activeElement?.blur());

        await save(name, shrink(await page.screenshot()));
    });
}

async function save(name, png) {
    const path = `docs/page/${name}.png`;

    await writeFile(root + path, png);
    note(`${path}: ${Math.round(png.length / 1024)} KB`);
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

// The walk, as a picture after each step and as one that moves.

class Walk {
    constructor(page) {
        this.page = page;
        this.frames = [];
        this.at = { x: 600, y: 500 };
    }

    // a screenshot has no pointer
    async point({ x, y }, pressed) {
        await this.page.evaluate(([left, top, fill]) => {
            const id = 'pointer';
            const dot = document.getElementById(id)
                ?? document.createElement('div');

            dot.id = id;
            Object.assign(dot.style, { position: 'fixed', width: '18px',
                height: '18px', margin: '-9px', borderRadius: '9px',
                border: '3px solid #d22', zIndex: 9, pointerEvents: 'none',
                left: `${left}px`, top: `${top}px`,
                background: fill ? '#d22' : 'transparent' });
            document.body.append(dot);
        }, [x, y, pressed]);
        this.at = { x, y };
    }

    async frame(ms) {
        this.frames.push({ png: await this.page.screenshot(), ms });
    }

    // Leads the pointer to a place, and presses there.
    async press({ x, y }) {
        const from = this.at;

        for (const part of [0.4, 0.8, 1]) {
            await this.point({ x: from.x + (x - from.x) * part,
                y: from.y + (y - from.y) * part });
            await this.frame(part === 1 ? 500 : 80);
        }
        await this.point({ x, y }, true);
        await this.frame(250);
        await this.page.mouse.click(x, y);
        await this.point({ x, y });
    }

    async step(name, ms) {
        await this.frame(ms);
        await this.page.evaluate(() =>
            document.querySelector('#pointer').remove());
        await save(name, shrink(await this.page.screenshot()));
    }
}

const middle = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();

    return { x: x + Math.min(width, 60) / 2, y: y + height / 2 };
};

// The middle of the first bar that has what is worse than an error.

const worstBar = (page) => page.locator('#bars').evaluate((bars) => {
    const { x, y, width, height } = bars.getBoundingClientRect();
    const [, first] = bars.querySelector('.critical').getAttribute('d')
        .match(/^M([\d.]+)/);
    const { width: count } = bars.viewBox.baseVal;

    return { x: x + (Number(first) + 0.4) / count * width,
        y: y + height - 3 };
});

await test('the walk to the cause of a 502', async () => {
    await clear();
    await happens(Number(process.env.BACKEND));
    const page = await open({ fold: true, reducedMotion: 'reduce',
        colorScheme: 'light', viewport: { width: 1100, height: 620 } });
    const walk = new Walk(page);

    await page.live();
    await page.shows('report/2025');
    await until('the chart', async () => await page.locator('.critical')
        .getAttribute('d'));
    await walk.point(walk.at);
    await walk.step('walk-1', 1800);

    await walk.press(await worstBar(page));
    const failed = page.row('report/2025').filter({ hasText: '502' });
    await until('it is in sight', () => failed.evaluate((row) => {
        const { top, bottom } = row.getBoundingClientRect();

        return top > 0 && bottom < innerHeight;
    }));
    await walk.frame(1200);

    await walk.press(await middle(failed.getByRole('button',
        { name: /^Details/ })));
    const id = failed.locator('[data-action="request"]');
    await id.waitFor();
    await walk.step('walk-2', 1500);

    await walk.press(await middle(id));
    await page.getByRole('region', { name: /^Request/ }).waitFor();
    await walk.step('walk-3', 4000);

    await save('walk', animate(walk.frames));
});

await done();
