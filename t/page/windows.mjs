// SPDX-License-Identifier: BSD-2-Clause

// Every state of the page in small windows, zoomed, with reduced motion; and
// what is new in forced colours.

import { decode, ink } from './lib/png.mjs';
import { states, violations } from './lib/states.mjs';
import { assert, done, test, until } from './lib/tap.mjs';

// 320 pixels, and a window of 1280 x 800 that is zoomed to 200 and 400 %.

const windows = [[320, 640], [640, 400], [320, 200]];

// What is wider than the window, or out of it on the left or on the right.

const outside = (page) => page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;

    return [...document.querySelectorAll('h1, h2, button, input, select, a, '
        + 'summary, [role="slider"], [role="alert"]')].filter((e) => {
        const { left, right, width } = e.getBoundingClientRect();

        return width && e.checkVisibility() && (left < -0.5
            || right > clientWidth + 0.5);
    }).map((e) => e.ariaLabel || e.innerText || e.id)
        .concat(scrollWidth > clientWidth ? [`${scrollWidth} wide`] : []);
});

// What can be pressed and cannot be brought into sight.

async function unreachable(page) {
    const all = await page.locator('button, a[href], select, summary')
        .filter({ visible: true }).elementHandles();
    const wrong = [];

    for (const element of all) {
        // a dialog or a menu is above the others
        if (await element.evaluate((e) => e.closest('[inert]') !== null
            || document.querySelector('dialog[open], :popover-open')
                ?.contains(e) === false)) {
            continue;
        }
        await element.scrollIntoViewIfNeeded();
        if (!await element.evaluate((e) => {
            const { left, top, width, height } = e.getBoundingClientRect();
            const hit = document.elementFromPoint(left + width / 2,
                top + height / 2);

            return e.contains(hit) || e.closest('label')?.contains(hit);
        })) {
            wrong.push(await element.evaluate((e) =>
                e.ariaLabel || e.innerText || e.id));
        }
    }
    return wrong;
}

const moving = (page) => page.evaluate(() => document.getAnimations()
    .filter((a) => a.effect.getComputedTiming().duration > 1).length);

for (const [name, state] of Object.entries(states)) {
    for (const [i, [width, height]] of windows.entries()) {
        const colorScheme = i % 2 ? 'dark' : 'light';

        // there is no room for it
        if (name === 'chart' && height < 600) {
            continue;
        }
        await test(`${name}, ${width} x ${height}, ${colorScheme}`, async () => {
            const page = await state({ colorScheme, reducedMotion: 'reduce',
                viewport: { width, height } });

            assert.deepEqual(await violations(page), []);
            assert.deepEqual(await outside(page), []);
            assert.deepEqual(await unreachable(page), []);
            assert.equal(await moving(page), 0, 'nothing moves');
        });
    }
}

await test('forced colours: bars, repeats, a request and its gaps are seen',
    async () => {
        const forced = { forcedColors: 'active', reducedMotion: 'reduce' };
        const page = await states.chart(forced);
        const look = async (selector) => ink(decode(await page.screenshot()),
            await page.locator(selector).boundingBox());

        assert.deepEqual(await violations(page), []);
        await page.keyboard.press('Escape');
        await page.log().focus();
        const bars = await until('bars', () => look('#bars'));
        await page.getByRole('slider').press('End');
        assert.ok(await look('#bars') > bars + 20, 'the bar that is chosen');

        const folded = await states.repeats(forced);
        assert.deepEqual(await violations(folded), []);
        const edge = await folded.button(/^× 5/).last().evaluate((button) => {
            const { borderColor, borderWidth } = getComputedStyle(button);

            return [parseFloat(borderWidth) > 0, borderColor
                === getComputedStyle(document.body).backgroundColor];
        });
        assert.deepEqual(edge, [true, false], 'repeats look like a button');

        const request = await states.request(forced);
        assert.deepEqual(await violations(request), []);
        for (const gap of await request.locator('.gap').all()) {
            assert.ok(!await gap.innerText()
                || ink(decode(await request.screenshot()),
                    await gap.boundingBox()) > 10);
        }
    });

await done();
