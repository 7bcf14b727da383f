import type { Random } from '../../twin/random.ts';

/** Numbers that break what trusts them. */
const NUMBERS = [
  ...[
    '0',
    '-1',
    '1',
    '2',
    '3',
    '255',
    '65535',
    '65536',
    '2147483647',
    '2147483648',
    '-2147483649',
    '4294967295',
    '4294967296',
  ],
  ...[
    '9007199254740993',
    '99999999999999999999',
    '1e308',
    '1e309',
    '-1e400',
    '1e-400',
    'NaN',
    'nan',
    'Infinity',
    '-inf',
    '0x7fffffff',
    '1.5',
    '-0',
    '1e9',
    '',
  ],
];
const WORDS = [4294967295, 4294967294, 2147483647, 2147483648, 65535, 65536, 32768, 255, 256, 16, 1, 0];
const STRANGE = [
  '\0',
  '\u00e9',
  '\ufeff',
  '<!DOCTYPE a [<!ENTITY b "b">]>',
  '&b;',
  '../',
  '"',
  '{',
  '[[[[[[[[',
  '- '.repeat(50),
  '\r',
  '\t',
  ',',
  ';',
  '%',
  '\\',
  '__proto__',
  'constructor',
];
const RUNS = [
  ' ',
  '\t',
  '\n',
  '0',
  '1',
  '9',
  '.',
  '-',
  '_',
  'a',
  '(',
  '[',
  '{',
  '<',
  '<a>',
  '/',
  '"',
  ',',
  ';',
  ':',
  '#',
  '$',
  '\\',
  '- ',
  'a: ',
  '[]',
  '()',
  '_ ',
  '\0',
  '%',
];
/** Blocks are moved and doubled up to this length. */
const LONGEST_BLOCK = 400;
/** So much is filled with copies of one block, now and then. */
const LARGE_BYTES = 700_000;
/** A change never makes a file much larger than this. */
const MOST_BYTES = 2_000_000;

const below = (random: Random, end: number): number => Math.floor(random.uniform() * end);
const pick = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)] as T;

/** Places near the start are taken half of the time: that is where headers stand. */
const place = (random: Random, length: number): number =>
  below(random, random.uniform() < 0.5 ? Math.min(length, 600) : length);

function replaced(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length - (to - from) + by.length);
  out.set(bytes.subarray(0, from));
  out.set(by, from);
  out.set(bytes.subarray(to), from + by.length);
  return out;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
const isOfNumber = (byte: number | undefined): boolean =>
  isDigit(byte) || byte === 45 || byte === 46 || byte === 43 || byte === 101 || byte === 69;

/** A number in the text becomes another one. */
function editNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const start = place(random, bytes.length);
  let at = start;
  while (at < bytes.length && at < start + 2000 && !isDigit(bytes[at])) at++;
  if (!isDigit(bytes[at])) return bytes;
  let [from, to] = [at, at];
  while (from > 0 && isOfNumber(bytes[from - 1])) from--;
  while (isOfNumber(bytes[to])) to++;
  return replaced(bytes, from, to, encode(pick(random, NUMBERS)));
}

/** A number of 1, 2, 4 or 8 bytes becomes another one, in either order. */
function overwriteWord(bytes: Uint8Array, random: Random): Uint8Array {
  const width = pick(random, [1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const out = bytes.slice();
  const at = place(random, bytes.length - width + 1);
  const view = new DataView(out.buffer, out.byteOffset);
  const value = random.uniform() < 0.3 ? below(random, 2 ** 32) : pick(random, WORDS);
  const isLittle = random.uniform() < 0.7;
  if (width === 1) view.setUint8(at, value & 255);
  else if (width === 2) view.setUint16(at, value & 65535, isLittle);
  else if (width === 4) view.setUint32(at, value, isLittle);
  else view.setBigUint64(at, BigInt(value) << BigInt(below(random, 32)), isLittle);
  return out;
}

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const out = bytes.slice();
  for (let flips = 1 + below(random, 8); flips > 0; flips--) {
    const at = place(random, out.length);
    out[at] = (out[at] as number) ^ (1 << below(random, 8));
  }
  return out;
}

/** A block, from one line end to another half of the time. */
function block(bytes: Uint8Array, random: Random): readonly [number, number] {
  const from = place(random, bytes.length);
  const to = Math.min(bytes.length, from + 1 + below(random, LONGEST_BLOCK));
  if (random.uniform() < 0.5) return [from, to];
  const [start, end] = [bytes.lastIndexOf(10, from) + 1, bytes.indexOf(10, to) + 1];
  return [start, end > start ? end : to];
}

/** A block twice, or hundreds of times, or until the file is large: what takes the square of a length shows then. */
function doubled(bytes: Uint8Array, random: Random): Uint8Array {
  const [from, to] = block(bytes, random);
  const chance = random.uniform();
  const [start, end] = chance < 0.1 ? [from, Math.min(to, from + 1 + below(random, 12))] : [from, to];
  const part = bytes.slice(start, end);
  const copies =
    chance < 0.02 ? Math.floor(LARGE_BYTES / Math.max(part.length, 1)) : chance < 0.2 ? 1 + below(random, 200) : 1;
  const many = new Uint8Array(part.length * copies);
  for (let copy = 0; copy < copies; copy++) many.set(part, copy * part.length);
  return replaced(bytes, end, end, many);
}

function moved(bytes: Uint8Array, random: Random): Uint8Array {
  const [from, to] = block(bytes, random);
  const at = place(random, bytes.length);
  return replaced(bytes, at, Math.min(bytes.length, at + to - from), bytes.slice(from, to));
}

/** A run of one or two characters, up to a quarter of a million: what tries every split of a line shows then. */
function run(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(random, bytes.length);
  const near = String.fromCharCode(bytes[at] as number);
  const unit = random.uniform() < 0.3 ? near : pick(random, RUNS);
  return replaced(bytes, at, at, encode(unit.repeat(2 ** below(random, 18))));
}

/** The start of one file and the end of another. */
function spliced(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  return replaced(bytes, place(random, bytes.length), bytes.length, other.subarray(place(random, other.length)));
}

type Change = (bytes: Uint8Array, other: Uint8Array, random: Random) => Uint8Array;

const CHANGES: readonly Change[] = [
  (bytes, _, random) => flipBits(bytes, random),
  (bytes, _, random) => overwriteWord(bytes, random),
  (bytes, _, random) => overwriteWord(bytes, random),
  (bytes, _, random) => editNumber(bytes, random),
  (bytes, _, random) => editNumber(bytes, random),
  (bytes, _, random) => editNumber(editNumber(editNumber(bytes, random), random), random),
  (bytes, _, random) => bytes.subarray(0, below(random, bytes.length)),
  (bytes, _, random) => doubled(bytes, random),
  (bytes, _, random) => moved(bytes, random),
  (bytes, _, random) => replaced(bytes, ...block(bytes, random), new Uint8Array()),
  (bytes, _, random) => {
    const at = place(random, bytes.length);
    return replaced(bytes, at, at, encode(pick(random, STRANGE)));
  },
  (bytes, other, random) => spliced(bytes, other, random),
  (bytes, _, random) => run(bytes, random),
];

/** A file after one to four changes. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let out = bytes;
  const changes = random.uniform() < 0.6 ? 1 : 1 + below(random, 4);
  for (let change = 0; change < changes && out.length > 0; change++) {
    const next = pick(random, CHANGES)(out, other, random);
    if (next.length <= MOST_BYTES) out = next;
  }
  return out;
}
