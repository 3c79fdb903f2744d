// SPDX-License-Identifier: BSD-2-Clause

// A screen without a monitor, Xvfb's, and what is on it: the pixels that
// somebody would see, whatever the browser believes.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

import { atEnd } from './tap.mjs';

// The screen { display, picture() }, of so many pixels.

export async function screen(width, height) {
    const folder = await mkdtemp(`${tmpdir()}/screen-`);
    const server = spawn(process.env.XVFB ?? '/usr/bin/Xvfb',
        ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`,
            '-nolisten', 'tcp', '-fbdir', folder],
        { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });

    atEnd(async () => {
        const ended = new Promise((resolve) => server.on('exit', resolve));

        server.kill();
        await ended;
    });

    // it says the number once it listens
    const number = await new Promise((resolve, reject) => {
        server.stdio[3].once('data', (data) => resolve(String(data).trim()));
        server.on('error', reject);
        server.on('exit', (code) => reject(new Error(`Xvfb: ${code}`)));
    });

    return { display: `:${number}`,
        picture: async () => parse(await readFile(`${folder}/Xvfb_screen0`)) };
}

// A picture as that of lib/png.mjs, of a file of xwd.

function parse(file) {
    const field = (i) => file.readUInt32BE(i * 4);
    const [head, width, height, bits, stride, colours]
        = [0, 4, 5, 11, 12, 19].map(field);
    const start = head + colours * 12;

    if (bits !== 32 || field(7) !== 0) {
        throw new Error('pixels are of 32 bits, the lowest first');
    }

    return { width, height, colour: (x, y) =>
        file.readUInt32LE(start + y * stride + x * 4) & 0xffffff };
}
