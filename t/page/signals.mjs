// SPDX-License-Identifier: BSD-2-Clause

// The title and the icon of the tab, while it is hidden and errors come.

import { open } from './lib/browser.mjs';
import { clear, post } from './lib/server.mjs';
import { assert, done, same, test } from './lib/tap.mjs';

// The shell shows all tabs: what a page learns of being hidden is made.

const hide = (page, hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden',
        { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event('visibilitychange'));
}, hidden);

const icon = (page) => page.locator('link[rel="icon"]').getAttribute('href');

await clear();
await post({ level: 'error', message: 'before' });

await test('errors are counted in the title while the tab is hidden', async () => {
    const page = await open();
    const title = () => page.title();

    await page.live();
    await page.shows('before');
    const plain = await icon(page);

    assert.match(plain, /^data:image/);
    await post({ level: 'error', message: 'seen' });
    await page.shows('seen');
    assert.equal(await title(), 'Backend logs');

    await hide(page, true);
    await post({ level: 'warning', message: 'a warning' },
        { level: 'error', message: 'one' });
    await same('one', title, '(1) Backend logs');
    await post({ level: 'critical', message: 'two' },
        { level: 'error', message: 'three' });
    await same('three', title, '(3) Backend logs');
    assert.notEqual(await icon(page), plain);

    // both icons are pictures
    const sizes = (href) => page.evaluate(async (src) => {
        const image = new Image();

        image.src = src;
        await image.decode();
        return image.width > 0;
    }, href);
    assert.ok(await sizes(plain));
    assert.ok(await sizes(await icon(page)));

    await hide(page, false);
    await same('none', title, 'Backend logs');
    assert.equal(await icon(page), plain);
    await page.shows('three');
});

await test('what comes with the first lines is not counted', async () => {
    const page = await open({ goto: false });

    await page.context().addInitScript(() => Object.defineProperty(document,
        'hidden', { configurable: true, get: () => true }));
    await page.goto(new URL('/logs', process.env.ADMIN).href);
    await page.shows('three');
    assert.equal(await page.title(), 'Backend logs');
});

await done();
