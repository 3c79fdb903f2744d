// SPDX-License-Identifier: BSD-2-Clause

// A small shop behind nginx, for the pictures: it answers and logs, and at one
// request it runs out of memory and is gone.  What nginx says about that is its
// own.

import http from 'node:http';

import { admin, post, request } from '../page/lib/server.mjs';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const died = `Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/flask/app.py", line 2190, in wsgi_app
    response = self.full_dispatch_request()
  File "/usr/lib/python3/dist-packages/flask/app.py", line 1486, in full_dispatch_request
    rv = self.dispatch_request()
  File "/srv/shop/report.py", line 57, in year
    rows = [Row(order) for order in orders.all()]
  File "/srv/shop/orders.py", line 31, in all
    return self.cursor.fetchall()
MemoryError: 4,190,208 orders do not fit`;

function answer(id, path) {
    const item = Number(path.match(/\d+/)?.[0] ?? 0);

    return [
        { level: 'INFO', logger: 'shop.stock', request_id: id, item,
            message: `item ${item}: ${item % 7 + 1} left` },
        ...item % 9 ? [] : [{ level: 'WARNING', logger: 'shop.prices', item,
            request_id: id, message: `item ${item} has no price in EUR` }],
    ];
}

// Serves until somebody asks for the report.

function start(port) {
    const server = http.createServer(async (req, res) => {
        const id = req.headers['x-request-id'];

        if (!req.url.includes('report')) {
            await post(answer(id, req.url));
            res.end('ok\n');
            return;
        }
        await post({ level: 'INFO', logger: 'shop.report', request_id: id,
            message: 'report of 2025 for accounting begins' });
        await pause(150);
        await post({ level: 'CRITICAL', logger: 'shop.report', request_id: id,
            message: 'the report failed', exception: died });
        server.close();
        server.closeAllConnections();
    });

    return new Promise((resolve) => server.listen(port, '127.0.0.1',
        () => resolve(server)));
}

const ask = (path) => request(`${admin}/shop/${path}`);

// Some seconds of a shop: people look at things, a job logs what it does, then
// comes the report, and all after it fail.

export async function happens(port) {
    const server = await start(port);

    for (let i = 0; i < 60; i++) {
        await ask(`items/${i * 13 % 97}`);
        if (i % 15 === 7) {
            await post(Array.from({ length: 9 }, (_, j) => ({ level: 'DEBUG',
                logger: 'shop.jobs', message: `thumbnail ${i * 9 + j} made` })));
        }
        await pause(40 + i * 37 % 90);
    }

    const { status } = await ask('report/2025');
    const statuses = [status];

    for (let i = 0; i < 5; i++) {
        statuses.push((await ask(`items/${i}`)).status);
        await pause(120);
    }
    server.close();

    if (statuses.some((s) => s !== 502)) {
        throw new Error(`not 502: ${statuses}`);
    }
}
