// SPDX-License-Identifier: BSD-2-Clause

// Debian's Chromium, as the shell that has no windows and takes half of the
// time, and the page in it by its accessible names.

import { chromium } from 'playwright-core';

import { admin } from './server.mjs';
import { after, assert, atEnd, note, until } from './tap.mjs';

let browser;

// Options, which count when it is called for the first time: more of args, and
// what else playwright takes.

export async function launch({ args = [], ...more } = {}) {
    if (browser) {
        return browser;
    }

    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM
            ?? '/usr/bin/chromium-headless-shell',
        args: [
            // tests may run as root, and without a graphics card
            '--no-sandbox', '--disable-gpu', '--disable-quic',
            '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync',
            ...args,
        ],
        ...more,
    });
    atEnd(() => browser.close());
    return browser;
}

// What has no place in a page that works.

function watch(page, base, expected) {
    const wrong = [];
    const allowed = (text) => expected.some((pattern) => pattern.test(text));

    page.on('pageerror', (error) => wrong.push(`error: ${error.stack}`));
    page.on('crash', () => wrong.push('the page crashed'));
    page.on('dialog', (dialog) => {
        wrong.push(`dialog: ${dialog.message()}`);
        dialog.dismiss().catch(() => {});
    });
    page.on('popup', (popup) => wrong.push(`popup: ${popup.url()}`));

    page.on('console', (message) => {
        const text = message.text();

        if (['error', 'warning', 'assert'].includes(message.type())
            && !allowed(text)) {
            wrong.push(`console: ${text} (${message.location().url})`);
        }
    });

    page.on('request', (request) => {
        const url = new URL(request.url());

        const own = url.origin === base
            && (/\/logs$/.test(url.pathname) && request.isNavigationRequest()
                || /\/api\/logs(?:\/stream)?$/.test(url.pathname));

        if (!own && !['blob:', 'data:'].includes(url.protocol)
            && !allowed(request.url())) {
            wrong.push(`request: ${request.url()}`);
        }
    });

    return wrong;
}

// Opens the page.  Options: url (of a proxy, say), path, hash and query in it,
// storage (entries of localStorage), fold (tests number their lines, so repeats
// are folded only where that is tested), clock (true or a time: timers are
// playwright's), expect (patterns of console messages that belong to the test),
// goto: false, and those of a browser context.

export async function open(options = {}) {
    const { url = admin, path = '/logs', storage, fold = false, clock,
        expect = [], goto = true, ...more } = options;

    const context = await (await launch()).newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        permissions: ['clipboard-read', 'clipboard-write'],
        ...more,
    });

    context.setDefaultTimeout(8000);

    await context.addInitScript((entries) => {
        for (const [name, value] of Object.entries(entries)) {
            if (localStorage.getItem(name) === null) {
                localStorage.setItem(name, value);
            }
        }
    }, { 'rackscope.logs.page': JSON.stringify({ fold }), ...storage });

    const page = await add(context, url, expect);

    if (clock) {
        await page.clock.install(clock === true ? {} : { time: clock });
    }
    if (goto) {
        await page.goto(url + path);
    }

    after(async (failed) => {
        if (failed) {
            await report(page);
        }
        await context.close();
        assert.deepEqual(page.wrong, [], 'errors, console, requests, dialogs');
    });

    return page;
}

async function add(context, url, expect) {
    const page = await context.newPage();

    page.wrong = watch(page, url, [...expect]);
    return Object.assign(page, view(page));
}

// Another tab of the same browser session.

export async function tab(page, { url = admin, path = '/logs' } = {}) {
    const another = await add(page.context(), url, []);

    await another.goto(url + path);
    after(() => assert.deepEqual(another.wrong, [], 'the other tab'));
    return another;
}

// What was to be seen when a test failed.

async function report(page) {
    page.setDefaultTimeout(1000);

    try {
        note(`status: ${await page.status().allInnerTexts()}`);
        note(`alerts: ${await page.getByRole('alert').allInnerTexts()}`);
        note(`url: ${page.url()}`);
        const rows = await page.rows();
        note(`${rows.length} rows: ${rows.slice(-3).map((r) => r.text)
            .join(' | ').slice(0, 300)}`);
    } catch (error) {
        note(`no report: ${error.message}`);
    }
}

// A network error of a request that is meant to fail.

export const failures = /^Failed to load resource/;

// Everything that tests look at or press.

function view(page) {
    const log = () => page.getByRole('log', { name: 'Log output' });
    const button = (name) => page.getByRole('button',
        { name, exact: typeof name === 'string' });

    return {
        log,
        button,
        status: () => page.getByRole('status'),
        alert: () => page.getByRole('alert'),
        levels: () => page.getByRole('radiogroup', { name: 'Level' }),
        level: (name) => page.getByRole('radio',
            { name: new RegExp(`^${name}\\b`) }),
        above: () => page.getByRole('checkbox', { name: 'and above' }),
        search: () => page.getByRole('searchbox', { name: 'Search logs' }),
        exclude: () => page.getByRole('searchbox', { name: 'Exclude' }),
        fresh: () => button(/^\d+ new lines?$/),
        time: () => page.getByRole('combobox', { name: 'Time' }),

        row: (text) => log().locator('[id^="L"]').filter({ hasText: text }),
        details: (text) => log().locator('[id^="L"]')
            .filter({ hasText: text })
            .getByRole('button', { name: /^Details of line/ }),

        // what is shown: { seq, text, top }, in the order of the document
        rows: () => log().evaluate((element) =>
            [...element.querySelectorAll('[id^="L"]')]
                .filter((row) => row.getClientRects().length)
                .map((row) => ({
                    seq: Number(row.id.slice(1)),
                    text: row.innerText,
                    top: row.getBoundingClientRect().top,
                }))),

        // all that the log says, notes between the rows as well
        text: () => log().evaluate((element) => element.innerText),

        // the names of load() and the like, in the order of the document
        names: async (pattern = /\b[a-z]+-\d+\b/) => (await page.rows())
            .map(({ text }) => text.match(pattern)?.[0]).filter(Boolean),

        is: (pattern, ms) => until(`status ${pattern}`, async () => {
            const text = await page.status().innerText({ timeout: 1000 });
            return pattern.test(text) ? text : Promise.reject(
                new Error(`it is ${text}`));
        }, ms),

        live: (ms) => page.is(/^Live/, ms),

        shows: (text, ms) => until(`a row with ${text}`, async () =>
            (await page.rows()).some((r) => r.text.includes(text)), ms),
    };
}

// Every value that an element's text had: for what must never be seen.

export async function observe(locator) {
    await locator.evaluate((element) => {
        const seen = [[performance.now(), element.innerText]];

        globalThis.observed = seen;
        new MutationObserver(() => {
            if (element.innerText !== seen.at(-1)[1]) {
                seen.push([performance.now(), element.innerText]);
            }
        }).observe(element,
            { subtree: true, childList: true, characterData: true });
    });

    return () => locator.evaluate(() => globalThis.observed);
}

// Scrolls the list to a part of its height, from 0 to 1, and waits until the
// page knows: it learns of it in the next frame, and may follow a row before.

export async function scrollTo(page, part) {
    await until('scrolled away', () => page.log().evaluate((log, part) => {
        const top = Math.round((log.scrollHeight - log.clientHeight) * part);

        log.scrollTop = top;
        return new Promise((resolve) => {
            requestAnimationFrame(() => requestAnimationFrame(
                () => resolve(Math.abs(log.scrollTop - top) < 1)));
        });
    }, part));
}
