// SPDX-License-Identifier: BSD-2-Clause

// Lines come at 200 a second, and whatever happens to the stream the page has
// each of them once, in order.

import { observe, open, tab } from './lib/browser.mjs';
import { isStream, proxy } from './lib/proxy.mjs';
import {
    clear, killWorker, lines, load, post, records, reload,
} from './lib/server.mjs';
import { after, assert, done, same, test, until } from './lib/tap.mjs';

// The page has every number once, from one that the ring has no longer, or its
// first, to the newest; on a slow machine that is more than the ring holds.
// Old ones of many at once may be painted a moment later.

async function complete(page) {
    const seqs = (await records()).map(({ _seq }) => _seq);
    const last = seqs.at(-1);
    let first = 0;

    await same('every number, once, in order', async () => {
        const rows = (await page.rows()).map(({ seq }) => seq);
        first = rows[0];
        return rows.map((seq, i) => seq - i - first)
            .concat(rows.at(-1)).filter(Boolean);
    }, [last]);

    assert.ok(first <= seqs[0], `${first} is not behind ${seqs[0]}`);
}

async function busy(name, rate, tolerant) {
    await clear();
    const posting = load(name, rate, { tolerant });

    after(() => posting.stop().catch(() => {}));
    return posting;
}

const onlyLive = (seen) => assert.deepEqual(
    seen.map(([, text]) => text).filter((text) => !/^Live/.test(text)), []);

await test('joining 200 lines/s over 150 ms loses and doubles none', async () => {
    const posting = await busy('join', 200);
    const { url } = await proxy({ latency: 150 });
    const page = await open({ url });

    await page.live();
    const begun = posting.sent;
    await until('300 lines more', () => posting.sent > begun + 300);

    const sent = await posting.stop();
    await page.shows(`join-${sent - 1}`);

    await complete(page);

    const names = await page.names();
    const first = sent - names.length;
    assert.deepEqual(names, lines(names.length, (i) => `join-${first + i}`),
        'every line, once, in order');
});

await test('a second tab joins the same stream', async () => {
    const posting = await busy('tabs', 100);
    const page = await open();
    await page.live();
    const another = await tab(page);
    await another.live();

    const begun = posting.sent;
    await until('50 lines more', () => posting.sent > begun + 50);
    await posting.stop();
    await complete(page);
    await complete(another);
});

await test('the end of a stream is routine: no flicker, no loss', async () => {
    const posting = await busy('end', 100);
    const before = await proxy({ latency: 20 });
    const page = await open({ url: before.url, path: '/short/logs' });
    await page.live();

    const seen = await observe(page.status());
    await until('four streams', () => before.count(/stream/) >= 4, 15000);
    await page.live();
    onlyLive(await seen());

    await posting.stop();
    await complete(page);

    // what is resumed is said by the header
    const resumed = before.requests.filter(isStream).slice(1);
    assert.ok(resumed.every(({ headers }) =>
        /^\d{16}$/.test(headers['last-event-id'] ?? '')), 'Last-Event-ID');
});

await test('so is a reload under load', async () => {
    const posting = await busy('reload', 200);
    const page = await open();
    await page.live();

    const seen = await observe(page.status());
    const begun = posting.sent;
    await reload();
    await reload();
    await until('100 lines more', () => posting.sent > begun + 100);
    onlyLive(await seen());

    await posting.stop();
    await complete(page);
    await page.live();
});

await test('killed workers lose nothing', async () => {
    const posting = await busy('kill', 200, true);
    const before = await proxy();
    const page = await open({ url: before.url,
        expect: [/^Failed to load resource/] });
    await page.live();

    // one of both has the stream
    await killWorker();
    await killWorker();

    await until('another stream', () => before.count(/stream/) >= 2);
    await page.live();
    await posting.stop();
    await complete(page);
});

await test('an empty ring, and the first line', async () => {
    await clear();
    const page = await open();
    await page.live();
    assert.deepEqual(await page.rows(), []);

    await post({ message: 'first-1' });
    await page.shows('first-1');
    await complete(page);
});

await done();
