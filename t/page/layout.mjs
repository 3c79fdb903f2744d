// SPDX-License-Identifier: BSD-2-Clause

// Where the controls are: they keep their places while somebody types or
// pauses, and nothing is said twice.

import { open } from './lib/browser.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, test, until } from './lib/tap.mjs';

await clear();
await post(lines(300, (i) => ({ message: `place-${i}` })));

// Where every control and heading is that was seen at first, and the list.

const places = (page) => page.evaluate(() => {
    globalThis.seen ??= [...document.querySelectorAll('h1, main button,'
        + ' main input, main select, #levels label, #levels i, #log')]
        .filter((element) => element.checkVisibility(
            { visibilityProperty: true }) && !element.closest('#rows'));

    return globalThis.seen.map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();

        return `${element.outerHTML.slice(0, 60)} ${[x, y, width, height]
            .map((n) => Math.round(n * 10) / 10)}`;
    });
});

const unmoved = async (page, before, what) =>
    assert.deepEqual((await places(page)).map((place) =>
        place.replace(/^.* /, '')), before.map((place) =>
        place.replace(/^.* /, '')), `${what}: ${before.join('\n')}`);

const hits = (page, pattern) => until(`${pattern} are said`, async () =>
    pattern.test(await page.locator('#hits').textContent()));

const sizes = [[1280, 800], [1600, 900], [900, 600], [640, 400], [360, 640],
    [320, 256]];

for (const [width, height] of sizes) {
    await test(`nothing moves while one types or pauses: ${width} x ${height}`,
        async () => {
            const page = await open({ viewport: { width, height } });

            await page.live();
            await page.shows('place-299');
            const before = await places(page);

            assert.ok(before.length >= 5, `${before.length} of them`);
            await page.search().fill('p');
            await hits(page, /^300 hits$/);
            await unmoved(page, before, 'with a letter');
            await page.button('Next hit').click({ trial: true });
            await page.search().press('Enter');
            await hits(page, / of 300$/);
            await unmoved(page, before, 'with a hit');

            await page.search().fill('place-x');
            await page.button('Reset filters').click({ trial: true });
            await unmoved(page, before, 'without a hit');
            await page.search().fill('');
            await page.shows('place-299');

            await page.button('Live').click();
            await page.button('Refresh').click({ trial: true });
            await unmoved(page, before, 'paused');
            assert.ok((await page.search().boundingBox()).width > 100);
        });
}

// The words that stand in the head and in the bar, without those that are for
// screen readers only.

const words = (page) => page.evaluate(() =>
    [document.querySelector('[role="status"]'),
        ...document.querySelectorAll('main button')]
        .filter((element) => element.offsetWidth > 1
            && element.checkVisibility({ visibilityProperty: true }))
        .map((element) => element.textContent));

await test('each state is said once', async () => {
    const page = await open();

    await page.live();
    assert.equal((await words(page)).filter((w) => w === 'Live').length, 1);
    await page.button('Live').click();
    await page.is(/^Paused$/);
    assert.equal((await words(page)).filter((w) => w === 'Paused').length, 1);
    await page.context().setOffline(true);
    await page.is(/^Paused · Offline$/);
    assert.ok((await words(page)).includes('Paused · Offline'));
    await page.context().setOffline(false);
});

await done();
