// SPDX-License-Identifier: BSD-2-Clause

// The states that the page can be in, and what axe-core has to say of one.

import { createRequire } from 'node:module';

import { failures, open } from './browser.mjs';
import { proxy } from './proxy.mjs';
import { clear, lines, post, takePlaces } from './server.mjs';
import { after, until } from './tap.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
    'best-practice'];

export async function violations(page) {
    return page.evaluate(async (values) => {
        const result = await globalThis.axe.run(document,
            { runOnly: { type: 'tag', values } });

        return result.violations.map(({ id, help, nodes }) => ({
            id, help, nodes: nodes.slice(0, 3).map((n) =>
                `${n.target} ${n.failureSummary}`),
        }));
    }, tags);
}

export async function fill() {
    await clear();
    await post(['debug', 'info', 'warning', 'error', 'critical'].map(
        (level, i) => ({
            level, message: `state-${i} of something`, logger: 'a.logger',
            request_id: `req-${i}`, duration_ms: i * 10, status_code: 200 + i,
            method: 'GET', path: '/x', extra: { a: i },
            ...i > 2 && { exception: 'Traceback\n  line\nValueError: x' },
        })));
}

// Opens a page that has axe-core.  Options: those of open(), and query.

export async function opened({ path = '/logs', query = '', ...options } = {}) {
    const page = await open({ ...options, goto: false });

    await page.context().addInitScript({ path: axe });
    await page.goto((options.url ?? process.env.ADMIN) + path + query);
    return page;
}

// Each of them takes options for open(), such as a colorScheme.

export const states = {
    async live(options) {
        await fill();
        const page = await opened(options);
        await page.live();
        await page.shows('state-4');
        await page.search().fill('state');
        await until('marks', () => page.log().locator('mark').count());
        return page;
    },
    async empty(options) {
        await clear();
        const page = await opened(options);
        await page.live();
        return page;
    },
    async denied(options) {
        const { url } = await proxy({
            headers: (req) => /api/.test(req.url)
                ? { 'X-Test-Auth': 'none' } : {},
        });
        const page = await opened({ ...options, url, expect: [failures] });
        await page.is(/^Sign-in needed/);
        return page;
    },
    async limit(options) {
        await fill();
        const release = await takePlaces();
        after(release);
        const page = await opened(options);
        await page.is(/^Too many viewers/);
        await page.shows('state-4');
        return page;
    },
    async menu(options) {
        await fill();
        const page = await opened({ ...options, query: '?x=%5Ez&re=1' });
        await page.live();
        await page.button('Run this pattern').waitFor();
        await page.details('state-4').click();
        await page.row('state-4').getByRole('button', { name: 'extra' })
            .click();
        await page.getByRole('menu', { name: 'Filter by extra' }).waitFor();
        return page;
    },
    async wrong(options) {
        await fill();
        const page = await opened({ ...options, query: '?q=level%3E%3Dfoo' });
        await page.live();
        await until('it says so', async () =>
            (await page.alert().innerText()).includes('level>=foo'));
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        return page;
    },
    async details(options) {
        await fill();
        const page = await opened(options);
        await page.live();
        await page.shows('state-4');
        for (let i = 0; i < 5; i++) {
            await page.details(`state-${i}`).click();
        }
        return page;
    },
    async chart(options) {
        await fill();
        const page = await opened({ ...options, query: '?q=time%3E2026-01-01' });
        await page.live();
        await page.button('All times').waitFor();
        await page.getByRole('slider', { name: 'Lines over time' })
            .press('Home');
        return page;
    },
    async request(options) {
        await fill();
        await post({ level: 'error', logger: 'nginx.error', message: 'refused',
            request_id: 'req-3' },
        { level: 'info', logger: 'nginx.access', message: 'GET /x',
            request_id: 'req-3' });
        const page = await opened({ ...options, query: '?request=req-3' });
        const view = page.getByRole('region', { name: 'Request req-3' });
        await until('three', async () =>
            await view.getByRole('listitem').count() === 3);
        await view.getByRole('button', { name: /^Details of/ }).first().click();
        return page;
    },
    async repeats(options) {
        await clear();
        await post(['info', 'warning', 'error', 'critical'].flatMap((level) =>
            lines(5, (i) => ({ level, message: `state-${i}` }))));
        const page = await opened({ ...options, fold: true });
        await page.live();
        await page.button(/^× 5/).first().click();
        await page.button(/^× 5/).last().waitFor();
        return page;
    },
    async signin(options) {
        const page = await opened({ ...options, path: '/signin/logs',
            expect: [failures] });
        await page.is(/^Sign-in needed/);
        await page.getByRole('link', { name: 'Sign in' }).waitFor();
        return page;
    },
    async zones(options) {
        await fill();
        const page = await opened({ ...options, path: '/zones/logs',
            query: '?zone=gone' });
        await page.live();
        await page.getByRole('combobox', { name: 'Zone' }).waitFor();
        await page.button('Dismiss').waitFor();
        return page;
    },
};
