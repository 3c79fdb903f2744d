// SPDX-License-Identifier: BSD-2-Clause

// Debian's Firefox as it is, by WebDriver BiDi, which it speaks itself: there
// is no driver between.  Only what firefox.mjs needs of that protocol.

import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';

import WebSocket from 'ws';

import { admin } from './server.mjs';
import { after, assert, atEnd, note, until } from './tap.mjs';

let session;

// What it logs, up to the address that it listens on.

function address({ stderr }) {
    return new Promise((resolve, reject) => {
        const said = [];

        createInterface({ input: stderr }).on('line', (line) => {
            said.push(line);
            const [, url] = /BiDi listening on (ws:\S+)/.exec(line) ?? [];
            if (url) {
                resolve(url);
            }
        }).on('close', () => reject(new Error(`Firefox: ${said.join('\n')}`)));
    });
}

async function start() {
    const profile = await mkdtemp(`${tmpdir()}/firefox-`);
    const firefox = spawn(process.env.FIREFOX ?? '/usr/bin/firefox-esr',
        ['--headless', '--no-remote', '--remote-debugging-port=0',
            '--profile', profile],
        { env: { ...process.env, TZ: 'Europe/Berlin', HOME: profile },
            stdio: ['ignore', 'ignore', 'pipe'] });

    atEnd(async () => {
        const ended = new Promise((resolve) => firefox.on('exit', resolve));

        firefox.kill();
        await ended;
    });
    return connect(await address(firefox));
}

// A session: call(method, parameters) gives the result, and on(method, do) what
// is told without a question.

async function connect(url) {
    const socket = new WebSocket(`${url}/session`);
    const waiting = new Map();
    const listeners = new Map();
    let last = 0;

    await new Promise((resolve, reject) => {
        socket.on('open', resolve);
        socket.on('error', reject);
    });

    socket.on('message', (data) => {
        const { id, method, params, result, error, message } = JSON.parse(data);

        if (method) {
            listeners.get(method)?.forEach((listener) => listener(params));
            return;
        }
        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        if (error) {
            reject(new Error(`${error}: ${message}`));
        } else {
            resolve(result);
        }
    });
    socket.on('close', () => waiting.forEach(({ reject }) =>
        reject(new Error('Firefox has ended'))));

    const call = (method, params = {}) => new Promise((resolve, reject) => {
        last++;
        waiting.set(last, { resolve, reject });
        socket.send(JSON.stringify({ id: last, method, params }));
    });
    const on = async (method, listener) => {
        if (!listeners.has(method)) {
            listeners.set(method, []);
            await call('session.subscribe', { events: [method] });
        }
        listeners.get(method).push(listener);
    };

    const { capabilities } = await call('session.new',
        { capabilities: {} });
    note(`Firefox ${capabilities.browserVersion}`);
    return { call, on };
}

// What has no place in a page that works.

async function watch(context) {
    const wrong = [];

    await session.on('log.entryAdded', ({ level, text, source }) => {
        if (source.context === context && ['warn', 'error'].includes(level)) {
            wrong.push(`${level}: ${text}`);
        }
    });
    await session.on('network.beforeRequestSent', (event) => {
        const { url } = event.request;

        if (event.context === context && !url.startsWith(`${admin}/`)
            && !/^(?:data|blob|about):/.test(url)) {
            wrong.push(`request: ${url}`);
        }
    });
    return wrong;
}

// A page in a profile of its own.  Options: path, storage (entries of
// localStorage), viewport.

export async function open({ path = '/logs', storage = {},
    viewport = { width: 1280, height: 800 } } = {}) {
    session ??= await start();
    const { call } = session;

    const { userContext } = await call('browser.createUserContext');
    const { context } = await call('browsingContext.create',
        { type: 'tab', userContext });
    const wrong = await watch(context);
    const page = view(context);

    await call('browsingContext.setViewport', { context, viewport });
    await call('script.addPreloadScript', {
        functionDeclaration: `() => {
            for (const [name, value] of ${
    JSON.stringify(Object.entries(storage))}) {
                localStorage.setItem(name, value);
            }
        }`,
        contexts: [context],
    });
    after(async (failed) => {
        if (failed) {
            note(await page.evaluate(() => document.body.innerText.slice(-600))
                .catch(({ message }) => message));
        }
        await call('browser.removeUserContext', { userContext });
        assert.deepEqual(wrong, [], 'errors, console, requests');
    });

    await page.goto(path);
    return page;
}

// Everything that a test looks at or presses.

function view(context) {
    const call = (method, more) => session.call(method, { context, ...more });

    // a function of the document, with arguments that are JSON
    const evaluate = async (body, ...args) => {
        const { result, exceptionDetails } = await session.call(
            'script.callFunction', {
                functionDeclaration: `async (args) => JSON.stringify(
                    await (${body})(...JSON.parse(args)))`,
                arguments: [{ type: 'string', value: JSON.stringify(args) }],
                target: { context },
                awaitPromise: true,
            });

        if (exceptionDetails) {
            throw new Error(exceptionDetails.text);
        }
        return result.value === undefined ? undefined
            : JSON.parse(result.value);
    };

    // an element by its role and name, as a screen reader knows it
    const find = (role, name) => until(`${role} "${name}"`, async () => {
        const { nodes } = await call('browsingContext.locateNodes', {
            locator: { type: 'accessibility', value: { role, name } } });

        return nodes[0]?.sharedId;
    });

    const perform = (type, actions) => call('input.performActions',
        { actions: [{ type, id: type, actions }] });

    const pause = { type: 'pause', duration: 0 };

    return {
        evaluate,
        find,
        goto: (path) => call('browsingContext.navigate',
            { url: admin + path, wait: 'complete' }),
        click: async (role, name) => {
            const sharedId = await find(role, name);

            await perform('pointer', [
                { type: 'pointerMove', x: 0, y: 0,
                    origin: { type: 'element', element: { sharedId } } },
                { type: 'pointerDown', button: 0 }, pause,
                { type: 'pointerUp', button: 0 },
            ]);
        },
        // characters, and keys of WebDriver's list such as "\uE007" (Enter)
        press: (keys) => perform('key', [...keys].flatMap((value) => [
            { type: 'keyDown', value }, { type: 'keyUp', value }])),
        screenshot: async () => Buffer.from(
            (await call('browsingContext.captureScreenshot')).data, 'base64'),
        status: () => evaluate(() =>
            document.querySelector('[role="status"]').innerText),
        // the rows that are shown, one text each
        rows: () => evaluate(() => [...document.querySelectorAll(
            '[role="log"] [id^="L"]')].filter((row) =>
            row.getClientRects().length).map((row) => row.innerText)),
    };
}
