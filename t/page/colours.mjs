// SPDX-License-Identifier: BSD-2-Clause

// The colours that programs give their text for a terminal: they are shown, can
// be read in both themes, and are no part of the text.

import { open } from './lib/browser.mjs';
import { clear, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const levels = ['debug', 'info', 'warning', 'error', 'critical'];
const range = (count) => Array.from({ length: count }, (_, i) => i);
const coloured = (code, text = code) => `\u001b[${code}m${text}\u001b[0m`;

// Everything that a program can ask for, or nearly.

const all = [7, 2,
    ...[30, 40, 90, 100].flatMap((first) => range(8).map((i) => first + i)),
    ...range(8).flatMap((i) => [`7;3${i}`, `2;3${i}`, `1;3${i}`, `3${i};4${i}`,
        `30;4${i}`, `97;10${i}`, `7;3${i};4${7 - i}`]),
    ...range(32).flatMap((i) => [`38;5;${i * 8 + 7}`, `48;5;${i * 8 + 3}`]),
    '38;2;250;250;210', '38;2;9;9;9', '48;2;128;128;128', '38;2;255;128;0',
];

const sgr = all.map((code) => coloured(code)).join(' ');
const plain = all.join(' ');

async function start(name, options) {
    const page = await open(options);

    await page.live();
    await page.shows(name);
    return page;
}

const styles = (locator) => locator.evaluate((element) => {
    const { color, backgroundColor, fontWeight } = getComputedStyle(element);

    return { color, backgroundColor, fontWeight };
});

// All text of the list whose contrast with what is behind it is less than 4.5.

const faint = (page) => page.log().evaluate((log) => {
    const parse = (color) => color.match(/[\d.]+/g).map(Number);

    const luminance = (color) => parse(color).slice(0, 3).map((part) =>
        part / 255 <= 0.04045 ? part / 255 / 12.92
            : ((part / 255 + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);

    const behind = (element) => {
        const color = getComputedStyle(element).backgroundColor;

        return parse(color)[3] === 0 ? behind(element.parentElement) : color;
    };

    const walker = document.createTreeWalker(log, NodeFilter.SHOW_TEXT);
    const wrong = [];
    let count = 0;

    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;

        if (element.closest('.message, .details') && element.checkVisibility()) {
            const pair = [getComputedStyle(element).color, behind(element)];
            const [low, high] = pair.map(luminance).sort((a, b) => a - b);
            const ratio = (high + 0.05) / (low + 0.05);

            count++;
            if (ratio < 4.5) {
                wrong.push([element.textContent, ...pair, ratio]);
            }
        }
    }
    return { wrong, count };
});

await clear();
await post(levels.map((level) => ({ level, logger: level,
    message: `all-${level} ${sgr}` })));
await post({ logger: 'vite', message: 'ready-0 '
        + `${coloured('1;32', 'VITE')}${coloured(36, ' v5')} in 3 ms` },
{ level: 'error', logger: 'py', message: 'trace-0', exception: 'Traceback (most '
    + 'recent call last):\n  File \u001b[35m"/app/x.py"\u001b[0m, line 1\n'
    + '    f()\n' + coloured(35, '  File "/lib/python3/x.py"\n').repeat(2)
    + '\u001b[1;35mKeyError\u001b[0m: \u001b[35m\'x\'\u001b[0m' });

await test('colours are shown in the list, and their codes are not', async () => {
    const page = await start('ready-0');
    const message = page.row('ready-0').locator('.message');
    const usual = await styles(message);
    const green = await styles(message.getByText('VITE', { exact: true }));
    const cyan = await styles(message.getByText('v5', { exact: true }));

    assert.equal(await message.innerText(), 'ready-0 VITE v5 in 3 ms');
    assert.equal(new Set([usual, green, cyan].map(({ color }) => color)).size,
        3);
    assert.ok(green.fontWeight >= 700 && cyan.fontWeight < 700);

    // the row has the beginning of a long message
    const long = await page.row('all-info').locator('.message').innerText();
    assert.ok(long.length > 200 && `all-info ${plain}`.startsWith(
        long.replace(/…$/, '')), long);
});

await test('and in the details, and in a traceback', async () => {
    const page = await start('trace-0');

    await page.details('ready-0').click();
    await page.details('trace-0').click();

    for (const [name, text] of [['ready-0', 'VITE'], ['trace-0', 'KeyError'],
        ['trace-0', '"/app/x.py"']]) {
        const box = page.row(name).locator('dd').filter({ hasText: text });
        const part = box.last().locator('span').getByText(text, { exact: true });

        assert.notEqual((await styles(part)).color, (await styles(box.last()))
            .color, text);
    }
    assert.doesNotMatch(await page.text(), /\u001b|\[0m/);
});

for (const colorScheme of ['light', 'dark']) {
    await test(`all can be read wherever they stand, ${colorScheme}`,
        async () => {
            const page = await start('trace-0', { colorScheme });
            const least = levels.length * 80;

            for (const level of levels) {
                const name = `all-${level}`;

                // beneath the pointer, current, open, and current and closed
                await page.row(name).hover();
                const { wrong, count } = await faint(page);
                assert.deepEqual(wrong, [], level);
                assert.ok(count > least, `${count} parts`);

                await page.details(name).click();
                assert.deepEqual((await faint(page)).wrong, [], `${level} open`);
                await page.details(name).click();
                await page.log().hover({ position: { x: 5, y: 5 } });
                assert.deepEqual((await faint(page)).wrong, [],
                    `${level} current`);
            }

            await page.details('trace-0').click();
            await page.row('trace-0').locator('summary').click();
            assert.deepEqual((await faint(page)).wrong, [], 'a traceback');
        });
}

await test('a background is shown, as well as its absence', async () => {
    const page = await start('ready-0');
    const message = page.row('all-info').locator('.message');
    const back = async (code) => (await styles(message.locator('span')
        .getByText(String(code), { exact: true }))).backgroundColor;

    const seen = await Promise.all([41, 42, 43, 44, 45, 46, 7].map(back));
    assert.equal(new Set(seen).size, 7, 'six colours, and inverse');
    assert.equal(await back(31), 'rgba(0, 0, 0, 0)');
});

await test('a search finds text across colours, and marks it', async () => {
    const page = await start('ready-0');

    await page.search().fill('VITE v5 in');
    await until('one', async () => (await page.rows()).length === 1);

    const mark = page.row('ready-0').locator('mark');
    assert.equal(await mark.innerText(), 'VITE v5 in');
    assert.equal(await mark.locator('span').count(), 0, 'its own colour');

    await page.search().fill('v5');
    await until('shorter', async () => await mark.innerText() === 'v5');
    assert.equal(await page.row('ready-0').locator('.message').innerText(),
        'ready-0 VITE v5 in 3 ms');
    assert.equal(await page.row('ready-0').locator('.message span').first()
        .innerText(), 'VITE');
});

await test('a copied line and a text file have no codes', async () => {
    const page = await start('ready-0');

    await page.details('ready-0').click();
    await page.row('ready-0').getByRole('button', { name: 'Copy line' }).click();
    await until('copied', async () => /ready-0 VITE v5 in 3 ms$/.test(
        await page.evaluate(() => navigator.clipboard.readText())));

    // what is selected is the text alone as well
    assert.equal(await page.row('ready-0').locator('.message').evaluate((e) => {
        getSelection().selectAllChildren(e);
        return String(getSelection());
    }), 'ready-0 VITE v5 in 3 ms');
});

await test('a switch takes them away, and is remembered', async () => {
    const page = await start('trace-0');
    const message = page.row('all-info').locator('.message');
    const box = page.getByRole('checkbox', { name: 'Colours of programs' });

    const kinds = () => message.evaluate((element) =>
        new Set([element, ...element.querySelectorAll('*')].map((e) => {
            const { color, backgroundColor, fontWeight, textDecoration }
                = getComputedStyle(e);

            return [color, backgroundColor, fontWeight, textDecoration].join();
        })).size);

    assert.ok(await kinds() > 14);
    await page.button('Help').click();
    assert.ok(await box.isChecked());
    await box.uncheck();
    await same('none', kinds, 1);

    await page.reload();
    await page.shows('trace-0');
    await same('none still', kinds, 1);
    assert.match(await message.innerText(), /^all-info 7 2 30 31 /);

    await page.button('Help').click();
    await box.check();
    await until('again', async () => await kinds() > 14);
});

await test('a message of nothing but codes is no burden', async () => {
    await post({ logger: 'mad', message: `mad-0 ${coloured(31, 'x').repeat(999)}`,
        exception: coloured(32, 'y\n').repeat(900) });
    const page = await start('mad-0');

    await page.details('mad-0').click();
    assert.ok(await page.row('mad-0').locator('.message span').count() <= 300);
    assert.match(await page.row('mad-0').locator('.message').innerText(),
        /^mad-0 x+…?$/);
    await page.live();
});

await done();
