// SPDX-License-Identifier: BSD-2-Clause

// Accessible: axe-core finds nothing in these states, and what it cannot see.

import { failures, open } from './lib/browser.mjs';
import { clear, post } from './lib/server.mjs';
import { fill, opened, states, violations } from './lib/states.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const backgrounds = {};

for (const colorScheme of ['light', 'dark']) {
    for (const [name, state] of Object.entries(states)) {
        await test(`axe-core: ${name}, ${colorScheme}`, async () => {
            const page = await state({ colorScheme });
            assert.deepEqual(await violations(page), []);
            backgrounds[colorScheme] = await page.evaluate(() =>
                getComputedStyle(document.body).backgroundColor);
        });
    }
}
await test('dark is dark, and light is light', () => {
    const sum = (color) => color.match(/[\d.]+/g).slice(0, 3)
        .reduce((total, part) => total + Number(part), 0);

    assert.ok(sum(backgrounds.light) > 600, backgrounds.light);
    assert.ok(sum(backgrounds.dark) < 200, backgrounds.dark);
});

await test('axe-core: the dialog, and paused with new lines', async () => {
    const page = await states.live();

    await page.button('Clear').click();
    await page.getByRole('dialog').waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.search().fill('');
    await page.button('Live').click();
    await post({ message: 'one more' });
    await page.button('1 new line').waitFor();
    assert.deepEqual(await violations(page), []);
});

await test('axe-core: a small window, all controls, and what failed',
    async () => {
        await fill();
        const page = await opened({ expect: [failures],
            viewport: { width: 320, height: 256 } });
        await page.live();
        await page.shows('state-4');
        assert.deepEqual(await violations(page), []);

        await page.button('Options').click();
        await page.route(/\/api\/logs$/, (route) => route.abort());
        await page.button('Clear').click();
        await page.getByRole('button', { name: 'Clear logs' }).click();
        await page.button('Dismiss').waitFor();
        assert.deepEqual(await violations(page), []);
    });

await test('roles and names', async () => {
    await fill();
    const page = await opened();
    await page.live();
    await page.shows('state-4');

    const there = async (role, name) => assert.equal(
        await page.getByRole(role, { name, exact: true }).count(), 1,
        `${role} "${name}"`);

    await there('heading', 'Backend logs');
    for (const name of ['Live', 'Newest first', 'Wrap lines', 'Regex',
        'Export', 'Clear']) {
        await there('button', name);
    }
    await there('radiogroup', 'Level');
    await there('checkbox', 'and above');
    await there('searchbox', 'Search logs');
    await there('searchbox', 'Exclude');
    await there('combobox', 'Time');
    await there('combobox', 'Export format');
    await there('log', 'Log output');
    assert.equal(await page.status().count(), 1, 'one status');
    assert.equal(await page.getByRole('radio').count(), 6);
    assert.equal(await page.log().getByRole('button',
        { name: /^Details of line/ }).count(), 5);

    assert.equal(await page.log().getAttribute('aria-live'), 'off');
    assert.ok(await page.evaluate(() => document.documentElement.lang));
    assert.match(await page.title(), /logs/i);
});

await test('lines are not read out; a status is, at most once in 10 s',
    async () => {
        await clear();
        const page = await open({ clock: true });
        await page.live();

        // all that a screen reader would say
        const said = await page.evaluateHandle(() => {
            const texts = [];
            const live = '[role=status], [role=alert], '
                + '[aria-live=polite], [aria-live=assertive]';

            new MutationObserver((changes) => {
                for (const { target } of changes) {
                    const e = target.nodeType === 1 ? target
                        : target.parentElement;
                    const region = e?.closest(live);
                    if (region && !e.closest('[aria-live=off]')
                        && texts.at(-1) !== region.textContent) {
                        texts.push(region.textContent);
                    }
                }
            }).observe(document.body,
                { subtree: true, childList: true, characterData: true });
            return texts;
        });

        for (let i = 0; i < 20; i++) {
            await post({ message: `quiet-${i}` });
            await page.shows(`quiet-${i}`);
            await page.clock.runFor(500);
        }
        const texts = await said.evaluate((t) => t);
        assert.ok(texts.length <= 2, `said in 10 s: ${texts}`);
        assert.ok(!texts.some((t) => t.includes('quiet-')), 'no line');
    });

await test('320 pixels wide: nothing to scroll sideways, nothing cut off',
    async () => {
        await fill();
        await post({ message: `state-5 ${'W'.repeat(300)}`,
            logger: 'a.very.long.logger.name.of.some.package.or.other' });
        const page = await open({ viewport: { width: 320, height: 640 } });
        await page.live();
        await page.shows('state-5');

        const wide = () => page.evaluate(() => [
            document.documentElement.scrollWidth - innerWidth,
            ...[...document.querySelectorAll('button, input, select, h1')]
                .filter((e) => e.getClientRects().length
                    && !e.closest('[role=log]'))
                .map((e) => e.getBoundingClientRect())
                .map((r) => Math.max(r.right - innerWidth, -r.left)),
        ].filter((x) => x > 0.5));

        assert.deepEqual(await wide(), []);
        await page.details('state-4').click();
        assert.deepEqual(await wide(), []);
        // at this width some of the controls may be behind a button
        if (!await page.button('Wrap lines').isVisible()) {
            await page.button('Options').click();
            assert.deepEqual(await wide(), []);
        }
        await page.button('Wrap lines').click();
        assert.deepEqual(await wide(), []);
        await page.button('Clear').click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await wide(), []);
    });

await test('targets are 24 pixels', async () => {
    await fill();
    for (const width of [1280, 320]) {
        const page = await open({ viewport: { width, height: 800 } });
        await page.live();
        await page.shows('state-4');
        await page.details('state-4').click();
        if (!await page.button('Clear').isVisible()) {
            await page.button('Options').click();
        }

        const small = await page.evaluate(() => [...document.querySelectorAll(
            'button, select, input, a[href], summary')].filter((e) =>
            e.getClientRects().length).map((e) => {
            const target = ['radio', 'checkbox'].includes(e.type)
                ? e.labels[0] ?? e : e;
            const { width: w, height: h } = target.getBoundingClientRect();
            return [e.innerText || e.ariaLabel || e.name || e.id, w, h];
        }).filter(([, w, h]) => w < 23.99 || h < 23.99));
        assert.deepEqual(small, [], `${width} wide`);
    }
});

await test('reduced motion: nothing moves by itself', async () => {
    await fill();
    const moving = async (reducedMotion) => {
        const page = await open({ reducedMotion });
        await page.live();
        await page.shows('state-4');
        return page.evaluate(() => document.getAnimations().filter((a) =>
            a.effect.getComputedTiming().duration > 1).length);
    };

    assert.equal(await moving('reduce'), 0);
    assert.ok(await moving('no-preference') >= 1, 'the dot pulses otherwise');
});

await test('forced colours: nothing that says something is gone', async () => {
    await fill();
    const page = await open({ forcedColors: 'active' });
    await page.live();
    await page.shows('state-4');

    const text = await page.text();
    for (const level of ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']) {
        assert.ok(text.includes(level), `${level} is a word`);
    }
    // a toggle that is on differs from one that is off
    const look = () => page.button('Regex').evaluate((b) => {
        const { color, backgroundColor, borderColor, borderWidth, outline }
            = getComputedStyle(b);
        return [color, backgroundColor, borderColor, borderWidth, outline,
            b.innerText, getComputedStyle(b, '::before').content].join();
    });
    const off = await look();
    await page.button('Regex').click();
    await page.mouse.move(0, 0);
    assert.notEqual(await look(), off);
});

await test('levels and the status are words, not colours alone', async () => {
    await fill();
    const page = await open();
    await page.live();

    for (const [i, level] of ['DEBUG', 'INFO', 'WARNING', 'ERROR',
        'CRITICAL'].entries()) {
        await page.shows(`state-${i}`);
        assert.match(await page.row(`state-${i}`).innerText(),
            new RegExp(level));
    }
});

await test('a larger text of the user is larger', async () => {
    await fill();
    const page = await open({ viewport: { width: 640, height: 800 } });
    await page.live();
    await page.shows('state-4');
    const size = () => page.row('state-4').evaluate((row) =>
        parseFloat(getComputedStyle(row).fontSize));
    const before = await size();

    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Page.setFontSizes', { fontSizes: { standard: 32,
        fixed: 26 } });
    await until('twice', async () => await size() > before * 1.5);
    await same('and fits', () => page.evaluate(() =>
        document.documentElement.scrollWidth <= innerWidth), true);
});

await done();
