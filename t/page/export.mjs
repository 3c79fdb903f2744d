// Export is what is shown, exactly; Clear asks, and believes nobody but the
// server.

import { readFile } from 'node:fs/promises';

import { failures, open } from './lib/browser.mjs';
import { json, proxy } from './lib/proxy.mjs';
import { clear, lines, post, records } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

async function fill() {
    await clear();
    await post(lines(30, (i) => ({
        level: ['info', 'warning', 'error'][i % 3],
        logger: 'shop.orders',
        message: `order-${i} "quoted" \\ and\nnew line, ünï 🚀`,
        request_id: `req-${i}`,
        ...i === 5 && { exception: 'Traceback\n  line\nValueError: five',
            extra: { deep: [1, 2.5, null, true] }, duration_ms: null },
    })));
}

async function start(options) {
    const page = await open(options);
    await page.live();
    await page.shows('order-29');
    return page;
}

async function save(page, format) {
    if (format) {
        const box = page.getByRole('combobox', { name: 'Export format' });
        const options = await box.locator('option').allInnerTexts();
        await box.selectOption({
            label: options.find((o) => format.test(o)) });
    }
    const coming = page.waitForEvent('download');
    await page.button('Export').click();
    const download = await coming;

    return {
        name: download.suggestedFilename(),
        text: await readFile(await download.path(), 'utf8'),
    };
}

const clearing = (page) => page.getByRole('dialog',
    { name: 'Clear server logs?' });

await fill();

await test('JSON is the default: the records as the API has them', async () => {
    const page = await start();
    const { name, text } = await save(page);

    assert.match(name, /^rackscope-logs-[\dTZ.-]+\.json$/);
    const got = JSON.parse(text);
    assert.deepEqual(Array.isArray(got) ? got : got.records, await records());
});

await test('NDJSON: a record a line', async () => {
    const page = await start();
    const { name, text } = await save(page, /NDJSON/i);

    assert.match(name, /^rackscope-logs-[\dTZ.-]+\.(?:ndjson|jsonl)$/);
    assert.ok(text.endsWith('\n'));
    assert.deepEqual(text.trimEnd().split('\n').map((l) => JSON.parse(l)),
        await records());
});

await test('text: what a log file would have', async () => {
    const page = await start();
    const { name, text } = await save(page, /text/i);

    assert.match(name, /^rackscope-logs-[\dTZ.-]+\.(?:txt|log)$/);
    const all = await records();
    let at = 0;
    for (const record of all) {
        const next = text.indexOf(`order-${all.indexOf(record)} `, at);
        assert.ok(next >= at, `order-${all.indexOf(record)} in its place`);
        at = next;
    }
    for (const part of [all[5].timestamp.slice(0, 19), 'WARNING',
        'shop.orders', 'ValueError: five']) {
        assert.ok(text.includes(part), part);
    }
});

await test('only what matches, in the order of the records', async () => {
    const page = await start();
    await page.level('Warning').check();
    await page.exclude().fill('order-4 ');
    await page.search().fill('order-');
    const expected = (await records('n=1000&min_level=warning'))
        .filter(({ message }) => !message.startsWith('order-4 '));
    await same('the rows', async () => (await page.rows()).length,
        expected.length);

    const { text } = await save(page, /NDJSON/i);
    assert.deepEqual(text.trimEnd().split('\n').map((l) => JSON.parse(l)),
        expected);

    await page.button('Newest first').click();
    const { text: again } = await save(page, /^JSON/);
    const got = JSON.parse(again);
    assert.deepEqual(Array.isArray(got) ? got : got.records, expected);
});

await test('paused: what is shown, not what waits', async () => {
    const page = await start();
    const expected = await records();
    await page.button('Live').click();
    await post({ message: 'waits-0' });
    await page.button('1 new line').waitFor();

    const { text } = await save(page, /NDJSON/i);
    assert.deepEqual(text.trimEnd().split('\n').map((l) => JSON.parse(l)),
        expected);
});

await fill();

await test('Clear asks; Cancel and Esc change nothing', async () => {
    const page = await start();
    const before = await proxyless(page);

    await page.button('Clear').click();
    await clearing(page).waitFor();
    await clearing(page).getByRole('button', { name: 'Cancel' }).click();
    await clearing(page).waitFor({ state: 'hidden' });

    await page.button('Clear').click();
    await clearing(page).waitFor();
    await page.keyboard.press('Escape');
    await clearing(page).waitFor({ state: 'hidden' });

    assert.equal((await page.rows()).length, 30);
    assert.equal((await records()).length, 30);
    assert.deepEqual(before(), [], 'no request');
    assert.ok(await page.button('Clear').evaluate((b) =>
        b === document.activeElement), 'the focus is back');
});

function proxyless(page) {
    const methods = [];
    page.on('request', (request) => methods.push(request.method()));
    return () => methods;
}

await test('a refusal keeps the rows and says why', async () => {
    const page = await start({ path: '/readonly/logs', expect: [failures] });

    await page.button('Clear').click();
    await clearing(page).getByRole('button', { name: 'Clear logs' }).click();
    await until('it says why', async () => /403|not allowed|refused/i
        .test((await page.alert().allInnerTexts()).join(' ')));
    assert.equal((await page.rows()).length, 30);
    assert.equal((await records()).length, 30);
    await page.live();
});

await test('so does the server\'s own explanation', async () => {
    const { url } = await proxy({
        answer: (req) => req.method === 'DELETE'
            ? json({ detail: 'the archive is not written yet' }, 500)
            : undefined,
    });
    const page = await start({ url, expect: [failures] });

    await page.button('Clear').click();
    await clearing(page).getByRole('button', { name: 'Clear logs' }).click();
    await until('it says why', async () => /archive is not written yet/
        .test((await page.alert().allInnerTexts()).join(' ')));
    assert.equal((await page.rows()).length, 30);
});

await test('a server that is not there clears nothing', async () => {
    const before = await proxy();
    const page = await start({ url: before.url, expect: [failures] });

    await page.button('Clear').click();
    await clearing(page).waitFor();
    before.refuse = true;
    before.cut();
    await clearing(page).getByRole('button', { name: 'Clear logs' }).click();
    await until('it says so', async () =>
        (await page.alert().allInnerTexts()).join(' ').trim() !== '');
    assert.equal((await page.rows()).length, 30);
    before.refuse = false;
});

await test('Clear logs clears, here and on the server', async () => {
    const page = await start();

    await page.button('Clear').click();
    await clearing(page).getByRole('button', { name: 'Clear logs' }).click();
    await same('no rows', () => page.rows(), []);
    assert.deepEqual(await records(), []);
    await until('it says so', async () =>
        /Cleared/.test(await page.text()));

    const texts = (await page.text()).match(/Cleared/g);
    assert.equal(texts.length, 1, 'once');

    await post({ message: 'order-31' });
    await same('and goes on', () => page.names(), ['order-31']);
    await page.live();
});

await done();
