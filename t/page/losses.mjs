// SPDX-License-Identifier: BSD-2-Clause

// What was lost is a row, in its place; what the page holds is bounded.

import { failures, open } from './lib/browser.mjs';
import { proxy } from './lib/proxy.mjs';
import { clear, lines, post, records, restart } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const make = (name, first, count, more = {}) =>
    lines(count, (i) => ({ message: `${name}-${first + i}`, ...more }));

// The texts come in this order.

async function order(page, ...texts) {
    const all = await page.text();
    let at = -1;

    for (const text of texts) {
        const next = all.indexOf(text, at + 1);
        assert.ok(next > at, `"${text}" after those before it in:\n${all}`);
        at = next;
    }
}

await test('lines lost between two streams are counted in a row', async () => {
    await clear();
    const before = await proxy();
    const page = await open({ url: before.url, expect: [failures] });
    await page.live();
    await post(make('gap', 0, 10));
    await page.shows('gap-9');

    before.refuse = true;
    before.cut();
    await post(make('gap', 10, 1120));
    before.refuse = false;

    await page.shows('gap-1129', 15000);
    await same('the rows', async () => (await page.rows()).length, 1010);
    await order(page, 'gap-9', '120 lines were lost here', 'gap-130',
        'gap-1129');
    assert.ok(!(await page.names()).includes('gap-129'));
    await page.live();
});

await test('one lost line is one line', async () => {
    await clear();
    const before = await proxy();
    const page = await open({ url: before.url, expect: [failures] });
    await page.live();
    await post(make('one', 0, 1));
    await page.shows('one-0');

    before.refuse = true;
    before.cut();
    await post(make('one', 1, 1001));
    before.refuse = false;

    await page.shows('one-1001', 15000);
    await same('the rows', async () => (await page.rows()).length, 1001);
    await order(page, 'one-0', '1 line was lost here', 'one-2');
});

await test('a restart of the server is a row', async () => {
    await clear();
    const page = await open({ expect: [failures] });
    await page.live();
    await post(make('before', 0, 5));
    await page.shows('before-4');

    await restart();
    await post(make('behind', 0, 3));
    await page.shows('behind-2', 15000);
    await order(page, 'before-4', 'The server\'s buffer was restarted',
        'behind-0', 'behind-2');
    assert.deepEqual(await page.names(), [
        ...lines(5, (i) => `before-${i}`), ...lines(3, (i) => `behind-${i}`),
    ]);
    await page.live();
});

await test('a clear by somebody else is a row', async () => {
    await clear();
    const page = await open();
    await page.live();
    await post(make('old', 0, 3));
    await page.shows('old-2');

    await clear();
    await until('the row', async () => /Cleared/.test(await page.text()));
    await post(make('new', 0, 3));
    await page.shows('new-2');
    await order(page, 'Cleared', 'new-0', 'new-2');
    await page.live();
});

await test('the page holds 2,000 lines, and 500 of WARNING and above beyond',
    async () => {
        await clear();
        const page = await open();
        await page.live();

        await post(make('warn', 0, 700, { level: 'warning' }));
        await page.shows('warn-699');

        for (let i = 0; i < 3000; i += 500) {
            await post(make('info', i, 500));
            await page.shows(`info-${i + 499}`);
        }

        await same('the last 500 warnings and the last 2,000 lines',
            () => page.names(), [
                ...lines(500, (i) => `warn-${200 + i}`),
                ...lines(2000, (i) => `info-${1000 + i}`),
            ]);

        // of WARNING alone no more than of all
        await post(make('more', 0, 1000, { level: 'error' }));
        await page.shows('more-999');
        await post(make('more', 1000, 1000, { level: 'error' }));
        await page.shows('more-1999');
        await until('2,500 rows', async () =>
            (await page.rows()).length === 2500);
        assert.equal((await page.names())[0], 'warn-200');
        assert.equal((await records()).length, 1000, 'the ring has 1,000');
    });

await done();
