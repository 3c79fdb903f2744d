// SPDX-License-Identifier: BSD-2-Clause

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

const press = async (page) => {
    await page.button('Clear').click();
    await clearing(page).getByRole('button', { name: 'Clear logs' }).click();
};

const alerts = async (page) => (await page.alert().allInnerTexts()).join(' ');

// Reading goes on: no word about it, the rows stay, and new ones come.

async function readsOn(page) {
    assert.doesNotMatch(await alerts(page), /read|Trying again/);
    await page.live();
    assert.equal((await page.rows()).length, 30, 'the rows stay');
    assert.equal((await records()).length, 30);
}

const html = { status: 403, headers: { 'Content-Type': 'text/html' },
    body: '<title>403</title>' };

const failed = [
    ['401', /^Clearing failed\. Sign in to clear .*\(401\)/, json({}, 401)],
    ['403', /^Clearing failed\. Only an admin .*\(403: ask Anna\)/,
        json({ detail: 'ask Anna' }, 403)],
    ['403 in HTML', /^Clearing failed\. Only an admin .*\(403\)/, html],
    ['404', /^Clearing failed\. There are no logs .*\(404\)/, json({}, 404)],
    ['500', /^Clearing failed\. .* refused\. \(500: no disk\)/,
        json({ detail: 'no disk' }, 500)],
    ['a redirect', /^Clearing failed\. Sign in to clear/,
        { status: 302, headers: { Location: '/login' } }],
    ['HTML with 200', /^Clearing failed\. Sign in to clear/,
        { ...html, status: 200 }],
];

for (const [name, words, answer] of failed) {
    await test(`Clear fails, ${name}: it says so, and reading goes on`,
        async () => {
            const before = await proxy({ answer: (req) =>
                req.method === 'DELETE' ? answer : undefined });
            const page = await start({ url: before.url,
                expect: [failures, /\/login/] });

            await press(page);
            await until('it says why', async () =>
                words.test(await alerts(page)));
            await readsOn(page);

            // the next one is another matter
            await page.button('Dismiss').click();
            assert.equal(await alerts(page), '');
            await press(page);
            await until('again', async () => words.test(await alerts(page)));
        });
}

await test('a server that is not there clears nothing', async () => {
    const before = await proxy();
    const page = await start({ url: before.url, expect: [failures] });

    await page.button('Clear').click();
    await clearing(page).waitFor();
    before.refuse = true;
    before.cut();
    await clearing(page).getByRole('button', { name: 'Clear logs' }).click();
    await until('it says so', async () =>
        /Clearing failed\. The server cannot be reached\./
            .test(await alerts(page)));
    assert.equal((await page.rows()).length, 30);
    before.refuse = false;
});

await test('nor one that does not answer in time', async () => {
    const before = await proxy({ hold: (req) => req.method === 'DELETE'
        ? new Promise(() => {}) : undefined });
    const page = await open({ url: before.url, goto: false,
        expect: [failures] });

    // its minute is short
    await page.addInitScript(() => {
        const timeout = AbortSignal.timeout.bind(AbortSignal);

        AbortSignal.timeout = (ms) => timeout(ms / 1000);
    });
    await page.goto(`${before.url}/logs`);
    await page.live();
    await page.shows('order-29');

    await press(page);
    await until('it says so', async () =>
        /Clearing failed\. The server did not answer in time\./
            .test(await alerts(page)));
    await readsOn(page);
});

await test('the stream that says "cleared" counts more than a bad answer',
    async () => {
        const before = await proxy({
            // cleared, but who asked is not told
            hold: async (req) => {
                if (req.method === 'DELETE') {
                    await clear();
                    await until('it is seen', async () =>
                        /Cleared/.test(await page.text()));
                }
            },
            answer: (req) => req.method === 'DELETE'
                ? { ...html, status: 504 } : undefined,
        });
        const page = await start({ url: before.url, expect: [failures] });

        const answered = page.waitForResponse((response) =>
            response.request().method() === 'DELETE');
        await press(page);
        await (await answered).finished();
        await post({ message: 'order-31' });
        await same('the rows', () => page.names(), ['order-31']);
        assert.equal(await alerts(page), '');
        await fill();
    });

await test('what failed is forgotten when it is done', async () => {
    const before = await proxy({ answer: (req) => req.method === 'DELETE'
        ? json({}, 500) : undefined });
    const page = await start({ url: before.url, expect: [failures] });
    const says = async () => /Clearing failed/.test(await alerts(page));

    await press(page);
    await until('it says so', says);
    before.answer = undefined;
    await press(page);
    await same('no rows', () => page.rows(), []);
    assert.equal(await alerts(page), '');

    // or when somebody else did it
    await fill();
    await page.shows('order-29');
    before.answer = (req) => req.method === 'DELETE' ? json({}, 500)
        : undefined;
    await press(page);
    await until('it says so again', says);
    await clear();
    await until('no word of it', async () => !await says());
    await fill();
});

await test('copying that fails says so until it does not', async () => {
    const page = await start();

    await page.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new Error('no'));
        document.execCommand = () => false;
    });
    await page.details('order-29').click();
    await page.button('Copy line').click();
    await until('it says so', async () => /copy/.test(await alerts(page)));
    assert.equal((await page.rows()).length, 30);

    await page.evaluate(() => {
        delete navigator.clipboard.writeText;
    });
    await page.button('Copy line').click();
    await until('no word of it', async () => await alerts(page) === '');
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
