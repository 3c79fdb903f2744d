// SPDX-License-Identifier: BSD-2-Clause

// A PNG of a screen made small: 256 colours are enough for a page of text.

import { crc32 as nodeCrc32, deflateSync } from 'node:zlib';

import { decode } from '../page/lib/png.mjs';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

function crc32(bytes) {
    if (nodeCrc32) {
        return nodeCrc32(bytes);
    }

    let crc = -1;
    for (const byte of bytes) {
        crc ^= byte;
        for (let bit = 0; bit < 8; bit++) {
            crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
        }
    }
    return ~crc >>> 0;
}

function chunk(type, data) {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(named.length + 8);

    out.writeUInt32BE(data.length, 0);
    named.copy(out, 4);
    out.writeUInt32BE(crc32(named), named.length + 4);
    return out;
}

// Each colour's place in a palette of the 256 most frequent ones, those that
// have none at the one that is nearest.

function quantize(colours) {
    const palette = [...colours].sort((a, b) => b[1] - a[1])
        .slice(0, 256).map(([colour]) => colour);
    const parts = (colour) => [colour >> 16, colour >> 8 & 255, colour & 255];
    const known = palette.map(parts);

    return [palette, new Map([...colours.keys()].map((colour) => {
        const wanted = parts(colour);
        const distances = known.map((p) =>
            p.reduce((sum, v, i) => sum + (v - wanted[i]) ** 2, 0));
        return [colour, distances.indexOf(Math.min(...distances))];
    }))];
}

export function shrink(png) {
    const { width, height, ...picture } = decode(png);
    const head = Buffer.from(picture.head);

    const colours = new Map();
    const at = (i) => picture.colour(i % width, Math.floor(i / width));
    for (let i = 0; i < width * height; i++) {
        colours.set(at(i), (colours.get(at(i)) ?? 0) + 1);
    }

    const [palette, index] = quantize(colours);
    const lines = Buffer.alloc((width + 1) * height);
    for (let i = 0; i < width * height; i++) {
        lines[i + 1 + Math.floor(i / width)] = index.get(at(i));
    }

    head[9] = 3;
    return Buffer.concat([SIGNATURE,
        chunk('IHDR', head),
        chunk('PLTE', Buffer.from(palette.flatMap((colour) =>
            [colour >> 16, colour >> 8 & 255, colour & 255]))),
        chunk('IDAT', deflateSync(lines, { level: 9, memLevel: 9 })),
        chunk('IEND', Buffer.alloc(0))]);
}
