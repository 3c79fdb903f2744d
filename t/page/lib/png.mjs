// SPDX-License-Identifier: BSD-2-Clause

// The pixels of a screenshot.

import { inflateSync } from 'node:zlib';

function* chunks(png) {
    for (let at = 8; at < png.length;) {
        const length = png.readUInt32BE(at);
        yield [png.toString('latin1', at + 4, at + 8),
            png.subarray(at + 8, at + 8 + length)];
        at += length + 12;
    }
}

function nearest(a, b, c) {
    const pa = Math.abs(b - c);
    const pb = Math.abs(a - c);
    const pc = Math.abs(a + b - 2 * c);

    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

// How a line is foretold from the pixel to the left, the one above, and the one
// to the left of that.

const filters = [
    () => 0,
    (a) => a,
    (a, b) => b,
    (a, b) => a + b >> 1,
    nearest,
];

function unfilter(data, width, height, size) {
    const stride = width * size;
    const out = Buffer.alloc(stride * height);

    for (let y = 0; y < height; y++) {
        const start = y * (stride + 1) + 1;
        const filter = filters[data[start - 1]];

        for (let x = 0, at = y * stride; x < stride; x++, at++) {
            const left = x >= size;

            out[at] = data[start + x] + filter(left ? out[at - size] : 0,
                y ? out[at - stride] : 0,
                left && y ? out[at - stride - size] : 0);
        }
    }
    return out;
}

// A picture { head, width, height, colour(x, y) }, of a PNG with eight bits for
// each of red, green and blue, and perhaps of alpha, as browsers write it.

export function decode(png) {
    const parts = [...chunks(png)];
    const head = parts[0][1];
    const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    const size = { 2: 3, 6: 4 }[head[9]];

    const raw = unfilter(inflateSync(Buffer.concat(parts
        .filter(([type]) => type === 'IDAT').map(([, data]) => data))),
    width, height, size);

    return { head, width, height,
        colour: (x, y) => raw.readUIntBE((y * width + x) * size, 3) };
}

// How many pixels of a box { x, y, width, height } have another colour than its
// upper right corner: what is written on its ground.

export function ink({ colour }, { x, y, width, height }) {
    const [left, top] = [Math.ceil(x), Math.ceil(y)];
    const [right, bottom] = [Math.floor(x + width), Math.floor(y + height)];
    const ground = colour(right - 1, top);
    let count = 0;

    for (let v = top; v < bottom; v++) {
        for (let u = left; u < right; u++) {
            count += colour(u, v) === ground ? 0 : 1;
        }
    }
    return count;
}
