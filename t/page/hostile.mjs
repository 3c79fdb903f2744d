// SPDX-License-Identifier: BSD-2-Clause

// Records of somebody who means harm, or of a program that is out of its mind:
// nothing runs, nothing leaves its row, nothing stops the page.

import { readFileSync } from 'node:fs';

import { open } from './lib/browser.mjs';
import {
    event, isSnapshot, isStream, proxy, snapshot, sse,
} from './lib/proxy.mjs';
import { clear, ingest, post, records, request } from './lib/server.mjs';
import { assert, done, same, test, until } from './lib/tap.mjs';

const markup = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    '\' autofocus onfocus=alert(1) x=\'',
    'javascript:alert(1)//',
    '</div></main></body><h1>outside</h1>',
    '<!--', ']]>', '{{7*7}}', '${alert(1)}', '&lt;b&gt;&amp;',
    '<style>*{display:none}</style>',
    '<link rel=stylesheet href=//127.0.0.1:1/x>',
    '<meta http-equiv=refresh content=0;url=//127.0.0.1:1/>',
    '<base href=//127.0.0.1:1/>',
];

const odd = {
    'bidi override': 'safe \u202egnp.exe\u202c \u2066\u2067 end',
    'unclosed isolate': '\u2066\u2066\u2067 never closed',
    'right to left': 'שלום עולם مرحبا بالعالم',
    'ANSI': '\u001b[31;1mred\u001b[0m \u001b]8;;http://x/\u0007link\u001b]8;;'
        + '\u0007 \u001b[2Jcleared',
    'NUL and controls': 'a\u0000b\u0001c\u0007d\u0008e\u007ff',
    'new lines': 'one\r\ntwo\rthree\u2028four\u2029five',
    'lone combining': `z${'\u0300'.repeat(200)}algo`,
    'a long word': 'W'.repeat(3000),
    '16 KB': 'sixteen kilobytes '.repeat(900),
    'tabs': 'a\tb\t\tc',
    'emoji': '👩‍👩‍👧‍👦 🏳️‍🌈 🚀',
    'empty': '',
    'spaces': '   ',
};

await test('markup in every field is text', async () => {
    await clear();
    await post(markup.map((text, i) => ({
        level: 'error', message: `mark-${i} ${text}`, logger: text,
        request_id: text, path: text, method: text, exception: text,
        [text]: text, extra: { [text]: [text] },
    })));
    const page = await open();
    await page.live();
    await page.shows(`mark-${markup.length - 1}`);

    for (const [i, text] of markup.entries()) {
        const name = new RegExp(`mark-${i}\\b`);
        await page.details(name).click();
        const row = await page.row(name).innerText();
        assert.ok(row.includes(text), `${text} is there as it is`);
    }
    await page.search().fill('alert(1)');
    await until('found', async () =>
        await page.log().locator('mark').count() > 5);

    const inside = await page.evaluate(() => [...document.querySelectorAll(
        '[role=log] :is(script, img, svg, style, link, meta, base, h1, iframe)'
        + ', body > h1')].map((e) => e.outerHTML));
    assert.deepEqual(inside, []);
    const handlers = await page.evaluate(() => [...document.querySelectorAll(
        '[role=log] *')].flatMap((e) => e.getAttributeNames())
        .filter((name) => name.startsWith('on')));
    assert.deepEqual(handlers, []);
});

await test('odd text stays in its row, and the page within its width',
    async () => {
        await clear();
        await post(Object.entries(odd).map(([name, text], i) => ({
            message: text, logger: `odd-${i}`, request_id: name,
            path: text.slice(0, 500), who: text.slice(0, 200),
        })), { message: 'last', logger: 'odd-99' });
        const page = await open({ viewport: { width: 800, height: 900 } });
        await page.live();
        await page.shows('odd-99');

        for (const wrap of [false, true]) {
            if (wrap) {
                await page.button('Wrap lines').click();
            }
            const rows = await page.log().evaluate((log) =>
                [...log.querySelectorAll('[id^="L"]')].map((row) => {
                    const { top, bottom } = row.getBoundingClientRect();
                    return { top, bottom };
                }));
            assert.equal(rows.length, Object.keys(odd).length + 1);
            for (let i = 1; i < rows.length; i++) {
                assert.ok(rows[i].top >= rows[i - 1].bottom - 1,
                    `row ${i} begins where the one before ends`);
            }
            assert.ok(await page.evaluate(() =>
                document.documentElement.scrollWidth <= innerWidth));
        }
    });

await test('bidi is isolated: what follows stands where it belongs',
    async () => {
        await clear();
        await post({ message: 'abc \u202eevil', logger: 'bidi-0',
            status_code: 418, duration_ms: 7 });
        const page = await open();
        await page.shows('bidi-0');

        const isolated = await page.row('bidi-0').evaluate((row) => {
            const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                if (walker.currentNode.data.includes('evil')) {
                    for (let e = walker.currentNode.parentElement; e !== row;
                        e = e.parentElement) {
                        if (/isolate|plaintext/.test(
                            getComputedStyle(e).unicodeBidi)) {
                            return true;
                        }
                    }
                }
            }
            return false;
        });
        assert.ok(isolated);
    });

await test('ANSI codes are gone in list, search and copy', async () => {
    await clear();
    await post({ logger: 'ansi-0',
        message: '\u001b[1;31mhot\u001b[0m\u001b[32m stuff\u001b[0m' });
    const page = await open();
    await page.shows('hot stuff');
    assert.doesNotMatch(await page.text(), /\u001b|\[1;31m|\[0m/);

    await page.search().fill('hot stuff');
    await until('found over the codes', async () =>
        (await page.rows()).length === 1
        && await page.log().locator('mark').count() >= 1);

    await page.details('hot stuff').click();
    await page.button('Copy line').click();
    await until('copied', async () => /ansi-0 hot stuff\s*$/.test(
        await page.evaluate(() => navigator.clipboard.readText())));
    assert.doesNotMatch(await page.text(), /\[1;31m/, 'nor in the details');
});

await test('the API\'s records of any shape', async () => {
    const seq = 1700000000000000;
    const strange = [
        { message: 'shape-0' },
        { level: 'NOISE', message: 'shape-1', timestamp: 'yesterday' },
        { level: null, logger: null, message: null, duration_ms: null },
        { level: 7, logger: {}, message: { shape: 'shape-3' } },
        { message: 'shape-4', duration_ms: 'fast', status_code: 'teapot' },
        { message: 'shape-5', duration_ms: -1e300, status_code: 1e21 },
        { message: ['shape-6'], timestamp: 12345 },
        { message: 'shape-7', exception: { no: 'string' }, truncated: true },
        { message: 'shape-8', __proto__: { x: 1 }, constructor: 'c',
            toString: 'no', hasOwnProperty: 1, length: -1 },
        {},
        { message: 'shape-10', timestamp: '2026-02-31T25:61:61Z' },
        { message: 'shape-11', timestamp: '+275760-09-13T00:00:00.001Z' },
    ].map((record, i) => ({ _seq: seq + i, timestamp:
        '2026-11-23T10:00:00.000000+00:00', level: 'INFO', logger: '',
    ...record }));

    let stream;
    const { url } = await proxy({
        answer: (req) => isSnapshot(req) ? snapshot(strange)
            : isStream(req) ? sse((res) => {
                stream = res;
                res.write(': ping\n\n');
            }) : undefined,
    });
    const page = await open({ url });
    await page.live();
    await page.shows('shape-11');
    assert.equal((await page.rows()).length, strange.length);
    assert.doesNotMatch(await page.text(), /Invalid Date|NaN|\bundefined\b/);

    for (const button of await page.log()
        .getByRole('button', { name: /^Details of line/ }).all()) {
        await button.click();
    }
    assert.doesNotMatch(await page.text(), /Invalid Date|NaN|\bundefined\b/);
    for (const time of ['UTC', 'Relative', 'Local']) {
        const options = await page.time().locator('option').allInnerTexts();
        await page.time().selectOption({ label: options.find((o) =>
            o.toLowerCase().includes(time.toLowerCase())) });
    }
    assert.doesNotMatch(await page.text(), /Invalid Date|NaN/);

    // what is no record is no end of the stream
    stream.write('data: {"no json\n\n');
    stream.write('data: 42\n\ndata: null\n\ndata: []\n\ndata: "text"\n\n');
    stream.write('event: unknown\ndata: {}\n\n:\n\nretry: x\n\nid\n\n');
    stream.write(event({ ...strange[0], _seq: seq + 100,
        message: 'shape-100' }).replaceAll('\n', '\r\n'));
    await page.shows('shape-100');
    await page.live();
});

await test('an integer that no double can hold can be filtered by', async () => {
    await clear();
    const more = ['{"message":"id-1","order":12345678901234567890}',
        '{"message":"id-2","order":12345678901234567891}'].join('\n');
    await request(ingest, { method: 'POST', body: more });
    const page = await open();
    await page.shows('id-2');

    await page.details('id-1').click();
    await page.log().getByText('12345678901234567890').last().click();
    await same('that one', () => page.names(), ['id-1']);
    await page.search().fill('order>5');
    await same('both', () => page.names(), ['id-1', 'id-2']);
    await request(ingest, { method: 'POST', body: more });
    await same('and others that come', () => page.names(),
        ['id-1', 'id-2', 'id-1', 'id-2']);
    await page.live();
});

await test('a field without a name is shown, and no term', async () => {
    await clear();
    await post({ message: 'none-1', '': 'nameless' });
    const page = await open();
    await page.shows('none-1');
    await page.details('none-1').click();
    await page.log().getByText('nameless').click();
    assert.equal(await page.search().inputValue(), '');
});

await test('a record in pieces, byte by byte, is one', async () => {
    const bytes = Buffer.from(event({ _seq: 1700000000000000, level: 'INFO',
        timestamp: '2026-11-23T10:00:00.000000+00:00', logger: 'ünï',
        message: 'piece-0 🚀 ünï' }));
    const { url } = await proxy({
        answer: (req) => isSnapshot(req) ? snapshot([])
            : isStream(req) ? sse(async (res) => {
                for (const byte of bytes) {
                    res.write(Buffer.from([byte]));
                    await new Promise((resolve) => setTimeout(resolve, 1));
                }
            }) : undefined,
    });
    const page = await open({ url });
    await page.shows('piece-0 🚀 ünï');
    assert.equal((await page.rows()).length, 1);
});

// A property of the page's own gets a short name in the built page, one of the
// browser's must not.

await test('what has a short name is no property of the browser', async () => {
    const fields = readFileSync(new URL(
        '../../ngx_rackscope_logs/page/fields', import.meta.url), 'utf8')
        .trim().split(/\s+/);
    const page = await open();

    assert.deepEqual(await page.evaluate((fields) => {
        const names = new Set(Object.getOwnPropertyNames(globalThis));

        for (const name of [...names]) {
            const value = Reflect.get(globalThis, name);

            for (const object of [value, value?.prototype]) {
                for (let at = object; at && at !== globalThis;
                    at = Object.getPrototypeOf(at)) {
                    Object.getOwnPropertyNames(at)
                        .forEach((one) => names.add(one));
                }
            }
        }

        return fields.filter((field) => names.has(field));
    }, fields), []);
});

await test('16 KB and a traceback can be opened and closed', async () => {
    await clear();
    await post({ message: `big-0 ${'x '.repeat(4000)}`, level: 'error',
        exception: Array.from({ length: 300 }, (_, i) =>
            `  File "f${i}.py", line ${i}`).join('\n') });
    assert.equal((await records()).length, 1);
    const page = await open();
    await page.shows('big-0');
    await page.details('big-0').click();
    await until('open', async () =>
        /File "f299\.py"|bytes cut/.test(await page.text()));
    await page.details('big-0').click();
    await page.live();
});

await done();
