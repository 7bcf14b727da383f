import type { ArtifactRef } from '../cohorts/row.ts';

/**
 * What a stage takes of memory at its worst, MB, as a line over the bytes of what it reads. Bytes of a mesh are in proportion to its nodes (300 of a
 * stored anatomy a node), and are known before it is opened. The lines lie 5 to 60 % above what `scripts/measureMemory.ts` found for synthetic hearts
 * of 13,372 to 80,724 nodes on the wasm backend: 57–248 MB to prepare one in air and 265–377 MB in a body, 78–265 MB to calibrate, 29–91 MB to
 * measure (docs/decisions/0066-memory.md).
 */
const LINES = {
  /** Beside the file: reader, mesh, surfaces, coordinates */
  prepare: { base_MB: 60, perByte: 12 },
  /** Solved states that a backend keeps add up to 64 MB of the base */
  calibrate: { base_MB: 130, perByte: 11.5 },
  measure: { base_MB: 25, perByte: 3 },
} as const;
/** The mesh of a body and its equations; their size is the torso's, not the heart's. */
const BODY_MB = 220;
/** CARP keeps a mesh in three files, and one of them is named: points are a ninth of it, elements a half. */
const WHOLE_OF: Readonly<Record<string, number>> = { pts: 9, elem: 2 };

const MB = 1e6;

/** @param heart  the file that the sheet names; compressed or not */
export function memoryToPrepare(
  heart: { readonly name: string; readonly bytes: Uint8Array },
  isInBody: boolean,
): number {
  const [extension = ''] = /[^.]+$/.exec(heart.name.toLowerCase().replace(/\.gz$/, '')) ?? [];
  const bytes = unpackedBytes(heart.bytes) * (WHOLE_OF[extension] ?? 1);
  return LINES.prepare.base_MB + (LINES.prepare.perByte * bytes) / MB + (isInBody ? BODY_MB : 0);
}

export const memoryToCalibrate = ({ bytes }: ArtifactRef): number => on(LINES.calibrate, bytes);
export const memoryToMeasure = ({ bytes }: ArtifactRef): number => on(LINES.measure, bytes);

const on = ({ base_MB, perByte }: { readonly base_MB: number; readonly perByte: number }, bytes: number): number =>
  base_MB + (perByte * bytes) / MB;

/** Length of a file's content; gzip says it in its last four bytes, modulo 4 GiB (RFC 1952). */
function unpackedBytes(bytes: Uint8Array): number {
  const isGzip = bytes.length > 18 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes.length;
  const told = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return Math.max(told, bytes.length); // a file of several members tells of its last one only
}
