// SPDX-License-Identifier: BSD-2-Clause

// Where the page stands: other prefixes, a token, a kiosk; and what it asks of
// the browser: nothing but the API.

import { failures, open } from './lib/browser.mjs';
import { proxy } from './lib/proxy.mjs';
import { admin, clear, lines, post, records, request } from './lib/server.mjs';
import { assert, done, test, until } from './lib/tap.mjs';

await clear();
await post(lines(5, (i) => ({ message: `place-${i}` })));

await test('the document: one, small, not kept, with a strict policy',
    async () => {
        const { status, headers, text } = await request(`${admin}/logs`);
        const policy = headers['content-security-policy'];

        assert.equal(status, 200);
        assert.match(headers['content-type'], /^text\/html; charset=utf-8$/i);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['referrer-policy'], 'no-referrer');
        for (const part of ['default-src \'none\'', 'connect-src \'self\'',
            'frame-ancestors \'none\'', 'base-uri \'none\'',
            'require-trusted-types-for \'script\'']) {
            assert.ok(policy.includes(part), `${part} in ${policy}`);
        }
        assert.doesNotMatch(policy, /unsafe|\*|https?:/);
        assert.match(policy, /script-src[^;]* 'sha256-/);
        assert.match(policy, /style-src[^;]* 'sha256-/);
        assert.doesNotMatch(text, /\b(?:src|href)=["']?(?:https?:)?\/\//);
        assert.doesNotMatch(text.replace(
            /<(script|style)\b[^]*?<\/\1>/g, ''), / style=| on[a-z]+=/);
    });

await test('it is refused like the API', async () => {
    for (const [value, status] of [['none', 401], ['deny', 403]]) {
        const response = await request(`${admin}/logs`,
            { headers: { 'X-Test-Auth': value } });
        assert.equal(response.status, status);
        assert.doesNotMatch(response.text, /Backend logs/);
    }
});

await test('nothing is asked of anybody but the API', async () => {
    const before = await proxy();
    const page = await open({ url: before.url });
    await page.live();
    await page.shows('place-4');
    await page.details('place-4').click();
    await page.search().fill('place');
    await page.level('Info').check();
    await page.button('Newest first').click();
    await until('it is shown', async () => (await page.rows()).length === 5);

    assert.deepEqual([...new Set(before.requests.map(({ method, url }) =>
        `${method} ${url.replace(/\?.*/, '')}`))].sort(),
    ['GET /api/logs', 'GET /api/logs/stream', 'GET /logs']);
    assert.equal(before.count(/stream/), 1, 'one stream');
    assert.ok(!before.requests.some(({ url }) =>
        /search=|level=|place/.test(url)), 'nor what one searches for');
    assert.equal(await page.evaluate(() => document.cookie), '');
});

await test('nor after it was loaded: it works from a cached document',
    async () => {
        const page = await open();
        await page.live();
        const stored = await page.evaluate(() => Object.keys(localStorage));
        assert.ok(stored.every((name) => /rackscope/.test(name)),
            `its own names: ${stored}`);
    });

await test('api= with another prefix', async () => {
    const page = await open({ path: '/short/logs' });
    const urls = [];
    page.on('request', (r) => urls.push(new URL(r.url()).pathname));
    await page.live();
    await page.shows('place-4');
    await until('another stream', () => urls.length >= 1);
    assert.ok(urls.every((url) => url.startsWith('/short/api/logs')),
        `${urls}`);
});

await test('token_key: the token of the application is sent', async () => {
    const before = await proxy();
    const page = await open({ url: before.url, path: '/token/logs',
        storage: { 'rackscope.auth.token': 'sesame' } });
    await page.live();
    await page.shows('place-4');

    for (const { url, headers } of before.requests) {
        if (/\/api\//.test(url)) {
            assert.equal(headers.authorization, 'Bearer sesame', url);
        }
        assert.doesNotMatch(url, /sesame/);
    }
    assert.doesNotMatch(await page.content(), /sesame/);
});

await test('without it: sign in; as soon as it is there: live', async () => {
    const page = await open({ path: '/token/logs', expect: [failures] });
    await page.is(/^Sign-in needed/);

    // by another tab of the application
    const another = await page.context().newPage();
    await another.goto(`${admin}/worker`);
    await another.evaluate(() =>
        localStorage.setItem('rackscope.auth.token', 'sesame'));
    await another.close();
    await page.live(15000);
    await page.shows('place-4');
});

await test('Clear sends it as well', async () => {
    const page = await open({ path: '/token/logs',
        storage: { 'rackscope.auth.token': 'sesame' } });
    await page.live();
    await page.button('Clear').click();
    await page.getByRole('button', { name: 'Clear logs' }).click();
    await until('cleared', async () => (await records()).length === 0);
    await post(lines(5, (i) => ({ message: `place-${i}` })));
    await page.shows('place-4');
});

await test('a token that is no header is no crash', async () => {
    const page = await open({ path: '/token/logs', expect: [failures],
        storage: { 'rackscope.auth.token': 'two\nlines\u2028' } });
    await page.is(/^(?:Sign-in needed|Error)/);
});

await test('without localStorage it works all the same', async () => {
    const page = await open({ goto: false });
    await page.context().addInitScript(() => {
        Object.defineProperty(globalThis, 'localStorage', {
            get() {
                throw new DOMException('no', 'SecurityError');
            },
        });
    });
    await page.goto(`${admin}/logs`);
    await page.live();
    await page.shows('place-0');
    await page.button('Wrap lines').click();
});

await test('what localStorage holds is not believed', async () => {
    const page = await open();
    await page.live();
    await page.button('Wrap lines').click();
    await page.time().selectOption({ label: 'UTC' });
    await page.evaluate(() => Object.keys(localStorage).forEach((name) =>
        localStorage.setItem(name, '{"a":[nonsense')));
    await page.reload();
    await page.live();
    await page.shows('place-0');
});

await test('a kiosk has no page', async () => {
    const { status, text } = await request(`${admin}/kiosk/logs`);
    assert.equal(status, 404);
    assert.doesNotMatch(text, /Backend logs/);
    assert.equal((await request(`${admin}/kiosk/api/logs`)).status, 404);
});

await done();
