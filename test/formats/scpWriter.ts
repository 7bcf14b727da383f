import { join } from './writers.ts';

/** A lead's number and the steps that are stored of it; where these are fewer than its samples, the places of its first and last one. */
export interface WrittenLead {
  readonly id: number;
  readonly steps: readonly number[];
  readonly first?: number;
  readonly last?: number;
}

/** How steps are stored. */
export interface ScpStyle {
  readonly differences: 0 | 1 | 2;
  /** No section 2, the default table, or two own tables that switch to each other */
  readonly codes: 'none' | 'default' | 'own';
}

interface Place {
  readonly first: number;
  readonly last: number;
}

/** What a record is written from. Places are counted from 1, both ends included. */
export interface ScpContent extends Partial<ScpStyle> {
  readonly leads: readonly WrittenLead[];
  readonly step_nV?: number;
  readonly interval_us?: number;
  readonly beat?: {
    readonly steps: readonly (readonly number[])[];
    readonly interval_us?: number;
    readonly fiducial: number;
  };
  readonly beats?: readonly (Place & { readonly type: number; readonly fiducial: number })[];
  readonly zones?: readonly Place[];
  readonly isBimodal?: boolean;
  readonly isSubtracted?: boolean;
  /** Content of section 7 */
  readonly measures?: Uint8Array;
  /** Content of section 1, which names the subject */
  readonly subject?: Uint8Array;
}

/** Numbers of 1, 2 or 4 bytes, least significant first; negative ones in two's complement. */
export const little = (width: 1 | 2 | 4, ...values: readonly number[]): Uint8Array =>
  Uint8Array.from(
    values.flatMap((value) => Array.from({ length: width }, (_, byte) => Math.floor(value / 256 ** byte) & 255)),
  );

/** CRC-CCITT bit by bit, as the standard's annex words it. */
function crc(bytes: Uint8Array): number {
  let register = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const isOne = ((register >> 15) & 1) !== ((byte >> bit) & 1);
      register = (register << 1) & 0xffff;
      if (isOne) register ^= 0x1021;
    }
  }
  return register;
}

const differencesOf = (values: readonly number[], order: number): number[] =>
  values.map((value, at) => {
    if (at < order || order === 0) return value;
    const before = values[at - 1] as number;
    return order === 1 ? value - before : value - 2 * before + (values[at - 2] as number);
  });

const twos = (value: number, bits: number): string =>
  (value < 0 ? value + 2 ** bits : value).toString(2).padStart(bits, '0');

function defaultCode(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) <= 8) return `${'1'.repeat(Math.abs(value))}0${value < 0 ? 1 : 0}`;
  return Math.abs(value) < 128 ? `1111111110${twos(value, 8)}` : `1111111111${twos(value, 16)}`;
}

/** Own tables: the first holds 0 and a way to the second, the second 16 bits as they are and the way back. */
function ownCodes(values: readonly number[]): string {
  let table = 1;
  let bits = '';
  for (const value of values) {
    if (value === 0 && table === 2) bits += '1';
    if (value !== 0 && table === 1) bits += '10';
    table = value === 0 ? 1 : 2;
    bits += table === 1 ? '0' : `00${twos(value, 16)}`;
  }
  return bits;
}

/** Code, its bits and those with a literal behind, whether it stays in the table, its value, and the code with its first bit lowest. */
const structure = (prefix: number, whole: number, stays: 0 | 1, value: number, code: number): Uint8Array =>
  join(little(1, prefix, whole, stays), little(2, value), little(4, code));
const OWN_TABLES = join(
  little(2, 2),
  little(2, 2),
  structure(1, 1, 1, 0, 0),
  structure(2, 2, 0, 2, 0b01),
  little(2, 2),
  structure(2, 18, 1, 0, 0b00),
  structure(1, 1, 0, 1, 0b1),
);

function encode(values: readonly number[], codes: ScpContent['codes']): Uint8Array {
  if (codes === 'none') return little(2, ...values);
  const bits = codes === 'own' ? ownCodes(values) : values.map(defaultCode).join('');
  const bytes = bits.match(/.{1,8}/g) ?? [];
  const padded = bytes.length % 2 === 0 ? bytes : [...bytes, ''];
  return Uint8Array.from(padded.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** Writes a record as EN 1064 has it, sums included. */
export function writeScp(content: ScpContent): Uint8Array {
  const {
    leads,
    codes = 'default',
    differences = 2,
    step_nV = 1000,
    interval_us = 2000,
    beat,
    beats = [],
    zones = [],
  } = content;
  const signals = (steps: readonly (readonly number[])[], interval: number): Uint8Array => {
    const encoded = steps.map((lead) => encode(differencesOf(lead, differences), codes));
    const header = join(little(2, step_nV, interval), little(1, differences, content.isBimodal ? 1 : 0));
    return join(header, little(2, ...encoded.map(({ length }) => length)), ...encoded);
  };
  const bodies: [number, Uint8Array][] = [[1, content.subject ?? little(1, 255, 0, 0)]];
  if (codes !== 'none') bodies.push([2, codes === 'own' ? OWN_TABLES : little(2, 19_999)]);
  const definition = leads.map(({ id, steps, first = 1, last = first + steps.length - 1 }) =>
    join(little(4, first, last), little(1, id)),
  );
  bodies.push([3, join(little(1, leads.length, (content.isSubtracted ? 1 : 0) | 4), ...definition)]);
  if (beat) {
    const beatInterval = beat.interval_us ?? interval_us;
    const length_ms = ((beat.steps[0]?.length ?? 0) * beatInterval) / 1000;
    const listed = beats.map(({ type, first, fiducial, last }) =>
      join(little(2, type), little(4, first, fiducial, last)),
    );
    const protectedZones = zones.map(({ first, last }) => little(4, first, last));
    bodies.push([4, join(little(2, length_ms, beat.fiducial, beats.length), ...listed, ...protectedZones)]);
    bodies.push([5, signals(beat.steps, beatInterval)]);
  }
  bodies.push([
    6,
    signals(
      leads.map(({ steps }) => steps),
      interval_us,
    ),
  ]);
  if (content.measures) bodies.push([7, content.measures]);
  return assemble(bodies);
}

/** Puts sections behind their pointers. */
function assemble(bodies: readonly [number, Uint8Array][]): Uint8Array {
  const headed = (id: number, body: Uint8Array, reserved = '\0\0\0\0\0\0'): Uint8Array => {
    const rest = join(little(2, id), little(4, body.length + 16), little(1, 20, 20), reserved, body);
    return join(little(2, crc(rest)), rest);
  };
  const sections = bodies.map(([id, body]) => ({ id, bytes: headed(id, body) }));
  let at = 6 + 16 + 10 * (sections.length + 1);
  const places = sections.map(({ id, bytes }) => {
    at += bytes.length;
    return join(little(2, id), little(4, bytes.length, at - bytes.length + 1));
  });
  const own = join(little(2, 0), little(4, 16 + 10 * (sections.length + 1), 7));
  const pointers = headed(0, join(own, ...places), 'SCPECG');
  const rest = join(little(4, at), pointers, ...sections.map(({ bytes }) => bytes));
  return join(little(2, crc(rest)), rest);
}
