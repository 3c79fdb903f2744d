// SPDX-License-Identifier: BSD-2-Clause

// The network goes away and comes back: the status says so, and no line is
// missing afterwards.

import { failures, open } from './lib/browser.mjs';
import {
    event, isSnapshot, isStream, proxy, snapshot, sse,
} from './lib/proxy.mjs';
import { clear, lines, post, records } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const complete = async (page) => same('the rows are those of the ring',
    async () => (await page.rows()).map(({ seq }) => seq),
    (await records()).map(({ _seq }) => _seq));

// Headless tabs are always visible: these say otherwise.

const visibility = (page, state) => page.evaluate((value) => {
    Object.defineProperties(document, {
        visibilityState: { configurable: true, value },
        hidden: { configurable: true, value: value === 'hidden' },
    });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
}, state);

await clear();

await test('offline is said, and online is at once', async () => {
    const before = await proxy();
    const page = await open({ url: before.url, clock: true,
        expect: [failures] });
    await page.live();

    await page.context().setOffline(true);
    await page.is(/^Offline/);
    await post(lines(20, (i) => ({ message: `away-${i}` })));

    // the clock stands still: no timer can be what brings it back
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));
    const had = before.count(/stream/);
    await page.context().setOffline(false);
    await until('a stream', () => before.count(/stream/) > had);

    await page.clock.resume();
    await page.live();
    await page.shows('away-19');
    await complete(page);
});

await test('a hiccup of a proxy goes unnoticed', async () => {
    const before = await proxy();
    const page = await open({ url: before.url, expect: [failures] });
    await page.live();
    await post({ message: 'hiccup-0' });
    await page.shows('hiccup-0');

    before.cut();
    await post({ message: 'hiccup-1' });
    await page.shows('hiccup-1');
    await page.live();
    await complete(page);
});

await test('a longer one is "Reconnecting", never "Live"', async () => {
    const before = await proxy();
    const page = await open({ url: before.url, expect: [failures] });
    await page.live();

    before.refuse = true;
    before.cut();
    await page.is(/^Reconnecting/, 6000);
    assert.equal(await page.button('Live').count(), 1,
        'the button says what was chosen');
    await post(lines(20, (i) => ({ message: `long-${i}` })));

    before.refuse = false;
    await page.live(12000);
    await page.shows('long-19');
    await complete(page);
});

await test('attempts become rarer, up to every 30 seconds', async () => {
    const before = await proxy();
    const page = await open({ url: before.url, clock: true, goto: false,
        expect: [failures] });

    // when the page asks, by its own clock
    await page.addInitScript(() => {
        const own = fetch;
        globalThis.asked = [];
        globalThis.asking = 0;
        globalThis.fetch = (...args) => {
            globalThis.asked.push(Date.now());
            globalThis.asking++;
            return own(...args).finally(() => globalThis.asking--);
        };
    });
    await page.goto(`${before.url}/logs`);
    await page.live();

    before.refuse = true;
    before.cut();
    await page.is(/^Reconnecting/, 6000);
    await page.evaluate(() => {
        globalThis.asked.length = 0;
    });

    for (let turn = 0; turn < 80; turn++) {
        await page.clock.runFor(2000);
        await until('it failed', () =>
            page.evaluate(() => globalThis.asking === 0));
    }

    const asked = await page.evaluate(() => globalThis.asked);
    const pauses = asked.slice(1).map((at, i) => (at - asked[i]) / 1000);
    assert.ok(pauses.length >= 6 && pauses[0] < 7, `pauses: ${pauses}`);
    assert.ok(pauses.slice(5).every((s) => s > 7 && s < 34), `${pauses}`);

    before.refuse = false;
    await page.clock.runFor(31000);
    await page.live();
});

await test('what is already there is dropped', async () => {
    const some = lines(6, (i) => ({ _seq: 1700000000000000 + i, level: 'INFO',
        timestamp: '2026-11-23T10:00:00.000000+00:00', logger: '',
        message: `twice-${i}` }));
    const { url } = await proxy({
        answer: (req) => isSnapshot(req) ? snapshot(some.slice(0, 3))
            : isStream(req) ? sse(some.slice(1).map(event).join(''))
                : undefined,
    });
    const page = await open({ url });

    await page.shows('twice-5');
    assert.deepEqual(await page.names(), lines(6, (i) => `twice-${i}`));
});

await test('no heartbeat for 75 seconds is a dead stream', async () => {
    const streams = [];
    const before = await proxy({
        answer: (req) => isSnapshot(req) ? snapshot([])
            : isStream(req) ? sse((res) => {
                streams.push(res);
                res.write(': ping\n\n');
            }) : undefined,
    });
    const page = await open({ url: before.url, clock: true });
    await page.live();

    const cdp = await page.context().newCDPSession(page);
    let received = 0;
    cdp.on('Network.dataReceived', () => received++);
    await cdp.send('Network.enable');

    // a heartbeat keeps it
    for (let i = 0; i < 3; i++) {
        await page.clock.runFor(60000);
        const had = received;
        streams[0].write(': ping\n\n');
        await until('the heartbeat has come', () => received > had);
        await page.evaluate(() => document.title);
    }
    assert.equal(streams.length, 1, 'one stream in three minutes');
    await page.live();

    await page.clock.runFor(80000);
    await until('another stream', () => streams.length === 2);
    await page.live();
});

await test('waking up from sleep is at once', async () => {
    await clear();
    const before = await proxy();
    const page = await open({ url: before.url, clock: true });
    await page.live();

    // the laptop is closed, and its connection forgotten without a word
    before.stall = true;
    await post(lines(20, (i) => ({ message: `asleep-${i}` })));
    await page.clock.fastForward(60 * 60 * 1000);
    await page.shows('asleep-19', 3000);
    await page.live();
    await complete(page);
});

await test('a hidden tab gives its stream back after 5 minutes', async () => {
    await clear();
    const before = await proxy();
    const page = await open({ url: before.url, clock: true });
    await page.live();
    assert.equal(before.streams(), 1);

    await visibility(page, 'hidden');
    await page.clock.runFor(4 * 60 * 1000);
    await page.evaluate(() => document.title);
    await post({ message: 'hidden-0' });
    await page.shows('hidden-0');
    const tries = before.count(/stream/);

    await page.clock.runFor(61 * 1000);
    await until('the stream is given back', () => before.streams() === 0);
    await page.clock.runFor(10 * 60 * 1000);
    await post(lines(20, (i) => ({ message: `hidden-${i + 1}` })));
    assert.ok(before.count(/stream/) <= tries + 1, 'and no other is taken');

    await visibility(page, 'visible');
    await page.live();
    await page.shows('hidden-20');
    await complete(page);
    assert.equal(before.streams(), 1);
});

await test('a slow snapshot is "Connecting"', async () => {
    let go;
    const gate = new Promise((resolve) => {
        go = resolve;
    });
    const before = await proxy({
        hold: (req) => isSnapshot(req) ? gate : undefined,
    });
    const page = await open({ url: before.url });

    await page.is(/^Connecting/);
    go();
    await page.live();
});

await done();
