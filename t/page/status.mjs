// SPDX-License-Identifier: BSD-2-Clause

// What the server says is what the page says: never "Live" without a stream,
// never an empty list in the place of a refusal.

import { failures, open } from './lib/browser.mjs';
import { isSnapshot, isStream, json, proxy } from './lib/proxy.mjs';
import { clear, lines, post, takePlaces } from './lib/server.mjs';
import { after, assert, done, test, until } from './lib/tap.mjs';

const html = (status = 200) => ({
    status,
    headers: { 'Content-Type': 'text/html' },
    body: '<!DOCTYPE html><title>Sign in</title><form>Password</form>',
});

const isApi = (req) => /\/api\/logs/.test(req.url);

await clear();
await post(lines(5, (i) => ({ message: `old-${i}` })));

// What auth_request says of the API; the document itself is there.

const auth = (value) => (req) => isApi(req) ? { 'X-Test-Auth': value } : {};

// By nginx and its auth_request, or by somebody who answers in its place: the
// words that the status begins with, and what is said besides.

const cases = [
    ['401', /^Sign-in needed/, /./, { headers: auth('none') }],
    ['403', /^Not allowed/, /./, { headers: auth('deny') }],
    ['404', /^Error/, /404/, {}, '/half/logs'],
    ['500', /^Error/, /500/, {
        answer: (req) => isApi(req)
            ? json({ detail: 'the disk is on fire' }, 500) : undefined,
    }],
    ['502 in HTML', /^Error/, /502/, {
        answer: (req) => isApi(req) ? html(502) : undefined,
    }],
    ['HTML with 200', /^(?:Error|Sign-in needed)/, /./, {
        answer: (req) => isApi(req) ? html() : undefined,
    }],
    ['a redirect to a login', /^(?:Error|Sign-in needed)/, /./, {
        answer: (req) => isApi(req) ? { status: 302,
            headers: { Location: '/login?next=/api/logs' } }
            : /^\/login/.test(req.url) ? html() : undefined,
    }],
    ['a redirect elsewhere', /^(?:Error|Sign-in needed)/, /./, {
        answer: (req) => isApi(req) ? { status: 302,
            headers: { Location: 'http://127.0.0.1:1/login' } } : undefined,
    }],
];

const expect = [failures, /\/login/, /blocked by CORS policy/,
    /Content Security Policy/];

for (const [name, words, more, how, path] of cases) {
    await test(`${name} from the start`, async () => {
        const { url } = await proxy(how);
        const page = await open({ url, path, expect });

        await page.is(words);
        const said = `${await page.status().innerText()} ${
            (await page.alert().allInnerTexts()).join(' ')}`;
        assert.match(said, more);
        assert.ok(await page.alert().filter({ visible: true }).count(),
            'an alert says what is wrong');
        assert.doesNotMatch(await page.text(), /no log|empty|no lines/i,
            'it does not say that there is nothing');
    });

    if (path) {
        continue;
    }

    await test(`${name} while it was live`, async () => {
        const before = await proxy();
        const page = await open({ url: before.url, expect, clock: true });

        await page.live();
        await page.shows('old-4');

        Object.assign(before, how);
        before.cut();
        await page.is(words);
        assert.equal((await page.rows()).length, 5, 'the rows stay');

        // and it comes back when the server does
        Object.assign(before, { headers: () => ({}), answer: undefined });
        await page.clock.runFor(61000);
        await page.live();
        assert.equal((await page.rows()).length, 5, 'each once');
        assert.equal(await page.alert().filter({ visible: true }).count(), 0,
            'no alert is left');
    });
}

await test('an error that the API explains is explained', async () => {
    const { url } = await proxy({
        answer: (req) => isApi(req)
            ? json({ detail: 'the disk is on fire' }, 500) : undefined,
    });
    const page = await open({ url, expect });

    await page.is(/^Error/);
    assert.match((await page.alert().allInnerTexts()).join(),
        /the disk is on fire/);
});

await test('only the stream fails: the lines are there, "Live" is not',
    async () => {
        const { url } = await proxy({
            answer: (req) => isStream(req) ? json({}, 503) : undefined,
        });
        const page = await open({ url, expect });

        await page.shows('old-4');
        await page.is(/^(?:Error|Reconnecting)/);
    });

await test('no place for a stream: polls every 5 s, then tries again',
    async () => {
        const release = await takePlaces();
        after(release);

        const before = await proxy();
        const page = await open({ url: before.url, clock: true });

        await page.is(/^Too many viewers/);
        await page.shows('old-4');

        const polls = () => before.requests.filter((req) => isSnapshot(req)
            && /since_seq=\d{16}/.test(req.url)).length;

        for (let i = 0; i < 3; i++) {
            const had = polls();
            await post({ message: `poll-${i}` });
            await page.clock.runFor(5100);
            await page.shows(`poll-${i}`);
            assert.equal(polls(), had + 1, 'one request in five seconds');
        }
        await page.is(/^Too many viewers/);
        assert.equal(before.count(/stream/), 1, 'no other try so far');

        // still taken after 60 seconds, then free
        await page.clock.runFor(50000);
        await until('a second try', () => before.count(/stream/) === 2);
        await page.is(/^Too many viewers/);

        release();
        await page.clock.runFor(61000);
        await page.live();
        await post({ message: 'poll-9' });
        await page.shows('poll-9');

        assert.deepEqual(await page.names(), [
            ...lines(5, (i) => `old-${i}`), 'poll-0', 'poll-1', 'poll-2',
            'poll-9',
        ]);
    });

await test('a poll that is refused is said as well', async () => {
    const release = await takePlaces();
    after(release);

    const before = await proxy();
    const page = await open({ url: before.url, clock: true, expect });
    await page.is(/^Too many viewers/);

    before.headers = () => ({ 'X-Test-Auth': 'none' });
    await page.clock.runFor(5100);
    await page.is(/^Sign-in needed/);
});

await done();
