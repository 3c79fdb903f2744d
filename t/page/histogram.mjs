// SPDX-License-Identifier: BSD-2-Clause

// The chart of the lines over time: what it shows, where it leads, and how it
// limits the list.

import { open } from './lib/browser.mjs';
import { decode } from './lib/png.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const start = Date.parse('2026-11-22T10:00:00Z');
const at = (seconds) => new Date(start + seconds * 1000).toISOString();

// 300 lines in 150 s, two for each bar of a second, and errors from 90 to 94 s.

const records = lines(300, (i) => ({
    timestamp: at(i / 2),
    level: i >= 180 && i < 188 ? 'error' : i % 50 ? 'info' : 'warning',
    message: `bar-${i}`,
}));

async function fill() {
    await clear();
    await post(records);
}

async function opened(options = {}) {
    const page = await open({ clock: start + 300000, ...options });
    const chart = page.getByRole('slider', { name: 'Lines over time' });
    const text = () => page.locator('#chartText').textContent();

    await page.shows('bar-299');
    await page.clock.runFor(1000);
    await until('it is drawn', async () => /^3\d\d lines/.test(await text()));

    // where the bar of a second is
    const box = await page.locator('#bars').boundingBox();
    const x = (second) => box.x + (second + 0.5) / 150 * box.width;

    return { page, chart, text, box, x, y: box.y + box.height / 2,
        tick: () => page.clock.runFor(1000) };
}

await fill();

const top = async (page) => {
    const { y } = await page.log().boundingBox();

    return (await page.rows()).find((row) => row.top >= y - 4)?.text
        .match(/bar-\d+/)[0];
};

await test('lines by level, where their times are', async () => {
    const { page, text, box, x, y } = await opened(
        { reducedMotion: 'reduce', colorScheme: 'light' });

    assert.equal(await text(), '300 lines, 8 errors, 6 warnings');
    assert.ok(box.y + box.height <= (await page.log().boundingBox()).y);

    const { colour } = decode(await page.screenshot());
    const colours = (second) => new Set(lines(Math.floor(box.height) - 2,
        (i) => colour(Math.round(x(second)), Math.round(box.y) + i)));
    const red = [...colours(91)].filter((c) => c >> 16 > 200
        && (c >> 8 & 255) < 100);

    assert.ok(red.length, 'red where the errors are');
    assert.ok(![...colours(30)].some((c) => red.includes(c)), 'and only there');
    assert.ok(colours(30).size > 1, 'there are others');

    await page.mouse.move(x(91), y);
    assert.equal(await text(), '11:01:31–11:01:32 · 2 lines, 2 errors');
    await page.mouse.move(x(91), y + 200);
    assert.equal(await text(), '300 lines, 8 errors, 6 warnings');
});

await test('a click leads to the first line of the bar', async () => {
    const { page, x, y, tick } = await opened();

    await page.mouse.click(x(40), y);
    await until('it is there', async () => await top(page) === 'bar-80');
    await post({ level: 'info', message: 'later' });
    await tick();
    await page.fresh().waitFor();
    assert.equal(await top(page), 'bar-80', 'and stays');
    await page.keyboard.press('j');
    assert.match(await page.evaluate(() => document.querySelector(
        '[aria-current]').textContent), /bar-81/, 'the keys go on from there');
    await fill();
});

await test('a drag limits the list, until all times are asked for', async () => {
    const { page, text, x, y, tick } = await opened({ query: '' });

    await page.search().fill('bar');
    await tick();
    await page.mouse.move(x(20), y);
    await page.mouse.down();
    await page.mouse.move(x(25), y, { steps: 4 });
    assert.equal(await text(), '11:00:20–11:00:26 · 12 lines, 1 warning');
    await page.mouse.up();
    await tick();

    const shown = lines(12, (i) => `bar-${40 + i}`);
    const value = 'bar time:2026-11-22T11:00:20+01:00'
        + '..2026-11-22T11:00:25+01:00';

    await same('those lines', () => page.names(), shown);
    assert.equal(await page.search().inputValue(), value);
    await until('closer', async () => await page.locator('#chartFrom')
        .textContent() === '11:00:20.000');
    assert.equal(await text(), '12 lines, 1 warning');

    const link = page.url();
    await page.button('All times').click();
    await tick();
    await same('all of them', async () => (await page.names()).length, 300);
    assert.equal(await page.search().inputValue(), 'bar');
    assert.ok(await page.button('All times').isHidden());

    await page.goBack();
    await tick();
    await same('back', () => page.names(), shown);
    await page.goto(link);
    await page.clock.runFor(1000);
    await same('by the link', () => page.names(), shown);
});

await test('a drag that begins or ends outside, or to the left', async () => {
    const { page, x, y, tick, box } = await opened();

    await page.mouse.move(x(3), y);
    await page.mouse.down();
    await page.mouse.move(1, y + 100, { steps: 3 });
    await page.mouse.up();
    await tick();
    await same('from the first', () => page.names(),
        lines(8, (i) => `bar-${i}`));
    assert.ok(box.width > 0);
});

await test('by the keyboard', async () => {
    const { page, chart, text, tick } = await opened();
    const value = () => chart.getAttribute('aria-valuetext');

    assert.equal(await value(),
        '11:00:00–11:02:30: 300 lines, 8 errors, 6 warnings');
    await chart.focus();
    assert.equal(await value(), '11:02:29–11:02:30: 2 lines');
    await page.keyboard.press('Home');
    assert.equal(await value(), '11:00:00–11:00:01: 2 lines, 1 warning');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await value(), '11:00:00–11:00:01: 2 lines, 1 warning');
    for (let i = 0; i < 3; i++) {
        await page.keyboard.press('ArrowRight');
    }
    assert.equal(await chart.getAttribute('aria-valuenow'), '3');
    await page.keyboard.press('Shift+ArrowRight');
    assert.match(await text(), /^11:00:03–11:00:05 · 4 lines$/);
    await page.keyboard.press('Escape');
    assert.match(await text(), /^11:00:04–11:00:05 · 2 lines$/);
    await page.keyboard.press('Enter');
    await until('it is there', async () => await top(page) === 'bar-8');

    await chart.focus();
    await page.keyboard.press('Shift+PageDown');
    await page.keyboard.press('Enter');
    await tick();
    await same('limited', async () => (await page.names()).length, 22);
    await page.keyboard.press('Escape');
    await tick();
    await same('all of them', async () => (await page.names()).length, 300);

    // keys of the page work here as well
    await page.keyboard.press('p');
    await page.is(/^Paused/);
});

await test('it is of the lines that match', async () => {
    const { page, text, tick } = await opened();

    await page.level('Error').check();
    await tick();
    await until('the errors', async () => await text() === '8 lines, 8 errors');
    assert.equal(await page.locator('#chartFrom').textContent(), '11:00:00',
        'at their place among all');
    await page.search().fill('no such line');
    await tick();
    await until('none', async () => await text() === '0 lines');
});

await test('new lines join, but not while it is paused', async () => {
    const { page, text, tick } = await opened();

    await post({ timestamp: at(151), level: 'critical', message: 'bar-300' });
    await page.shows('bar-300');
    await tick();
    await until('one more', async () => await text()
        === '301 lines, 1 critical error, 8 errors, 6 warnings');
    await page.button('Live').click();
    await post({ timestamp: at(152), level: 'info', message: 'bar-301' });
    await tick();
    await page.fresh().waitFor();
    await tick();
    assert.match(await text(), /^301 lines/);
    await fill();
});

await test('where there is no room there is no chart', async () => {
    for (const [width, height, seen] of [[360, 640, true], [640, 400, false],
        [320, 256, false], [1280, 800, true]]) {
        const page = await open({ viewport: { width, height } });

        await page.shows('bar-299');
        assert.equal(await page.locator('#chart').isVisible(), seen,
            `${width} x ${height}`);
        if (seen) {
            const { height } = await page.locator('#chart').boundingBox();
            assert.equal(height, 48);
            await until('bars', () => page.locator('#bars').evaluate((bars) =>
                bars.innerHTML.includes('M0.1')));
        }
        assert.equal(await page.evaluate(() => document.documentElement
            .scrollWidth - document.documentElement.clientWidth), 0);
    }
});

await test('without lines there is nothing in it', async () => {
    await clear();
    const page = await open();

    await page.live();
    assert.equal(await page.locator('#chartText').textContent(), '');
    await page.locator('#chart').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.locator('#chart').click();
    await post(records);
    await until('then there is', async () => /^300 lines/.test(
        await page.locator('#chartText').textContent()));
});

await done();
