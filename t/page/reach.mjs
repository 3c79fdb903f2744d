// SPDX-License-Identifier: BSD-2-Clause

// Each feature by the keyboard alone: Tab leads to it, and keys do all of it.
// Those of the list are in keys.mjs.

import { failures, open } from './lib/browser.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

// Presses Tab until a control of this name has the focus.

const focused = (page) => page.evaluate(() => {
    const e = document.activeElement;

    return e === document.body ? '' : e.ariaLabel || e.labels?.[0]?.innerText
        || e.innerText || e.id;
});

async function tabTo(page, name, key = 'Tab') {
    const seen = [];

    for (let i = 0; i < 60; i++) {
        await page.keyboard.press(key);
        seen.push((await focused(page)).trim());
        if (seen.at(-1) === name) {
            return;
        }
    }
    throw new Error(`${name} is not among ${seen.join(' | ')}`);
}

const value = (page) => page.search().inputValue();

async function shown(page, names) {
    await same(`${names}`, () => page.names(), names);
}

async function start(options, ...records) {
    await clear();
    await post(...records);
    const page = await open(options);
    await page.live();
    return page;
}

await test('terms, typed and from the details', async () => {
    const page = await start({}, lines(6, (i) => ({
        level: 'info', message: `word-${i}`, rack_id: `r${i % 3}` })));

    await page.keyboard.press('/');
    await page.keyboard.type('rack_id:r1');
    await shown(page, ['word-1', 'word-4']);
    await page.keyboard.press('Escape');
    await shown(page, lines(6, (i) => `word-${i}`));

    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await tabTo(page, 'rack_id');
    await page.keyboard.press('Enter');
    assert.equal(await focused(page), 'Only rack_id:r2');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(page), 'Without rack_id:r2');
    await page.keyboard.press('Enter');
    await shown(page, ['word-0', 'word-1', 'word-3', 'word-4']);
    assert.equal(await value(page), '-rack_id:r2');

    await page.keyboard.press('j');
    assert.equal(await value(page), '-rack_id:r2', 'the list has the focus');
    await page.goBack();
    await until('Back', async () => await value(page) === '');
});

await test('a menu that is left changes nothing', async () => {
    const page = await start({}, { message: 'word-0', rack_id: 'r0' });

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await tabTo(page, 'rack_id');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    assert.equal(await focused(page), 'rack_id', 'back where it was');
    assert.equal(await value(page), '');
});

await test('the chart, its time, and all times again',
    async () => {
        const time = (i) => new Date(Date.now() - 60000 + i * 1000)
            .toISOString();
        const page = await start({}, lines(40, (i) => ({
            timestamp: time(i), level: 'info', message: `word-${i}` })));

        await page.shows('word-39');
        await until('drawn', async () => /40 lines/.test(
            await page.locator('#chart').getAttribute('aria-valuetext')));
        await tabTo(page, 'Lines over time');
        await page.keyboard.press('Home');
        await page.keyboard.press('Shift+ArrowRight');
        await page.keyboard.press('Enter');
        await until('limited', async () => (await page.names()).length < 10);
        assert.match(await value(page), /^time:/);
        await page.locator('#allTimes').waitFor();
        await tabTo(page, 'All times');
        await page.keyboard.press('Enter');
        await until('all', async () => (await page.names()).length === 40);
        assert.equal(await value(page), '');
    });

await test('repeats, and their switch', async () => {
    const page = await start({ fold: true }, { message: 'first-0' },
        lines(5, (i) => ({ message: `word-${i}` })));

    await shown(page, ['first-0', 'word-0']);
    await page.keyboard.press('k');
    await tabTo(page, 'Log output');
    await page.keyboard.press('ArrowRight');
    await shown(page, ['first-0', ...lines(5, (i) => `word-${i}`)]);
    await page.keyboard.press('ArrowLeft');
    await shown(page, ['first-0', 'word-0']);

    await tabTo(page, 'Fold repeats', 'Shift+Tab');
    await page.keyboard.press('Space');
    await shown(page, ['first-0', ...lines(5, (i) => `word-${i}`)]);
});

const trace = ['Traceback (most recent call last):',
    '  File "/srv/shop.py", line 7, in total', '    return price()',
    ...lines(3, (i) => `  File "/usr/lib/python3/dist-packages/a/b${i}.py", `
        + `line ${i}, in call\n    return inner${i}()`),
    'KeyError: \'price\''].join('\n');

await test('a long line, its cause, and folded frames',
    async () => {
        const page = await start({}, { level: 'error', exception: trace,
            message: `word-0 ${'long '.repeat(3000)}end` });

        assert.match(await page.row('word-0').innerText(), /KeyError: 'price'/);
        await page.keyboard.press('e');
        await page.keyboard.press('Enter');
        await until('the whole message', async () =>
            (await page.row('word-0').innerText()).includes('long end'));
        const inner = page.row('word-0').getByText('return inner0()');
        assert.ok(await inner.isHidden());
        await tabTo(page, '3 library frames');
        await page.keyboard.press('Enter');
        assert.ok(await inner.isVisible());
        await tabTo(page, 'Copy traceback');
        await page.keyboard.press('Enter');
        await same('the clipboard', () => page.evaluate(() =>
            navigator.clipboard.readText()), trace);
    });

await test('a request, and back', async () => {
    const page = await start({}, { level: 'info', message: 'word-0' },
        lines(3, (i) => ({ level: 'error', message: `word-${i + 1}`,
            request_id: 'one' })));
    const view = page.getByRole('region', { name: 'Request one' });

    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await tabTo(page, 'one');
    await page.keyboard.press('Enter');
    await view.waitFor();
    assert.equal(await view.getByRole('listitem').count(), 3);
    assert.equal(await focused(page), '← All lines');
    await page.keyboard.press('Enter');
    await view.waitFor({ state: 'hidden' });
    assert.equal(await focused(page), 'one', 'back where it was');
});

await test('colours of programs off', async () => {
    const page = await start({}, { level: 'info',
        message: 'word-0 \x1b[31mred\x1b[0m plain' });
    const red = () => page.row('word-0').evaluate((row) => {
        const inner = [...row.querySelectorAll('.message *')]
            .find((e) => e.textContent === 'red');

        return inner ? getComputedStyle(inner).color
            !== getComputedStyle(row).color : false;
    });

    await until('red', red);
    await page.keyboard.press('?');
    await tabTo(page, 'Colours of programs');
    await page.keyboard.press('Space');
    await page.keyboard.press('Escape');
    await until('not red', async () => !await red());
});

await test('another zone', async () => {
    const page = await start({ path: '/zones/logs' }, { message: 'word-0' });

    await tabTo(page, 'Zone');
    await page.keyboard.press('ArrowDown');
    await until('the address', () => page.url().includes('zone=Racks'));
    await page.live();
    await page.shows('word-0');
    assert.equal(await focused(page), 'Zone', 'the focus stays');
});

await test('sign in', async () => {
    const page = await open({ path: '/signin/logs',
        expect: [failures, /\/enter/] });

    await page.is(/^Sign-in needed/);
    await tabTo(page, 'Sign in');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/enter\?next=/);
});

await test('a pattern that came with the link', async () => {
    await clear();
    await post(lines(3, (i) => ({ message: `word-${i}` })));
    const page = await open({ path: '/logs?q=word-%5B12%5D&re=1' });

    await page.live();
    await shown(page, lines(3, (i) => `word-${i}`));
    await tabTo(page, 'Run this pattern');
    await page.keyboard.press('Enter');
    await shown(page, ['word-1', 'word-2']);
});

await done();
