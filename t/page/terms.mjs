// SPDX-License-Identifier: BSD-2-Clause

// Search with terms, and what leads to them: clicks on values, and links.

import { open, tab } from './lib/browser.mjs';
import { clear, post, records } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

await clear();
await post([
    { level: 'info', logger: 'orders', message: 'got order:1 row-0',
        rack_id: 'r42', timestamp: '2026-11-22T02:41:07Z' },
    { level: 'warning', logger: 'orders', message: 'slow two words row-1',
        duration_ms: 900, status_code: 200, rack_id: 'r4' },
    { level: 'error', logger: 'orders', message: 'two other words row-2',
        duration_ms: 12, status_code: 502, nested: { deep: ['a', 7] } },
    { level: 'info', logger: 'nginx.access', message: 'GET http://x row-3',
        status_code: 502, method: 'GET', path: '/a b' },
    { level: 'critical', logger: 'nginx.error', message: 'words two row-4' },
]);

const shown = (page, rows) => same('the rows', () => page.names(),
    rows.map((i) => `row-${i}`));

async function start(path = '/logs', status = /^Live/) {
    const page = await open({ path });
    await page.is(status);
    return page;
}

const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);

await test('terms, phrases and plain text', async () => {
    const page = await start();

    for (const [text, rows] of [
        ['level>=warning', [1, 2, 4]],
        ['logger:orders', [0, 1, 2]],
        ['logger:orders level:warning', [1]],
        ['-logger:nginx.access', [0, 1, 2, 4]],
        ['logger:nginx.*', [3, 4]],
        ['status>=500', [2, 3]],
        ['status>=500 -method:get', [2]],
        ['duration>500', [1]],
        ['rack_id:r42', [0]],
        ['nested.deep:7', [2]],
        ['path:"/a b"', [3]],
        ['two words', [1]],
        ['"two" "words"', [1, 2, 4]],
        ['"two words"', [1]],
        ['words level>=critical', [4]],
        ['time:03:41', [0]],
        // nobody has such a field
        ['order:1', [0]],
        ['http://x', [3]],
    ]) {
        await page.search().fill(text);
        await shown(page, rows);
    }

    assert.equal(query(page).q, 'http://x');
});

await test('Exclude takes terms, and Regex does not', async () => {
    const page = await start();
    await page.exclude().fill('logger:orders level<error');
    await shown(page, [2, 3, 4]);
    await page.exclude().fill('');
    await page.search().fill('status>=500');
    await shown(page, [2, 3]);
    await page.button('Regex').click();
    await shown(page, []);
});

await test('a wrong value says so and keeps the last good result', async () => {
    const page = await start();
    await page.search().fill('status>=500');
    await shown(page, [2, 3]);

    for (const text of ['level>=foo', 'status>=abc', 'time:x', 'rack_id>r']) {
        await page.search().fill(text);
        await until('it says so', async () => (await page.alert()
            .allInnerTexts()).join().includes(text.split(/[:>]/)[0]));
        assert.equal(await page.search().getAttribute('aria-invalid'), 'true');
        await shown(page, [2, 3]);
    }

    await page.search().fill('level>=crit');
    await shown(page, [4]);
    assert.equal(await page.search().getAttribute('aria-invalid'), 'false');
    assert.equal((await page.alert().allInnerTexts()).join(''), '');
});

await test('the address has them, also before any line is there', async () => {
    const page = await start('/logs?q=rack_id%3Ar42+level%3Ainfo');
    await shown(page, [0]);
    assert.equal(await page.search().inputValue(), 'rack_id:r42 level:info');
    assert.equal(query(page).q, 'rack_id:r42 level:info');
});

await test('Reset filters can be undone: Back', async () => {
    const page = await start('/logs?q=nothing&level=error');
    await page.button('Reset filters').click();
    await shown(page, [0, 1, 2, 3, 4]);
    await page.goBack();
    await shown(page, []);
    assert.equal(await page.search().inputValue(), 'nothing');
    assert.ok(await page.level('Error').isChecked());
    await page.goForward();
    await shown(page, [0, 1, 2, 3, 4]);
    assert.equal(await page.search().inputValue(), '');
});

await test('all that the details show is searched; a hit is shown', async () => {
    const page = await start();
    const far = 'lorem ipsum '.repeat(1100).trim();
    await clear();
    await post(
        { message: `${far} farthing ${far.slice(0, 500)} row-7` },
        { message: 'row-8', exception: `Traceback\n${
            '  File "x.py", line 1\n'.repeat(600)}    farthing ()\nValueError: z` },
        { message: 'row-9', tenant: 'farthing-9' },
        { message: 'row-10', nested: { list: ['a', { id: 'farthing' }] } },
        { message: 'row-11', trace_id: '0af7651916cd43dd8448eb211c80319c',
            method: 'PATCH', status_code: 418 },
    );
    await page.search().fill('FARthing');
    // the name of row-7 is behind what its row has room for
    await until('four rows', async () => (await page.rows()).length === 4);

    const marks = await page.log().locator('[id^="L"]').evaluateAll((rows) =>
        rows.map((row) => [row.querySelectorAll('mark').length,
            row.querySelector('.where')?.innerText ?? '']));
    assert.deepEqual(marks.map(([count]) => count), [1, 1, 1, 1]);
    assert.match(marks[0][1], /^in message: ….*ipsum farthing lorem.*…$/);
    assert.match(marks[1][1], /^in exception: farthing \(\)$/);
    assert.match(marks[2][1], /^in tenant: farthing-9$/);
    assert.match(marks[3][1], /^in nested: .*"id": "farthing"/);

    // marked in the details as well, however long the text is
    await page.details('in message').click();
    await until('two marks', async () => await page.row('in message')
        .locator('mark').count() === 2);
    await page.details('in exception').click();
    await until('two marks', async () => await page.row('in exception')
        .locator('mark').count() === 2);

    for (const text of ['patch', '418', '8448EB']) {
        await page.search().fill(text);
        await shown(page, [11]);
        assert.equal(await page.row('row-11').locator('mark').count(), 1);
    }

    await page.search().fill('"tenant" "row-9"');
    await shown(page, []);
    await page.search().fill('"ipsum" "farthing"');
    await until('one row', async () => (await page.rows()).length === 1);
    assert.match(await page.row('ipsum').locator('.where').innerText(),
        /farthing/, 'an excerpt of the word that the row does not show');
});

await clear();
await post([
    { level: 'info', logger: 'shop.orders', message: 'row-0', rack_id: 'r42',
        tags: ['x', 'y z'], retry: true },
    { level: 'info', logger: 'shop.orders', message: 'row-1', rack_id: 'r4',
        status: 'paid *', tags: ['x'] },
    { level: 'error', logger: 'shop', message: 'row-2', rack_id: 'R42',
        nested: { deep: { id: 7, none: null } }, retry: false },
    { level: 'info', message: 'row-3', path: '/two\nlines "x"' },
]);

await test('a click on a value: only those; with Alt: only others', async () => {
    const page = await start();
    const value = (row, text) => page.row(row).locator('dd')
        .getByText(text, { exact: true });

    await shown(page, [0, 1, 2, 3]);
    await page.details('row-0').click();
    await value('row-0', 'r42').click();
    await shown(page, [0, 2]);
    assert.equal(await page.search().inputValue(), 'rack_id:r42');
    assert.equal(query(page).q, 'rack_id:r42');

    await value('row-0', 'shop.orders').click({ modifiers: ['Alt'] });
    await shown(page, [2]);
    assert.equal(await page.search().inputValue(),
        'rack_id:r42 -logger:shop.orders');

    // what was done is undone step by step
    await page.goBack();
    await shown(page, [0, 2]);
    await page.goBack();
    await shown(page, [0, 1, 2, 3]);
    assert.equal(await page.search().inputValue(), '');
    assert.equal(await page.log().locator('.details').count(), 1);

    // the same twice is once, and the opposite takes its place
    await page.search().fill('row');
    await value('row-0', 'true').click();
    await shown(page, [0]);
    await value('row-0', 'true').click();
    assert.equal(await page.search().inputValue(), 'row retry:true');
    await value('row-0', 'true').click({ modifiers: ['Alt'] });
    await shown(page, [1, 2, 3]);
    assert.equal(await page.search().inputValue(), 'row -retry:true');
});

await test('values that need quotes are found again', async () => {
    const page = await start();
    await page.details('row-1').click();
    await page.row('row-1').locator('dd').getByText('paid *').click();
    await shown(page, [1]);
    assert.equal(await page.search().inputValue(), 'status:"paid *"');
    await page.button('Reset filters').waitFor({ state: 'hidden' });
    await page.search().fill('');
    await page.details('row-3').click();
    await page.row('row-3').locator('dd').getByText('/two').click();
    await shown(page, [3]);
    await page.reload();
    await shown(page, [3]);
});

await test('a click on the logger of a row', async () => {
    const page = await start();
    const logger = (row) => page.row(row).locator('.logger');

    await logger('row-1').click();
    await shown(page, [0, 1]);
    assert.equal(await page.search().inputValue(), 'logger:shop.orders');
    assert.equal(await page.log().locator('.details').count(), 0);
    await logger('row-1').click({ modifiers: ['Alt'] });
    await shown(page, [2, 3]);
    assert.equal(await page.search().inputValue(), '-logger:shop.orders');
});

await test('with Regex on, the term takes the place of the pattern', async () => {
    const page = await start();
    await page.button('Regex').click();
    await page.search().fill('row-[01]');
    await shown(page, [0, 1]);
    await page.row('row-1').locator('.logger').click();
    await shown(page, [0, 1]);
    assert.equal(await page.search().inputValue(), 'logger:shop.orders');
    assert.deepEqual(query(page), { q: 'logger:shop.orders' });
    await page.goBack();
    assert.deepEqual(query(page), { q: 'row-[01]', re: '1' });
    await shown(page, [0, 1]);
});

await test('the keyboard has a menu at each name', async () => {
    const page = await start();
    const focused = () => page.evaluate(() =>
        document.activeElement.textContent);
    const press = (...keys) => keys.reduce((before, key) =>
        before.then(() => page.keyboard.press(key)), Promise.resolve());

    await page.details('row-2').click();
    await page.row('row-2').getByRole('button', { name: 'nested' }).focus();
    await press('Enter');
    await same('the first item', focused, 'Only nested.deep.id:7');
    assert.deepEqual(await page.getByRole('menu', { name: 'Filter by nested' })
        .getByRole('menuitem').allInnerTexts(),
    ['Only nested.deep.id:7', 'Without nested.deep.id:7',
        'Only nested.deep.none:null', 'Without nested.deep.none:null']);
    await press('ArrowDown');
    await same('the second', focused, 'Without nested.deep.id:7');
    await press('ArrowUp', 'ArrowUp');
    await same('the last', focused, 'Without nested.deep.none:null');
    await press('Escape');
    await same('back', focused, 'nested');
    assert.ok(await page.row('row-2').locator('.details').isVisible());

    await press('Enter', 'Home', 'Enter');
    await shown(page, [2]);
    assert.equal(await page.search().inputValue(), 'nested.deep.id:7');
    assert.equal(await page.getByRole('menu').count(), 0);
    await until('the focus is on the line', () => page.row('row-2').evaluate(
        (row) => row.contains(document.activeElement)));

    await page.row('row-2').getByRole('button', { name: 'rack_id' }).focus();
    await press('Enter', 'End', 'Enter');
    await shown(page, []);
    await until('the focus is on the list', () => page.log().evaluate(
        (log) => document.activeElement === log));
    await page.goBack();
    await page.goBack();

    // each value of a list
    await page.details('row-0').click();
    await page.row('row-0').getByRole('button', { name: 'tags' }).click();
    await page.getByRole('menuitem', { name: 'Only tags:"y z"' }).click();
    await shown(page, [0]);
});

await test('a link to a row keeps the filters if they show it', async () => {
    const [{ _seq }] = await records('search=row-1');
    const hash = `#L${_seq}`;
    const current = (page) => until('the line is current', () =>
        page.row('row-1').evaluate((row) => row.matches('[aria-current]')));

    const page = await start(`/logs?q=logger:shop.orders&level=info${hash}`,
        /^Paused/);
    await shown(page, [0, 1]);
    await current(page);
    assert.deepEqual(query(page), { q: 'logger:shop.orders', level: 'info' });
    assert.equal(new URL(page.url()).hash, hash);

    const other = await start(`/logs?q=logger:shop&level=info${hash}`,
        /^Paused/);
    await shown(other, [0, 1, 2, 3]);
    await current(other);
    assert.deepEqual(query(other), {});
});

await test('a pattern that came with a link asks first', async () => {
    // without the question, this blocks the tab
    await post({ message: `row-4 ${'a'.repeat(50)}!` });
    const page = await start('/logs?q=%5Erow-4+(a%2B)%2B%24&re=1&level=info');
    const run = page.button('Run this pattern');

    await shown(page, [0, 1, 2, 3, 4]);
    assert.equal(await page.search().inputValue(), '^row-4 (a+)+$');
    assert.equal(await page.log().locator('mark').count(), 0);
    assert.match((await page.alert().allInnerTexts()).join(),
        /Run this pattern\?/);

    // neither another filter nor a word in the other box is an agreement
    await page.level('Error').check();
    await page.exclude().fill('row-9');
    await shown(page, [2]);
    await page.exclude().fill('row-2');
    await shown(page, []);
    await page.exclude().fill('');
    await page.level('All').check();
    await shown(page, [0, 1, 2, 3, 4]);
    assert.ok(await run.isVisible());

    // what is typed runs
    await page.search().fill('row-[12]');
    await shown(page, [1, 2]);
    assert.ok(!await run.isVisible());

    // and has run here, so it runs again
    await page.reload();
    await shown(page, [1, 2]);
    assert.ok(!await run.isVisible());

    const another = await tab(page, { path: '/logs?x=row-[12]&re=1' });
    await shown(another, [0, 1, 2, 3, 4]);
    await another.button('Run this pattern').click();
    await shown(another, [0, 3, 4]);
    assert.ok(!await another.button('Run this pattern').isVisible());
    await another.reload();
    await shown(another, [0, 3, 4]);
});

await clear();
await post({ message: 'order:1 row-0' });

await test('a new line makes a term of plain text', async () => {
    const page = await start('/logs?q=order:1');
    await shown(page, [0]);
    await post({ message: 'row-5', order: 1 }, { message: 'row-6', order: 2 });
    await shown(page, [5]);
    assert.equal(await page.search().inputValue(), 'order:1');
});

await test('but not under the eyes of somebody who reads', async () => {
    await clear();
    await post({ message: 'device:1 row-0' });
    const page = await start('/logs?q=device:1');
    await shown(page, [0]);
    await page.button('Live').click();
    await page.is(/^Paused/);
    await post({ message: 'row-1', device: 1 }, { message: 'device:1 row-2' });
    await page.fresh().waitFor();
    await shown(page, [0]);
    await page.button('Paused').click();
    await shown(page, [1]);
});

await test('times of terms are those of the page', async () => {
    await clear();
    await post({ message: 'row-0', timestamp: '2026-11-22T02:41:07Z' },
        { message: 'row-1', timestamp: '2026-11-22T03:41:07Z' });
    const page = await start('/logs?q=time:03:41');
    await shown(page, [0]);
    await page.time().selectOption({ label: 'UTC' });
    await shown(page, [1]);
    await page.search().fill('time:2026-11-22T02:41:07.000Z..');
    await shown(page, [0, 1]);
    assert.match(await page.row('row-0').innerText(), /02:41:07/);

    // also while something else is wrong
    await page.search().fill('time:x');
    await until('it says so', async () => /time:x/.test((await page.alert()
        .allInnerTexts()).join()));
    await page.time().selectOption({ label: 'local' });
    await until('local times', async () =>
        /03:41:07/.test(await page.row('row-0').innerText()));
});

await done();
