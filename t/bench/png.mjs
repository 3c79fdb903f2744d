// A PNG of a screen made small: 256 colours are enough for a page of text.

import { crc32 as nodeCrc32, deflateSync, inflateSync } from 'node:zlib';

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

function* chunks(png) {
    for (let at = 8; at < png.length;) {
        const length = png.readUInt32BE(at);
        yield [png.toString('latin1', at + 4, at + 8),
            png.subarray(at + 8, at + 8 + length)];
        at += length + 12;
    }
}

function chunk(type, data) {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const out = Buffer.alloc(named.length + 8);

    out.writeUInt32BE(data.length, 0);
    named.copy(out, 4);
    out.writeUInt32BE(crc32(named), named.length + 4);
    return out;
}

const nearest = (a, b, c) => {
    const [pa, pb, pc] = [b - c, a - c, a + b - 2 * c].map(Math.abs);
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};

// The pixels, without the filters of the lines.

function pixels(data, width, height, size) {
    const stride = width * size;
    const out = Buffer.alloc(stride * height);

    for (let y = 0; y < height; y++) {
        const filter = data[y * (stride + 1)];
        const line = data.subarray(y * (stride + 1) + 1);

        for (let x = 0; x < stride; x++) {
            const at = y * stride + x;
            const a = x >= size ? out[at - size] : 0;
            const b = y ? out[at - stride] : 0;
            const c = x >= size && y ? out[at - stride - size] : 0;
            out[at] = line[x] + [0, a, b, a + b >> 1, nearest(a, b, c)][filter];
        }
    }
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
    const parts = [...chunks(png)];
    const head = Buffer.from(parts[0][1]);
    const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    const size = { 2: 3, 6: 4 }[head[9]];

    const raw = pixels(inflateSync(Buffer.concat(parts
        .filter(([type]) => type === 'IDAT').map(([, data]) => data))),
    width, height, size);

    const colours = new Map();
    const at = (i) => raw.readUIntBE(i * size, 3);
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
