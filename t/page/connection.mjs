// SPDX-License-Identifier: BSD-2-Clause

// What the page is told of its connection: several zones, a title, where one
// signs in; and what it says of a door that does not answer.

import { failures, open } from './lib/browser.mjs';
import { json, proxy } from './lib/proxy.mjs';
import { admin, lines, post, request } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const [shop, second, kiosk]
    = ['The <b>shop</b>', '/second/api/logs', 'Kiosk'];

async function postSecond(...records) {
    const { status, text } = await request(`${admin}/second/internal/logs`, {
        method: 'POST', body: records.map((r) => JSON.stringify(r)).join('\n'),
    });
    assert.equal(status, 200, text);
}

const zone = (page) => page.getByRole('combobox', { name: 'Zone' });

async function many(options = {}) {
    await fill();
    const page = await open({ path: '/many/logs', ...options });
    await page.live();
    return page;
}

const first = lines(5, (i) => `first-${i}`);
const others = lines(3, (i) => `second-${i}`);

// Both zones, with nothing but these lines.

async function fill() {
    for (const path of ['/api/logs', '/second/api/logs']) {
        await request(admin + path, { method: 'DELETE' });
    }
    await post(first.map((message) => ({ message })));
    await postSecond(...others.map((message) => ({ message })));
}

const json500 = (detail) => ({
    answer: (req) => /\/api\//.test(req.url) ? json({ detail }, 500)
        : undefined,
});

await test('several zones: the first one, and a choice', async () => {
    const page = await many();

    await same('the first zone', page.names, first);
    assert.deepEqual(await zone(page).getByRole('option').allInnerTexts(),
        [shop, second, kiosk]);
    assert.equal(await zone(page).inputValue(), shop);
    assert.equal(new URL(page.url()).search, '', 'which is not named');
});

await test('one zone: no choice', async () => {
    const page = await open({ path: '/logs?zone=x' });

    await page.live();
    assert.equal(await zone(page).count(), 0);
    assert.equal(await page.alert().filter({ visible: true }).count(), 0,
        'nor a word on what is somebody else\'s');
});

await test('another one is chosen: its lines alone, and its stream', async () => {
    const before = await proxy();
    const page = await many({ url: before.url });

    await page.search().fill('-');
    await page.shows('first-4');
    await zone(page).focus();
    await zone(page).selectOption(second);
    await same('the second zone', page.names, others);
    await page.live();

    const { searchParams } = new URL(page.url());
    assert.equal(searchParams.get('zone'), second, 'the address names it');
    assert.equal(searchParams.get('q'), '-', 'the filters stay');
    assert.match(await page.title(), /^\/second\/api\/logs · /);
    await until('one stream', () => before.streams() === 1);

    await post({ message: 'first-9' });
    await postSecond({ message: 'second-9' });
    await page.shows('second-9');
    assert.deepEqual(await page.names(), [...others, 'second-9']);
    assert.ok(await zone(page).evaluate((e) => e === document.activeElement),
        'the focus stays');
});

await test('Back returns to the first one, Forward to the second', async () => {
    const page = await many();

    await page.shows('first-4');
    await zone(page).selectOption(second);
    await page.shows('second-0');
    await page.goBack();
    await same('the first again', page.names, first);
    assert.equal(await zone(page).inputValue(), shop);
    await page.live();
    await page.goForward();
    await page.shows('second-0');
    assert.equal(await zone(page).inputValue(), second);
    await page.live();
});

await test('an address names a zone; one that is not there is said', async () => {
    const page = await many({
        path: `/many/logs?zone=${encodeURIComponent(second)}` });

    await page.shows('second-0');
    assert.equal(await zone(page).inputValue(), second);

    for (const name of ['gone', '//elsewhere.example/api/logs',
        '/readonly/api/logs']) {
        await page.goto(`${admin}/many/logs?zone=${encodeURIComponent(name)}`);
        await page.live();
        await page.shows('first-4');
        assert.equal(await zone(page).inputValue(), shop);
        assert.ok((await page.alert().innerText())
            .includes(`There is no "${name}" here.`), name);
    }
    await page.button('Dismiss').click();
    assert.equal(await page.alert().filter({ visible: true }).count(), 0);
});

await test('paused, then another zone: it follows that one', async () => {
    const page = await many();

    await page.shows('first-4');
    await page.button('Live').click();
    await zone(page).selectOption(second);
    await page.shows('second-0');
    await page.button('Live').waitFor();
    await page.live();
});

await test('a zone that cannot be read, and back', async () => {
    const page = await many({ expect: [failures] });

    await zone(page).selectOption(kiosk);
    await page.is(/^Error/);
    assert.deepEqual(await page.names(), []);
    await zone(page).selectOption(shop);
    await page.live();
    await same('the lines', page.names, first);
});

await test('Clear clears the chosen zone', async () => {
    const page = await many();

    await zone(page).selectOption(second);
    await page.shows('second-0');
    await page.button('Clear').click();
    await page.getByRole('button', { name: 'Clear logs' }).click();
    await until('cleared', async () => (await page.names()).length === 0);
    const { text } = await request(`${admin}/api/logs`);
    assert.equal(JSON.parse(text).total, 5, 'and no other');
});

await test('an answer to Clear that comes late clears no other zone',
    async () => {
        let go;
        const before = await proxy({
            hold: (req) => req.method === 'DELETE' ? new Promise((resolve) => {
                go = resolve;
            }) : undefined,
        });
        const page = await many({ url: before.url, path:
            `/many/logs?zone=${encodeURIComponent(second)}` });

        await page.shows('second-0');
        await page.button('Clear').click();
        await page.getByRole('button', { name: 'Clear logs' }).click();
        await until('asked', () => go);
        await zone(page).selectOption(shop);
        await page.shows('first-4');

        const answer = page.waitForResponse((response) =>
            response.request().method() === 'DELETE');
        go();
        await answer;
        await post({ message: 'first-5' });
        await page.shows('first-5');
        assert.deepEqual(await page.names(), [...first, 'first-5']);
    });

await test('a title is text', async () => {
    const page = await many();

    assert.equal(await page.getByRole('heading', { level: 1 }).innerText(),
        'Racks <b>&amp; more');
    assert.equal(await page.title(), `${shop} · Racks <b>&amp; more`);
});

await test('320 pixels wide, with a title and a choice', async () => {
    const page = await many({ viewport: { width: 320, height: 640 } });

    await page.shows('first-4');
    assert.ok(await page.evaluate(() =>
        document.documentElement.scrollWidth <= innerWidth));
    const box = await zone(page).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= 320 && box.height >= 24);
});

// The page and the API behind a door that let it through once.

const link = (page) => page.getByRole('link', { name: 'Sign in' });

await test('sign in: a link that comes back to the very same view', async () => {
    const page = await open({ expect: [failures, /\/enter/],
        path: '/signin/a/logs?q=a%26b&level=error#L17' });

    await page.is(/^Sign-in needed/);
    await page.search().fill('rack 4');
    await until('the address', () => page.url().includes('rack'));
    await link(page).click();
    await page.waitForURL(/\/enter/);

    const url = new URL(page.url());
    assert.equal(url.origin, admin);
    assert.equal(url.pathname, '/enter');

    const back = new URL(url.searchParams.get('next'), admin);
    assert.match(url.searchParams.get('next'), /^\/signin\/a\/logs\?/);
    assert.equal(back.searchParams.get('q'), 'rack 4');
    assert.equal(back.searchParams.get('level'), 'error');
    assert.equal(back.hash, '#L17');
});

await test('sign in: the operator names the parameter', async () => {
    const page = await open({ expect: [failures],
        path: '/signin/oauth/logs' });

    await page.is(/^Sign-in needed/);
    assert.equal(await link(page).getAttribute('href'),
        '/enter?a=b&rd=%2Fsignin%2Foauth%2Flogs');
});

await test('sign in: the way back is never another host', async () => {
    const page = await open({ expect: [failures, /evil/],
        path: '//evil.example/../signin//evil.example/logs' });

    await page.is(/^Sign-in needed/);
    const { pathname } = new URL(page.url());
    const next = new URL(await link(page).getAttribute('href'), admin)
        .searchParams.get('next');

    assert.match(pathname, /^\/\//, 'the address begins as that of a host');
    assert.match(next, /^\/[^/]/);
    assert.equal(new URL(next, admin).origin, admin);
});

await test('sign in: no link if there is no need', async () => {
    const page = await open({ expect: [failures], path: '/signin/token/logs' });

    await page.is(/^Sign-in needed/);
    await link(page).waitFor();
    await page.evaluate(() =>
        localStorage.setItem('rackscope.auth.token', 'sesame'));
    await page.button('Try again').click();
    await page.live();
    assert.equal(await link(page).count(), 0);
});

await test('sign in: no link if nobody said where', async () => {
    const page = await open({ expect: [failures], path: '/token/logs' });

    await page.is(/^Sign-in needed/);
    assert.equal(await link(page).count(), 0);
});

await test('no request has a Referer, whatever policy comes after ours',
    async () => {
        const before = await proxy();
        const page = await open({ url: before.url,
            path: '/referrer/logs?q=first' });

        await page.live();
        await page.button('Clear').click();
        await page.getByRole('button', { name: 'Clear logs' }).click();
        await until('cleared', () => before.requests.some(({ method }) =>
            method === 'DELETE'));

        const asked = before.requests.filter(({ url }) => /\/api\//.test(url));
        assert.ok(asked.length >= 3, 'a snapshot, a stream, a Clear');
        assert.deepEqual(asked.map(({ headers }) => headers.referer),
            asked.map(() => undefined));
    });

await test('a door that does not answer is not a ring that cannot be read',
    async () => {
        const page = await open({ path: '/door/logs', expect: [failures] });
        const said = () => page.alert().innerText();

        await page.is(/^Error/);
        assert.match(await said(), /who is an admin does not answer\. \(500\)/);

        await page.button('Try again').waitFor();

        const { url } = await proxy(json500('the ring is gone'));
        const other = await open({ url, path: '/door/logs',
            expect: [failures] });

        await other.is(/^Error/);
        const text = await other.alert().innerText();
        assert.match(text, /cannot be read.*the ring is gone/);
        assert.doesNotMatch(text, /admin/);
    });

await done();
