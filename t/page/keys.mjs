// SPDX-License-Identifier: BSD-2-Clause

// Everything by the keyboard.

import { open, scrollTo } from './lib/browser.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

await clear();
await post(lines(300, (i) => ({
    level: i % 50 === 40 ? 'error' : 'info', message: `key-${i}`,
})));

async function start(query = '') {
    const page = await open({ path: `/logs${query}` });
    await page.live();
    await until('all rows', async () => (await page.rows()).length >= 300);
    return page;
}

// The row that the keyboard is at: its focus, or what is said to be current.

const current = (page) => page.log().evaluate((log) => {
    const active = document.activeElement;
    const id = active?.getAttribute('aria-activedescendant');
    const row = (id && document.getElementById(id))
        ?? active?.closest('[id^="L"]')
        ?? log.querySelector('[aria-current]');

    return row?.closest('[id^="L"]')?.innerText.match(/key-\d+/)?.[0] ?? null;
});

const at = (page, name) => same(`at ${name}`, () => current(page), name);

await test('one tab stop, and back out of it', async () => {
    const page = await start();
    const within = () => page.log().evaluate((log) =>
        log.contains(document.activeElement));

    await page.button('Clear').focus();
    let steps = 0;
    for (; steps < 15 && !await within(); steps++) {
        await page.keyboard.press('Tab');
    }
    assert.ok(await within(), 'Tab comes to the list');
    await page.keyboard.press('Tab');
    assert.ok(!await within(), 'and leaves it');
    await page.keyboard.press('Shift+Tab');
    assert.ok(await within(), 'and comes back');
});

await test('/ goes to the search, Esc leaves and empties it', async () => {
    const page = await start();
    const inSearch = () => page.search().evaluate((box) =>
        box === document.activeElement);

    await page.log().focus();
    await page.keyboard.press('/');
    assert.ok(await inSearch());
    assert.equal(await page.search().inputValue(), '', 'without a /');
    await page.keyboard.type('key-299');
    await until('filtered', async () => (await page.rows()).length === 1);

    await page.keyboard.press('Escape');
    if (await page.search().inputValue() !== '') {
        await page.keyboard.press('Escape');
    }
    await until('all', async () => (await page.rows()).length === 300);
    await page.keyboard.press('Escape');
    assert.ok(!await inSearch(), 'out of it');
});

await test('p pauses, p goes on', async () => {
    const page = await start();

    await page.log().focus();
    await page.keyboard.press('p');
    await page.is(/^Paused/);
    await page.keyboard.press('p');
    await page.is(/^Live/);
});

await test('e begins at the newest error, and E goes to the one before',
    async () => {
        const page = await start();

        await page.log().focus();
        for (const [key, name] of [['e', 'key-290'], ['E', 'key-240'],
            ['E', 'key-190'], ['e', 'key-240'], ['e', 'key-290'],
            ['e', 'key-40'], ['E', 'key-290']]) {
            await page.keyboard.press(key);
            await at(page, name);
        }
    });

await test('E, j and k with no line chosen begin at the newest, too',
    async () => {
        for (const newest of [false, true]) {
            for (const [key, name] of [['E', 'key-290'], ['j', 'key-299'],
                ['k', 'key-299']]) {
                const page = await start(newest ? '?order=newest' : '');

                await page.keyboard.press(key);
                await at(page, name);
                await page.context().close();
            }
        }
    });

await test('but at the first line that is seen, if one has scrolled away',
    async () => {
        const page = await start();

        await scrollTo(page, 0);
        await page.keyboard.press('j');
        await at(page, 'key-0');
        await page.keyboard.press('e');
        await at(page, 'key-40');
    });

await test('j and k walk, Enter opens, End follows', async () => {
    const page = await start();

    await page.log().focus();
    await page.keyboard.press('k');
    const first = await until('a row', () => current(page));
    const n = Number(first.slice(4));
    await page.keyboard.press('k');
    await at(page, `key-${n - 1}`);
    await page.keyboard.press('k');
    await at(page, `key-${n - 2}`);
    await page.keyboard.press('j');
    await at(page, `key-${n - 1}`);

    await page.keyboard.press('Enter');
    await until('open', async () => await page.details(`key-${n - 1}`)
        .getAttribute('aria-expanded') === 'true');
    await page.keyboard.press('Enter');
    await until('closed', async () => await page.details(`key-${n - 1}`)
        .getAttribute('aria-expanded') === 'false');
    await at(page, `key-${n - 1}`);

    for (let i = 0; i < 100; i++) {
        await page.keyboard.press('k');
    }
    await at(page, `key-${n - 101}`);
    assert.ok(await page.row(new RegExp(`key-${n - 101}\\b`))
        .evaluate((row) => {
            const { top, bottom } = row.getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
        }), 'it is in sight');

    await page.keyboard.press('End');
    await post({ message: 'key-300' });
    await until('the newest is in sight', async () =>
        await page.row(/key-300\b/).evaluate((row) =>
            row.getBoundingClientRect().bottom <= innerHeight));
});

await test('? is the help, and keys can be switched off there', async () => {
    const page = await start();
    const help = page.getByRole('dialog');

    await page.log().focus();
    await page.keyboard.press('?');
    await help.waitFor();
    const text = await help.innerText();
    for (const key of ['/', 'Esc', 'p', 'j', 'k', 'Enter', 'e', 'End', '?',
        'n', 'N']) {
        assert.ok(text.includes(key), `${key} in the help`);
    }
    assert.match(text, /Rackscope logs \d+\.\d+\.\d+\n/, 'the version');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });

    // the switch is in the help or in the bar
    let box = page.getByRole('checkbox', { name: /key|shortcut/i });
    if (!await box.isVisible()) {
        await page.keyboard.press('?');
        await help.waitFor();
    }
    await box.uncheck();
    if (await help.isVisible()) {
        await page.keyboard.press('Escape');
        await help.waitFor({ state: 'hidden' });
    }

    await page.log().focus();
    for (const key of ['p', '/', 'j', 'e']) {
        await page.keyboard.press(key);
    }
    await page.is(/^Live/);
    assert.ok(await page.search().evaluate((e) =>
        e !== document.activeElement), 'no search');

    await page.reload();
    await page.live();
    await page.log().focus();
    await page.keyboard.press('p');
    await page.shows('key-300');
    await page.is(/^Live/);
});

// The page as it is when it was loaded: nothing was clicked, nothing has the
// focus.

async function fresh({ path, least = 300 } = {}) {
    const page = await open({ path });

    await page.live();
    await until('all rows', async () => (await page.rows()).length >= least);
    assert.ok(await page.evaluate(() =>
        document.activeElement === document.body), 'no focus');
    return page;
}

const inSearch = (page) => page.search().evaluate((box) =>
    box === document.activeElement);

await test('just loaded: p', async () => {
    const page = await fresh();

    await page.keyboard.press('p');
    await page.is(/^Paused/);
    await page.keyboard.press('p');
    await page.is(/^Live/);
});

await test('just loaded: /', async () => {
    const page = await fresh();

    await page.keyboard.press('/');
    assert.ok(await inSearch(page));
    await page.keyboard.type('key-299');
    await until('filtered', async () => (await page.rows()).length === 1);
});

await test('just loaded: ?, and when the help is closed again', async () => {
    const page = await fresh();
    const help = page.getByRole('dialog');

    await page.keyboard.press('?');
    await help.waitFor();

    for (const key of ['p', '/', 'e', 'j', 'n', 'End']) {
        await page.keyboard.press(key);
    }
    assert.ok(await help.isVisible(), 'it stays open');
    assert.equal(await current(page), null, 'no key goes through it');
    assert.ok(!await inSearch(page), 'nor to the search');
    await page.is(/^Live/);

    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    await page.keyboard.press('p');
    await page.is(/^Paused/);
});

for (const key of ['j', 'k', 'e']) {
    await test(`just loaded: ${key}`, async () => {
        const page = await fresh();

        await page.keyboard.press(key);
        const name = await until('a row', () => current(page));
        assert.equal(key === 'e', Number(name.slice(4)) % 50 === 40, name);
    });
}

for (const key of ['n', 'N']) {
    await test(`just loaded, with a search: ${key}`, async () => {
        const page = await fresh({ path: '/logs?q=key-2', least: 100 });

        await page.keyboard.press(key);
        assert.match(await until('a hit', () => current(page)), /^key-2/);
    });
}

await test('just loaded: Enter and Esc, with a line that was chosen',
    async () => {
        const page = await fresh();
        const open = () => page.details('key-299').getAttribute('aria-expanded');

        // chosen, but not by the keyboard
        await page.details('key-299').click();
        await page.evaluate(() => document.activeElement.blur());
        await page.keyboard.press('Enter');
        await same('closed', open, 'false');
        await page.evaluate(() => document.activeElement.blur());
        await page.keyboard.press('Enter');
        await same('open', open, 'true');
        await page.evaluate(() => document.activeElement.blur());
        await page.keyboard.press('Escape');
        await same('closed again', open, 'false');
    });

await test('just loaded: End, when one has scrolled away', async () => {
    const page = await fresh();

    await scrollTo(page, 0);
    await post({ message: 'key-400' });
    await page.button('1 new line').waitFor();
    await page.keyboard.press('End');
    await page.shows('key-400');
});

await test('just loaded: not with Ctrl, Alt or Meta', async () => {
    const page = await fresh();

    for (const modifier of ['Control', 'Alt', 'Meta']) {
        for (const key of ['p', '/', '?', 'j', 'e']) {
            await page.keyboard.press(`${modifier}+${key}`);
        }
    }
    await page.is(/^Live/);
    assert.equal(await current(page), null);
    assert.ok(!await inSearch(page));
    assert.ok(!await page.getByRole('dialog').isVisible());
});

await test('just loaded: not when they are switched off', async () => {
    const page = await open({ storage: { 'rackscope.logs.page':
        JSON.stringify({ keys: false }) } });

    await page.live();
    for (const key of ['p', '/', '?', 'j', 'k', 'e', 'n', 'N']) {
        await page.keyboard.press(key);
    }
    await page.is(/^Live/);
    assert.equal(await current(page), null);
    assert.ok(!await inSearch(page));
    assert.ok(!await page.getByRole('dialog').isVisible());
});

await test('keys with Ctrl, Alt or Meta are the browser\'s; text is text',
    async () => {
        const page = await start();

        await page.log().focus();
        await page.keyboard.press('Control+p').catch(() => {});
        await page.keyboard.press('Alt+p');
        await page.keyboard.press('Meta+p');
        await page.is(/^Live/);

        await page.search().focus();
        await page.keyboard.type('pje?/n');
        assert.equal(await page.search().inputValue(), 'pje?/n');
        await page.is(/^Live/);
        await page.exclude().focus();
        await page.keyboard.type('p/');
        assert.equal(await page.exclude().inputValue(), 'p/');
        await page.is(/^Live/);
    });

await test('every control is reached and has a name and a visible focus',
    async () => {
        const page = await start();
        const seen = new Set();

        await page.evaluate(() => document.body.focus());
        for (let i = 0; i < 40; i++) {
            await page.keyboard.press('Tab');
            const what = await page.evaluate(() => {
                const e = document.activeElement;
                if (!e || e === document.body) {
                    return null;
                }
                const style = getComputedStyle(e);
                const shown = (s) => parseFloat(s.outlineWidth) > 0
                    && s.outlineStyle !== 'none' || s.boxShadow !== 'none';
                const around = e.labels?.[0] ?? e.parentElement;
                return [e.innerText || e.getAttribute('aria-label')
                    || e.labels?.[0]?.innerText || e.tagName,
                shown(style) || shown(getComputedStyle(around))];
            });
            if (what) {
                assert.ok(what[1], `${what[0]} shows that it has the focus`);
                seen.add(what[0].trim().split('\n')[0]);
            }
        }
        const all = [...seen].join(' | ');
        for (const name of ['Live', 'Newest first', 'Wrap lines', 'Regex',
            'Export', 'Clear']) {
            assert.ok([...seen].some((s) => s.includes(name)),
                `${name} in ${all}`);
        }
    });

await test('a level is chosen by arrow keys', async () => {
    const page = await start();

    await page.level('All').focus();
    for (let i = 0; i < 4; i++) {
        await page.keyboard.press('ArrowRight');
    }
    assert.ok(await page.level('Error').isChecked());
    await same('errors', async () => (await page.rows()).length, 6);
});

await done();
