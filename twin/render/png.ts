import { zlibSync } from 'fflate';
import type { Picture } from './picture.ts';
import type { IndexedPicture } from './quantise.ts';

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
/** 8 bits a channel, colour type 2 (RGB), the only compression and filter method, not interlaced. */
const FORMAT = Uint8Array.of(8, 2, 0, 0, 0);
/** The same with colour type 3: a palette. */
const INDEXED = Uint8Array.of(8, 3, 0, 0, 0);
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** A picture as a PNG file (ISO/IEC 15948), rows filtered by differences to the row above. Same picture, same bytes. */
export function encodePng({ width, height, rgb }: Picture): Uint8Array {
  const stride = 3 * width;
  const filtered = new Uint8Array((stride + 1) * height);
  for (let y = 0; y < height; y++) {
    const to = y * (stride + 1);
    filtered[to] = 2;
    for (let x = 0; x < stride; x++) {
      const above = y === 0 ? 0 : rgb[(y - 1) * stride + x];
      filtered[to + 1 + x] = rgb[y * stride + x] - above;
    }
  }
  return concatenate([
    SIGNATURE,
    chunk('IHDR', header(width, height, FORMAT)),
    chunk('IDAT', zlibSync(filtered, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A picture of few colours as a PNG file with a palette, a third of the size or less. Same picture, same bytes. */
export function encodeIndexedPng({ width, height, palette, indices }: IndexedPicture): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(indices.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return concatenate([
    SIGNATURE,
    chunk('IHDR', header(width, height, INDEXED)),
    chunk('PLTE', palette),
    chunk('IDAT', zlibSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function header(width: number, height: number, format: Uint8Array): Uint8Array {
  const out = new Uint8Array(13);
  const view = new DataView(out.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  out.set(format, 8);
  return out;
}

/** Length, name, bytes, and the check sum of name and bytes. */
function chunk(name: string, bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 12);
  const view = new DataView(out.buffer);
  view.setUint32(0, bytes.length);
  for (let at = 0; at < 4; at++) out[4 + at] = name.charCodeAt(at);
  out.set(bytes, 8);
  view.setUint32(out.length - 4, crc32(out.subarray(4, out.length - 4)));
  return out;
}

function crc32(bytes: Uint8Array): number {
  let state = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) state = CRC_TABLE[(state ^ bytes[at]) & 255] ^ (state >>> 8);
  return (state ^ 0xffffffff) >>> 0;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
