// SPDX-License-Identifier: BSD-2-Clause

// The view of one request: what it shows, how it is reached, and that the list
// is what it was after it.

import { open, scrollTo } from './lib/browser.mjs';
import { decode, ink } from './lib/png.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const id = 'b7e1c2d49f0a4c55';
const at = (ms) => `2026-11-22T10:16:57.${String(ms).padStart(3, '0')}000+00:00`;

// nginx writes its lines first, and they are the last.

const records = [
    { timestamp: at(523), level: 'error', logger: 'nginx.access',
        message: 'GET /api/racks 502', status_code: 502, duration_ms: 128,
        request_id: id },
    { timestamp: at(519), level: 'warning', logger: 'nginx.error',
        message: 'upstream prematurely closed', request_id: id },
    { timestamp: at(395), level: 'info', logger: 'shop.orders',
        message: 'request begins', request_id: id },
    { timestamp: at(407), level: 'error', logger: 'shop.orders',
        message: 'it failed', request_id: id,
        exception: 'Traceback (most recent call last):\n'
            + '  File "/srv/a.py", line 1, in f\nKeyError: \'x\'' },
];

const other = (i) => ({ timestamp: at(300 + i), level: i % 2 ? 'info' : 'debug',
    logger: 'shop.other', message: `other-${i}`, request_id: `other-${i}` });

await clear();
await post([...lines(100, other), ...records,
    ...lines(100, (i) => other(100 + i))]);

const view = (page) => page.getByRole('region', { name: /^Request/ });

// [gap, who, message] of each line, as it is seen.

const shown = (page) => view(page).getByRole('listitem').evaluateAll((items) =>
    items.map((item) => [item.querySelector('.gap').textContent,
        item.querySelector('.logger').textContent,
        item.querySelector('.message').textContent.replace(/ →.*/, '')]));

const all = [
    ['', 'shop.orders', 'request begins'],
    ['+12 ms', 'shop.orders', 'it failed'],
    ['+112 ms', 'nginx.error', 'upstream prematurely closed'],
    ['+4 ms', 'nginx.access', 'GET /api/racks 502'],
];

// What the list shows, and where: to be the same after the view.  Rows out of
// sight may be built later.

async function place(page) {
    const { y, height } = await page.log().boundingBox();

    return {
        url: page.url(),
        search: await page.search().inputValue(),
        level: await page.level('Info').isChecked(),
        rows: (await page.rows())
            .filter(({ top }) => top >= y && top < y + height)
            .map(({ seq, top }) => [seq, Math.round(top)]),
    };
}

async function opened(options) {
    const page = await open(options);

    await page.shows('it failed');
    return page;
}

// Opens the view with a click in the details, of a list that is filtered and
// scrolled.

async function clicked(options) {
    const page = await opened(options);

    await page.level('Info').check();
    await page.search().fill('e');
    await until('it is filtered', async () => (await page.rows()).length < 200);
    await page.search().blur();
    await scrollTo(page, 0.4);
    await page.details('it failed').click();

    const button = page.row('it failed').getByRole('button', { name: id });
    await button.scrollIntoViewIfNeeded();
    const before = await place(page);

    await button.click();
    await view(page).waitFor();
    return { page, before };
}

await test('its values and names filter, and Back returns to it', async () => {
    // in the place of a term that hides the line
    const page = await open({
        path: `/logs?q=logger:shop.other&request=${id}` });
    const row = view(page).locator('.row').filter({ hasText: 'it failed' });
    const url = page.url();

    for (const choose of [
        () => row.locator('.logger').first().click(),
        async () => {
            await row.getByRole('button', { name: /^Details of/ }).click();
            await row.getByRole('button', { name: 'logger' }).click();
            await page.getByRole('menuitem', { name: /^Only/ }).click();
        },
    ]) {
        await view(page).waitFor();
        await choose();
        await same('a term', () => page.search().inputValue(),
            'logger:shop.orders');
        await same('in the list', () => page.names(/request begins|it failed/),
            ['request begins', 'it failed']);
        await page.goBack();
        await same('back', () => page.url(), url);
    }
});

await test('all of its lines, in the order of time', async () => {
    const { page } = await clicked();

    await same('lines', () => shown(page), all);
    assert.equal(await page.locator('#requestSum').textContent(),
        '4 lines in 128 ms');
    assert.ok(await page.getByRole('heading', { name: `Request ${id}` })
        .isVisible());
    assert.ok(await page.log().isHidden(), 'not the list');
    assert.ok(await page.search().isHidden());
    await page.live();

    // side by side, each with what it is of
    const [begins, failed, error, access] = await view(page)
        .locator('.row').evaluateAll((rows) => rows.map((row) => {
            const { left, right, top } = row.getBoundingClientRect();
            return { left, right, top };
        }));
    assert.equal(begins.left, failed.left);
    assert.ok(access.right <= error.left + 1 && error.right <= failed.left + 1);
    const picture = decode(await page.screenshot());
    for (const row of await view(page).locator('.row').all()) {
        assert.ok(ink(picture, await row.boundingBox()) > 200, 'painted');
    }
    assert.ok(begins.top < failed.top && failed.top < error.top
        && error.top < access.top);
});

for (const [how, back] of [
    ['Back', (page) => page.goBack()],
    ['Esc', (page) => page.keyboard.press('Escape')],
    ['the button', (page) => page.button('← All lines').click()],
]) {
    await test(`${how} returns to the very place, and to the filters`,
        async () => {
            const { page, before } = await clicked();

            await back(page);
            await view(page).waitFor({ state: 'hidden' });
            await same('the same', () => place(page), before);
            assert.equal(await page.evaluate(() =>
                document.activeElement.textContent), id, 'the focus as well');

            await page.goForward();
            await same('lines', () => shown(page), all);
        });
}

await test('in a small window as well', async () => {
    const { page, before } = await clicked(
        { viewport: { width: 360, height: 640 } });

    await same('lines', () => shown(page), all);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth
        - document.documentElement.clientWidth), 0);
    await page.goBack();
    await view(page).waitFor({ state: 'hidden' });
    await same('the same', () => place(page), before);
});

await test('lines that come later join, in their place', async () => {
    const { page } = await clicked();

    await same('lines', () => shown(page), all);
    const button = view(page).getByRole('button', { name: /^Details of/ }).nth(3);
    await button.click();
    await post({ timestamp: at(410), level: 'info', logger: 'shop.db',
        message: 'it came late', request_id: id },
    { timestamp: at(411), level: 'info', message: 'another', request_id: 'x' });

    await same('five', () => shown(page), [...all.slice(0, 2),
        ['+3 ms', 'shop.db', 'it came late'],
        ['+109 ms', ...all[2].slice(1)], all[3]]);
    assert.equal(await view(page).locator('.details').count(), 1,
        'what was open is open');
});

await test('by the keyboard', async () => {
    const page = await opened();
    const focused = () => page.evaluate(() => document.activeElement
        .closest('.row')?.querySelector('.message').textContent);

    await page.search().fill('begins');
    await until('one', async () => (await page.rows()).length === 1);
    await page.log().focus();
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await view(page).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.textContent),
        '← All lines');
    await page.keyboard.press('j');
    assert.match(await focused(), /^request begins/);
    await page.keyboard.press('ArrowDown');
    assert.match(await focused(), /^it failed/);
    await page.keyboard.press('Enter');
    assert.match(await view(page).locator('.details').innerText(), /KeyError/);
    await page.keyboard.press('k');
    assert.match(await focused(), /^request begins/);
    await page.keyboard.press('p');
    await page.keyboard.press('e');
    await page.live();
    assert.match(await focused(), /^request begins/, 'other keys do nothing');
    await page.keyboard.press('Escape');
    await view(page).waitFor({ state: 'hidden' });
    assert.equal(await page.search().inputValue(), 'begins');
});

await test('with single keys switched off, the arrows and Esc work', async () => {
    const page = await open({ path: `/logs?request=${id}`,
        storage: { 'rackscope.logs.page': '{"keys":false}' } });
    const focused = () => page.evaluate(() =>
        document.activeElement.textContent);

    await view(page).getByRole('listitem').first().waitFor();
    await page.keyboard.press('j');
    assert.equal(await focused(), '← All lines');
    await page.keyboard.press('ArrowDown');
    assert.equal(await focused(), '', 'the button of a line');
    await page.keyboard.press('Escape');
    await view(page).waitFor({ state: 'hidden' });
});

await test('a link to it works, and the list is behind it', async () => {
    const page = await open({ path: `/logs?request=${id}&level=error` });

    await until('five', async () => (await shown(page)).length === 5);
    await page.keyboard.press('Escape');
    await view(page).waitFor({ state: 'hidden' });
    assert.equal(new URL(page.url()).search, '?level=error');
    await until('the errors', async () => (await page.rows()).length === 2);

    // a reload keeps the view
    await page.goto(`${page.url()}&request=${id}`);
    await page.reload();
    await until('five', async () => (await shown(page)).length === 5);
});

await test('a request without lines, and ids that are odd', async () => {
    const page = await open({ path: '/logs?request=%3Cb%3E%26%20%2B' });

    await view(page).waitFor();
    await until('none', async () => await page.locator('#requestSum')
        .textContent() === 'No line of this request is loaded.');
    await post({ level: 'info', message: 'odd one', request_id: '<b>& +' });
    await until('one', async () => (await shown(page)).length === 1);
    await page.button('← All lines').click();
    await page.shows('odd one');
    assert.equal(new URL(page.url()).search, '');
    await page.details('odd one').click();
    await page.row('odd one').getByRole('button', { name: '<b>& +' }).click();
    await until('one', async () => (await shown(page)).length === 1);
    assert.equal(new URL(page.url()).searchParams.get('request'), '<b>& +');
});

await test('who filters or looks at the context is led to the list', async () => {
    const { page } = await clicked();
    const failed = view(page).locator('.row').filter({ hasText: 'it failed' });

    await failed.getByRole('button', { name: /^Details of/ }).click();
    await failed.getByRole('button', { name: 'Show in context' }).click();
    await view(page).waitFor({ state: 'hidden' });
    await page.is(/^Paused/);
    await page.shows('it failed');
    assert.equal(await page.search().inputValue(), '');
});

await done();
