// SPDX-License-Identifier: BSD-2-Clause

// A PNG of a screen made small, or an animated one of several: 256 colours are
// enough for a page of text.

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

// How often each colour is in some pictures.

function countColours(pictures) {
    const counts = new Map();

    for (const { width, height, colour } of pictures) {
        for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
                const value = colour(x, y);

                counts.set(value, (counts.get(value) ?? 0) + 1);
            }
        }
    }
    return counts;
}

// The pixels of a box { x, y, width, height } of a picture, of which "index" has
// the colours, as PNG has them in an IDAT.

function pack({ colour }, { x, y, width, height }, index) {
    const lines = Buffer.alloc((width + 1) * height);

    for (let v = 0; v < height; v++) {
        for (let u = 0; u < width; u++) {
            lines[v * (width + 1) + 1 + u] = index.get(colour(x + u, y + v));
        }
    }
    return deflateSync(lines, { level: 9, memLevel: 9 });
}

function begin({ head: full }, palette) {
    const head = Buffer.from(full);

    head[9] = 3;
    return [SIGNATURE, chunk('IHDR', head), chunk('PLTE', Buffer.from(
        palette.flatMap((colour) =>
            [colour >> 16, colour >> 8 & 255, colour & 255])))];
}

const whole = ({ width, height }) => ({ x: 0, y: 0, width, height });

export function shrink(png) {
    const picture = decode(png);
    const [palette, index] = quantize(countColours([picture]));
    const [signature, head, colours] = begin(picture, palette);

    return Buffer.concat([signature, head, colours,
        chunk('IDAT', pack(picture, whole(picture), index)),
        chunk('IEND', Buffer.alloc(0))]);
}

// The least box outside of which two pictures are the same.

function difference(a, b) {
    const { width, height } = b;
    let [left, top, right, bottom] = [width, height, 0, 0];

    for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
            if (a.colour(x, y) !== b.colour(x, y)) {
                left = Math.min(left, x);
                right = Math.max(right, x + 1);
                top = Math.min(top, y);
                bottom = y + 1;
            }
        }
    }
    return right ? { x: left, y: top, width: right - left,
        height: bottom - top } : { x: 0, y: 0, width: 1, height: 1 };
}

const numbers = (...values) => {
    const out = Buffer.alloc(values.length * 4);

    values.forEach((value, i) => out.writeUInt32BE(value, i * 4));
    return out;
};

// An animated PNG of frames { png, ms }, which begins again at its end.  Each
// frame after the first has only what is new.

export function animate(frames) {
    const pictures = frames.map(({ png }) => decode(png));
    const [palette, index] = quantize(countColours(pictures));
    const parts = [...begin(pictures[0], palette),
        chunk('acTL', numbers(frames.length, 0))];
    let sequence = 0;

    pictures.forEach((picture, i) => {
        const box = i ? difference(pictures[i - 1], picture) : whole(picture);
        const delay = Buffer.alloc(6);

        // in thousandths of a second
        delay.writeUInt16BE(frames[i].ms, 0);
        delay.writeUInt16BE(1000, 2);
        parts.push(chunk('fcTL', Buffer.concat([numbers(sequence++, box.width,
            box.height, box.x, box.y), delay])));

        const data = pack(picture, box, index);
        parts.push(i ? chunk('fdAT', Buffer.concat([numbers(sequence++), data]))
            : chunk('IDAT', data));
    });
    return Buffer.concat([...parts, chunk('IEND', Buffer.alloc(0))]);
}
