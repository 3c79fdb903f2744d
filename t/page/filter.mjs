// SPDX-License-Identifier: BSD-2-Clause

// Levels, search, exclude: at once, in the page alone, and in its address.

import { open, tab } from './lib/browser.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const levels = ['debug', 'info', 'warning', 'error', 'critical'];

// 5 DEBUG, 4 INFO, 3 WARNING, 2 ERROR, 1 CRITICAL; and in some of them what is
// to be found.  (Capture is at DEBUG in this nginx.)

const found = [
    { message: 'Grüße aus Köln lev-100', level: 'info' },
    { message: 'lev-101', logger: 'rackscope.KÖLN', level: 'info' },
    { message: 'lev-102', path: '/api/koeln/Köln', level: 'info' },
    { message: 'lev-103', request_id: 'req-köln', level: 'info' },
    { message: 'lev-104', exception: 'Traceback\n  köln', level: 'info' },
    { message: 'lev-105', city: 'Koeln', level: 'info' },
];

await clear();
await post(levels.flatMap((level, i) => lines(5 - i, (j) => ({
    level, message: `lev-${i}${j}`,
}))));
await post(found);

const shown = (page, names) => same('the rows', () => page.names(), names);
const all = [
    ...levels.flatMap((_, i) => lines(5 - i, (j) => `lev-${i}${j}`)),
    ...lines(6, (i) => `lev-10${i}`),
];
const from = (level) => all.filter((name) =>
    (name.length === 6 ? Number(name[4]) : 1) >= level);
const exactly = (level) => all.filter((name) =>
    (name.length === 6 ? Number(name[4]) : 1) === level);

async function start(path = '/logs') {
    const page = await open({ path });
    await page.live();
    return page;
}

const query = (page) => Object.fromEntries(new URL(page.url()).searchParams);

await test('levels: that and above, or exactly that', async () => {
    const page = await start();
    await shown(page, all);
    assert.ok(await page.level('All').isChecked());
    assert.ok(await page.above().isChecked(), 'and above is on');

    for (const [i, name] of ['Debug', 'Info', 'Warning', 'Error',
        'Critical'].entries()) {
        await page.level(name).check();
        await shown(page, from(i));
    }

    await page.above().uncheck();
    await shown(page, exactly(4));
    await page.level('Warning').check();
    await shown(page, exactly(2));
    assert.deepEqual(query(page).level?.toLowerCase(), 'warning');
    assert.ok('exact' in query(page));

    await page.above().check();
    await page.level('All').check();
    await shown(page, all);
    assert.deepEqual(query(page), {}, 'defaults are left out');
});

await test('levels have live counts', async () => {
    const page = await start();
    const count = (name) => page.levels().evaluate((group, wanted) => {
        const labels = [...group.querySelectorAll('input[type=radio]')]
            .map((input) => input.labels[0]?.innerText ?? '');
        return Number(labels.find((l) => l.includes(wanted))
            ?.match(/(\d[\d,. ]*)\s*$/)?.[1]);
    }, name);

    await same('Warning', () => count('Warning'), 3);
    await same('Info', () => count('Info'), 10);
    await same('All', () => count('All'), 21);

    await post({ level: 'warning', message: 'lev-109' });
    await same('one more', () => count('Warning'), 4);
});

await clear();
await post(levels.flatMap((level, i) => lines(5 - i, (j) => ({
    level, message: `lev-${i}${j}`,
}))));
await post(found);

await test('search: message, logger, path, request_id, exception; any case',
    async () => {
        const page = await start();
        const requests = [];
        page.on('request', (request) => requests.push(request.url()));

        await page.search().pressSequentially('KÖLN', { delay: 20 });
        await shown(page, lines(5, (i) => `lev-10${i}`));
        // a pause while typing shows the same rows before the last letter
        await same('the address', () => query(page), { q: 'KÖLN' });
        assert.deepEqual(requests, [], 'costs no request');

        const marks = await page.log().locator('mark').allInnerTexts();
        assert.ok(marks.length >= 1 && marks.every((m) =>
            m.toLowerCase() === 'köln'), `marks: ${marks}`);

        await page.search().fill('');
        await shown(page, all);
        assert.equal(await page.log().locator('mark').count(), 0);
    });

await test('search waits until typing stops', async () => {
    const page = await open({ clock: true });
    await page.live();
    await shown(page, all);

    // from here on no time goes by but what is said
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    const draws = await page.log().evaluateHandle((log) => {
        const times = [];
        new MutationObserver(() => times.push(Date.now())).observe(log,
            { subtree: true, childList: true, attributes: true,
                characterData: true });
        return times;
    });

    for (const letter of 'grüße aus') {
        await page.search().pressSequentially(letter);
        await page.clock.runFor(50);
    }
    assert.deepEqual(await draws.jsonValue(), [], 'drawn while typing');

    await page.clock.runFor(100);
    await shown(page, ['lev-100']);
    assert.equal(new Set(await draws.jsonValue()).size, 1, 'drawn once');
});

await test('n and N go through the hits: "3 of 17"', async () => {
    const page = await start();
    await page.search().fill('lev-1');
    await shown(page, all.filter((name) => name.startsWith('lev-1')));

    const at = (pattern) => until(`${pattern}`, async () =>
        pattern.test(await page.locator('body').innerText()));
    await page.log().focus();
    await page.keyboard.press('n');
    await at(/\b1 of 10\b/);
    await page.keyboard.press('n');
    await at(/\b2 of 10\b/);
    await page.keyboard.press('Shift+N');
    await at(/\b1 of 10\b/);
    await page.keyboard.press('Shift+N');
    await at(/\b10 of 10\b/);
});

await test('Regex; a bad pattern says so and keeps the last good result',
    async () => {
        const page = await start();
        await page.search().fill('lev-[34]\\d$');
        await shown(page, []);
        await page.button('Regex').click();
        await shown(page, ['lev-30', 'lev-31', 'lev-40']);
        assert.equal(await page.button('Regex')
            .getAttribute('aria-pressed'), 'true');
        assert.deepEqual(query(page).q, 'lev-[34]\\d$');
        assert.ok('re' in query(page));

        await page.search().fill('lev-[34');
        await until('it says so', async () =>
            await page.search().getAttribute('aria-invalid') === 'true');
        await shown(page, ['lev-30', 'lev-31', 'lev-40']);
        const said = await page.search().evaluate((box) => [
            box.getAttribute('aria-describedby'),
            box.getAttribute('aria-errormessage'),
        ].flatMap((ids) => (ids ?? '').split(' ')).map((id) =>
            document.getElementById(id)?.innerText ?? '').join(' '));
        const alerts = (await page.alert().allInnerTexts()).join(' ');
        assert.match(`${said} ${alerts}`, /regular expression|pattern|regex/i);

        await page.search().fill('lev-[4]');
        await shown(page, ['lev-40']);
        assert.notEqual(await page.search().getAttribute('aria-invalid'),
            'true');
    });

await test('Exclude takes away, together with the rest', async () => {
    const page = await start();
    await page.exclude().fill('lev-1');
    await shown(page, all.filter((name) => !name.startsWith('lev-1')));
    await page.level('Warning').check();
    await page.search().fill('LEV-');
    await shown(page, from(2));
    await page.exclude().fill('lev-3');
    await shown(page, from(2).filter((name) => !name.startsWith('lev-3')));
    const { level, ...rest } = query(page);
    assert.equal(level.toLowerCase(), 'warning');
    assert.deepEqual(rest, { q: 'LEV-', x: 'lev-3' });
});

await test('what is typed is not lost to a click right after it', async () => {
    for (const press of [
        (page) => page.button('Newest first').click(),
        (page) => page.button('Regex').click(),
        (page) => page.level('Info').check(),
        (page) => page.button('Live').click(),
    ]) {
        const page = await start();
        await shown(page, all);
        await page.search().fill('lev-101');
        await press(page);
        await shown(page, ['lev-101']);
        assert.equal(await page.search().inputValue(), 'lev-101');
        await page.context().close();
    }
});

await test('the address restores all of it, in another tab and on reload',
    async () => {
        const page = await start();
        await page.level('Info').check();
        await page.above().uncheck();
        await page.button('Regex').click();
        await page.search().fill('lev-10[0-3]$');
        await page.exclude().fill('103');
        await page.button('Newest first').click();
        const expected = ['lev-102', 'lev-101', 'lev-100'];
        await shown(page, expected);
        await until('the address', () => query(page).order);
        assert.deepEqual(Object.keys(query(page)).sort(),
            ['exact', 'level', 'order', 'q', 're', 'x']);
        assert.equal(await page.evaluate(() => history.length), 2,
            'no entry of the history is added');

        const { pathname, search } = new URL(page.url());
        const another = await tab(page, { path: pathname + search });
        await another.button('Run this pattern').click();
        await shown(another, expected);
        assert.equal(await another.search().inputValue(), 'lev-10[0-3]$');
        assert.equal(await another.exclude().inputValue(), '103');
        assert.ok(await another.level('Info').isChecked());
        assert.ok(!await another.above().isChecked());

        await page.reload();
        await shown(page, expected);
    });

await test('nonsense in the address is harmless', async () => {
    const page = await start('/logs?level=LOUD&exact=%00&order=sideways'
        + '&q=%ff&re=maybe&x=');
    await page.search().fill('');
    await page.search().fill('lev-40');
    await shown(page, ['lev-40']);
});

await test('rows that the next letter makes worthless are not built', async () => {
    await post(lines(500, (i) => ({ message: `many-${i}` })));
    const page = await open({ clock: true });
    await page.live();
    const count = () => page.log().locator('[id^="L"]').count();

    await same('all rows', count, 521);
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    await page.search().pressSequentially('m');
    await page.clock.runFor(70);
    const built = await count();
    assert.ok(built < 60, `${built} rows at once`);

    await page.search().pressSequentially('a');
    await page.clock.runFor(150);
    assert.equal(await count(), built, 'no row more while typing');
    await page.clock.runFor(2000);
    assert.equal(await count(), 500);

    // nor are they forgotten if what is typed is wrong
    await page.button('Regex').click();
    await page.search().pressSequentially('(');
    await page.clock.runFor(2000);
    assert.equal(await page.search().getAttribute('aria-invalid'), 'true');
    assert.equal(await count(), 500);
});

await test('no hit is said, not shown as an empty buffer', async () => {
    const page = await start();
    await page.search().fill('nothing has this');
    await shown(page, []);
    await until('it says so', async () =>
        /no (?:line|match|hit)/i.test(await page.locator('body').innerText()));
});

await test('new lines are filtered as well, and counted', async () => {
    const page = await start();
    await page.search().fill('needle');
    await shown(page, []);
    await post({ message: 'hay hay-1' }, { message: 'needle lev-107' });
    await shown(page, ['lev-107']);
    await page.search().fill('');
    await page.shows('hay-1');
});

await done();
