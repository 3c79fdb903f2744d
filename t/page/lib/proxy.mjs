// SPDX-License-Identifier: BSD-2-Clause

// A proxy before nginx, with which a test makes what networks and other proxies
// do: latency, cut connections, answers of somebody else.
//
//     latency     ms, half of it for each way
//     headers     (req) => more of them for nginx
//     answer      (req) => undefined, or { status, headers, body } that is sent
//                 in the place of nginx's; body may be (res) => …, which then
//                 writes as it likes
//     refuse      connections end at once
//     stall       what is open stays open, but nothing comes any more; false
//                 again with the next request
//     hold        (req) => a promise to wait for before the request goes on
//     requests    what came: { method, url, headers, at }
//     refused     how many connections were

import http from 'node:http';

import { admin } from './server.mjs';
import { after } from './tap.mjs';

const target = new URL(admin);

export async function proxy(options = {}) {
    const self = { latency: 0, headers: () => ({}), requests: [], refused: 0,
        ...options };
    const sockets = new Set();
    const streams = new Set();

    const later = (task) => self.latency
        ? setTimeout(task, self.latency / 2) : task();

    const server = http.createServer(async (req, res) => {
        self.stall = false;
        self.requests.push({ method: req.method, url: req.url,
            headers: req.headers, at: Date.now() });
        res.on('error', () => {});

        if (isStream(req)) {
            streams.add(res);
            res.on('close', () => streams.delete(res));
        }

        await self.hold?.(req);

        const forged = self.answer?.(req);
        if (forged) {
            req.resume();
            later(() => forge(res, forged));
            return;
        }

        later(() => forward(self, req, res, later));
    });

    server.keepAliveTimeout = 1000;
    server.on('connection', (socket) => {
        sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
        if (self.refuse) {
            self.refused++;
            socket.destroy();
        }
    });

    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

    self.url = `http://127.0.0.1:${server.address().port}`;

    // cuts what is open, without a word (RST)
    self.cut = () => sockets.forEach((socket) => socket.resetAndDestroy
        ? socket.resetAndDestroy() : socket.destroy());

    self.close = () => {
        self.cut();
        return new Promise((resolve) => server.close(resolve));
    };

    self.count = (pattern) =>
        self.requests.filter(({ url }) => pattern.test(url)).length;
    self.streams = () => streams.size;

    after(() => self.close());
    return self;
}

function forge(res, { status = 200, headers = {}, body = '' }) {
    res.writeHead(status, headers);

    if (typeof body === 'function') {
        res.flushHeaders();
        body(res);
    } else {
        res.end(body);
    }
}

function forward(self, req, res, later) {
    let dead = false;

    const up = http.request({
        host: target.hostname,
        port: target.port,
        method: req.method,
        path: req.url,
        headers: { ...req.headers, ...self.headers(req) },
        agent: false,
    });

    up.on('error', () => res.destroy());
    res.on('close', () => up.destroy());

    up.on('response', (answer) => {
        later(() => {
            res.writeHead(answer.statusCode, answer.rawHeaders);
            res.flushHeaders();
        });
        answer.on('data', (part) => later(() => {
            dead ||= self.stall;
            if (!dead) {
                res.write(part);
            }
        }));
        answer.on('end', () => later(() => res.end()));
        answer.on('error', () => later(() => res.destroy()));
    });

    req.pipe(up);
}

// What a forged stream sends.

export const event = (record) =>
    `id: ${record._seq}\ndata: ${JSON.stringify(record)}\n\n`;

export const named = (name, data) =>
    `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

export const sse = (body) => ({
    headers: { 'Content-Type': 'text/event-stream' },
    body: typeof body === 'function' ? body : (res) => res.write(body),
});

export const json = (value, status = 200) => ({
    status,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(value),
});

export const snapshot = (records) => json({
    records, total: records.length,
    last_seq: records.at(-1)?._seq ?? 0,
});

// Requests for the stream, the snapshot, the document.

export const isStream = (req) => /\/api\/logs\/stream/.test(req.url);
export const isSnapshot = (req) =>
    req.method === 'GET' && /\/api\/logs(?:\?|$)/.test(req.url);
