// SPDX-License-Identifier: BSD-2-Clause

// nginx as a test program sees it: records go in, come out and are cleared over
// HTTP; reloads and kills are done by the Perl side, which started it.

import http from 'node:http';
import readline from 'node:readline';

export const admin = process.env.ADMIN;
export const ingest = process.env.INGEST;

// A request: { status, headers, text }.

export function request(url, { method = 'GET', headers = {}, body } = {}) {
    return new Promise((resolve, reject) => {
        const req = http.request(url, { method, headers, agent: false });

        req.on('error', reject);
        req.on('response', (res) => {
            const parts = [];
            res.on('error', reject);
            res.on('data', (part) => parts.push(part));
            res.on('end', () => resolve({
                status: res.statusCode,
                headers: res.headers,
                text: Buffer.concat(parts).toString(),
            }));
        });
        req.end(body);
    });
}

async function good(...args) {
    const response = await request(...args);

    if (response.status !== 200) {
        throw new Error(`${args[0]}: ${response.status} ${response.text}`);
    }
    return JSON.parse(response.text);
}

// Posts a record, or many; all of them have to be taken.

export async function post(...records) {
    const body = records.flat().map((r) => JSON.stringify(r)).join('\n');
    const answer = await good(ingest, { method: 'POST', body });

    if (answer.rejected) {
        throw new Error(`not taken: ${JSON.stringify(answer)}`);
    }
}

export const lines = (count, make) =>
    Array.from({ length: count }, (_, i) => make(i));

export async function ring(query = 'n=1000') {
    return good(`${admin}/api/logs?${query}`);
}

export const records = async (query) => (await ring(query)).records;

export const clear = () => good(`${admin}/api/logs`, { method: 'DELETE' });

// Posts `rate` lines a second until stop() is called, which returns how many
// there were: { message: `${name}-${i}` }.  Evenly, a few at a time.  With
// "tolerant" it goes on when a connection is cut.

export function load(name, rate, { make = () => ({}), tolerant } = {}) {
    let sent = 0;
    let running = true;

    const some = (first, count) => post(lines(count, (i) => ({
        logger: 'load', message: `${name}-${first + i}`, ...make(first + i),
    })));

    const work = (async () => {
        const start = Date.now();

        while (running) {
            const due = Math.floor((Date.now() - start) / 1000 * rate);

            if (due > sent) {
                await some(sent, due - sent).catch((error) => {
                    if (!tolerant) {
                        throw error;
                    }
                });
                sent = due;
            }
            await new Promise((resolve) => setTimeout(resolve, 25));
        }
    })();

    work.catch(() => {});

    return {
        get sent() {
            return sent;
        },
        async stop() {
            running = false;
            await work;
            return sent;
        },
    };
}

// The other side of "do".

let answers;

async function ask(...command) {
    answers ??= readline.createInterface({ input: process.stdin })[
        Symbol.asyncIterator]();

    process.stdout.write(`do ${JSON.stringify(command)}\n`);
    const { value, done } = await answers.next();

    if (done) {
        throw new Error(`${command}: nobody answers`);
    }

    const answer = JSON.parse(value);
    if (answer.error || !answer.value) {
        throw new Error(`${command}: ${answer.error || 'failed'}`);
    }
    return answer.value;
}

export const reload = () => ask('reload');
export const killWorker = () => ask('kill');
export const restart = () => ask('restart');
export const stop = () => ask('stop');
export const start = () => ask('start');

// Takes the stream places of the ring, all five of them; the function that it
// returns gives them back.

export async function takePlaces(count = 5) {
    const streams = await Promise.all(lines(count, () => new Promise(
        (resolve, reject) => {
            const req = http.get(`${admin}/api/logs/stream`, { agent: false });
            req.on('error', reject);
            req.on('response', (res) => {
                res.on('error', () => {});
                res.resume();
                resolve(req);
            });
        })));

    return () => streams.splice(0).forEach((req) => {
        req.on('error', () => {});
        req.destroy();
    });
}
