// SPDX-License-Identifier: BSD-2-Clause

// The details of a traceback: what went wrong comes first, the frames of
// libraries are folded, and all of it can be copied.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

import { open } from './lib/browser.mjs';
import { clear, lines, post } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const { exception } = JSON.parse(readFileSync(
    new URL('../data/rackscope-api-logs.json', import.meta.url)))
    .records.find((record) => record.exception);
const cause = 'AttributeError: module \'starlette.status\' has no attribute '
    + '\'HTTP_422_UNPROCESSABLE_CONTENT\'. Did you mean: '
    + '\'HTTP_422_UNPROCESSABLE_ENTITY\'?';

const java = 'java.lang.IllegalStateException: no stock\n'
    + '\tat com.shop.Orders.place(Orders.java:41)\n'
    + '\tat java.base/java.util.List.of(List.java:1)\n'
    + '\tat org.springframework.web.Servlet.doPost(Servlet.java:9)\n'
    + 'Caused by: java.net.ConnectException: refused by stock-7\n'
    + '\tat com.shop.Stock.ask(Stock.java:7)\n'
    + '\tat sun.nio.ch.Net.connect(Net.java:1)\n'
    + '\tat sun.nio.ch.Socket.connect(Socket.java:2)\n'
    + '\tat sun.nio.ch.Socket.finish(Socket.java:3)\n'
    + '\t... 12 more';

async function start(name, options) {
    const page = await open(options);

    await page.live();
    await page.shows(name);
    await page.details(name).click();
    return page;
}

const inside = (page, name) => page.row(name).locator('.details');
const folds = (page, name) => inside(page, name).locator('summary');
const clipboard = (page) => page.evaluate(() =>
    navigator.clipboard.readText());

await clear();
await post({ level: 'info', message: 'quiet-0', request_id: 'r-0' },
    { level: 'error', message: 'python-0', exception },
    { level: 'error', message: 'java-0', exception: java },
    { level: 'error', message: 'red-0', exception: 'Traceback (most recent '
        + 'call last):\n  File \u001b[35m"/app/x.py"\u001b[0m, line 1\n'
        + '\u001b[1;35mKeyError\u001b[0m: \u001b[35m\'x\'\u001b[0m' },
    { level: 'error', message: 'odd-0', exception: 'disk is full' });

await test('details begin with the cause', async () => {
    const page = await start('python-0', { viewport:
        { width: 1280, height: 480 } });
    const text = await inside(page, 'python-0').innerText();

    assert.equal(text.split('\n')[0], cause);
    await page.row('python-0').evaluate((row) => row.scrollIntoView());

    // not at the end of a traceback that is higher than the window
    const shown = await inside(page, 'python-0').getByText(cause, {
        exact: true }).first().boundingBox();
    assert.ok(shown.y > 0 && shown.y + shown.height < 240, `at ${shown.y}`);
});

await test('without a traceback they begin with the fields', async () => {
    const page = await start('quiet-0');

    assert.match(await inside(page, 'quiet-0').innerText(), /^_seq\n/);
    assert.equal(await page.button('Copy traceback').count(), 0);
});

await test('frames of libraries are folded, those of the program are not',
    async () => {
        const page = await start('java-0');
        const row = inside(page, 'java-0');
        const text = async () => (await row.innerText()).replace(/\t/g, ' ');

        for (const part of ['no stock', 'Orders.java:41', 'Stock.java:7',
            'Caused by: java.net.ConnectException']) {
            assert.ok((await text()).includes(part), part);
        }
        assert.doesNotMatch(await text(), /List\.java|Net\.java|12 more/);
        assert.deepEqual(await folds(page, 'java-0').allInnerTexts(),
            ['2 library frames', '3 library frames']);

        await folds(page, 'java-0').first().click();
        await until('open', async () => /List\.java:1\)[^]*Servlet\.java:9/
            .test(await text()));
        assert.doesNotMatch(await text(), /Net\.java/, 'each by itself');
        await folds(page, 'java-0').first().click();
        await until('closed', async () => !/List\.java/.test(await text()));
    });

await test('a traceback of 140 lines leaves those of the program', async () => {
    const page = await start('python-0');
    const trace = inside(page, 'python-0').locator('.trace');
    const { length } = exception.split('\n');

    assert.ok(length > 130);
    assert.equal(await trace.evaluate((element) =>
        [...element.querySelectorAll('div')].map((div) => div.textContent)
            .join('\n')), exception, 'all of it is there');
    await until('a third', async () =>
        (await trace.innerText()).split('\n').length < length / 3);
    assert.ok(await trace.evaluate((element) => ['middleware.py", line 92',
        'exceptions.py", line 58'].every((part) =>
        element.innerText.includes(part))));
});

await test('by keyboard, and what is open stays open', async () => {
    const page = await start('java-0');
    const opened = () => inside(page, 'java-0').locator('details')
        .evaluateAll((all) => all.map((one) => one.open));

    await folds(page, 'java-0').nth(1).focus();
    await page.keyboard.press('Enter');
    await same('the second', opened, [false, true]);

    // its row is built anew
    await page.search().fill('-0');
    await until('filtered', async () => (await page.rows()).length === 5
        && await page.log().locator('mark').count() > 0);
    await same('still', opened, [false, true]);
});

await test('a hit in a folded frame is shown', async () => {
    const page = await start('java-0');

    await page.search().fill('Net.connect');
    await until('marked', async () => await inside(page, 'java-0')
        .locator('mark').first().isVisible());
    assert.deepEqual(await inside(page, 'java-0').locator('details')
        .evaluateAll((all) => all.map((one) => one.open)), [false, true]);

    await page.search().fill('');
    await until('folded again', async () => !/Net\.java/.test(
        await inside(page, 'java-0').innerText()));
});

await test('a hit in the cause is marked there', async () => {
    const page = await start('java-0');

    await page.search().fill('stock-7');
    await until('marked', async () => await inside(page, 'java-0')
        .locator('.cause mark').count() === 1);
});

await test('Copy traceback: all of it, without codes', async () => {
    const page = await start('red-0');

    await page.row('red-0').getByRole('button', { name: 'Copy traceback' })
        .click();
    await same('copied', () => clipboard(page), 'Traceback (most recent call '
        + 'last):\n  File "/app/x.py", line 1\nKeyError: \'x\'');

    await page.details('java-0').click();
    await page.row('java-0').getByRole('button', { name: 'Copy traceback' })
        .click();
    await same('with what is folded', () => clipboard(page), java);
});

await test('an exception of one line is its own cause', async () => {
    const page = await start('odd-0');

    assert.match(await inside(page, 'odd-0').innerText(), /^disk is full\n/);
});

await test('folds are no stops of the Tab key but in the current line',
    async () => {
        const page = await start('java-0');
        const stops = (name) => inside(page, name).evaluate((element) =>
            [...element.querySelectorAll('summary')]
                .filter((one) => one.tabIndex >= 0).length);

        assert.equal(await stops('java-0'), 2);
        await page.details('python-0').click();
        await until('moved', async () => await stops('java-0') === 0);
    });

for (const colorScheme of ['light', 'dark']) {
    await test(`axe-core: folded and open, ${colorScheme}`, async () => {
        const page = await open({ colorScheme, goto: false });

        await page.context().addInitScript({ path: axe });
        await page.goto(`${process.env.ADMIN}/logs`);
        await page.live();
        await page.shows('python-0');
        await page.details('java-0').click();
        await page.details('python-0').click();
        await folds(page, 'python-0').first().click();

        assert.deepEqual(await page.evaluate(async () =>
            (await globalThis.axe.run(document)).violations
                .map(({ id, nodes }) => [id, nodes[0].html])), []);
    });
}

await test('in a window of 320 px nothing is wider than it', async () => {
    const page = await start('python-0',
        { viewport: { width: 320, height: 640 } });

    for (const one of await folds(page, 'python-0').all()) {
        await one.click();
        assert.ok((await one.boundingBox()).height >= 24);
    }
    assert.ok(await page.evaluate(() =>
        [document.documentElement, document.querySelector('.trace')]
            .every((e) => e.scrollWidth <= e.clientWidth)));
});

await test('a trace ID filters, and can be copied', async () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

    await post(lines(2, (i) => ({ message: `span-${i}`, trace_id: trace })),
        { message: 'span-2', trace_id: trace.replace('4', '5') });
    const page = await start('span-0');
    const value = inside(page, 'span-0').getByText(trace, { exact: true });
    const { x, y, width, height } = await value.boundingBox();

    // over all of it, as one does to copy it
    await page.mouse.move(x + 1, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width - 1, y + height / 2, { steps: 4 });
    await page.mouse.up();
    assert.equal(await page.evaluate(() => String(getSelection())), trace);
    assert.equal(await page.search().inputValue(), '');

    await page.evaluate(() => getSelection().empty());
    await value.click();
    await same('its lines', async () => (await page.names(/span-\d/)),
        ['span-0', 'span-1']);
    assert.equal(await page.search().inputValue(), `trace_id:${trace}`);
});

await test('what is unfolded stays in sight when new lines come', async () => {
    const frames = lines(40, (i) => `\tat java.util.A.b${i}(A.java:1)`);

    await clear();
    await post({ level: 'error', message: 'long-0',
        exception: `a.E: b\n${frames.join('\n')}` });
    const page = await start('long-0', { viewport:
        { width: 1280, height: 600 } });
    const overflows = () => page.log().evaluate((log) =>
        log.scrollHeight > log.clientHeight);
    const { y } = await page.row('long-0').boundingBox();

    assert.ok(!await overflows());
    await folds(page, 'long-0').click();
    await until('higher than the list', overflows);
    await post(lines(3, (i) => ({ message: `new-${i}` })));
    await page.fresh().waitFor();
    assert.equal((await page.row('long-0').boundingBox()).y, y);
});

await done();
