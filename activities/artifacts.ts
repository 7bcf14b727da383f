import { createHash } from 'node:crypto';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { ArtifactRef } from '../cohorts/row.ts';

/** What an artifact's file is called after its hash, for people who look into the folder. */
export type ArtifactKind = 'safetensors' | 'json';

/** Bytes that never change once written, found by their own hash. */
export interface Artifacts {
  put(bytes: Uint8Array, kind: ArtifactKind): Promise<ArtifactRef>;
  /** Undefined where the bytes are missing, or are not those that were written: the caller computes them again. */
  get(ref: ArtifactRef): Promise<Uint8Array | undefined>;
  /** Whether bytes of the right length are there; their hash is verified when they are read. */
  has(ref: ArtifactRef): Promise<boolean>;
}

/** Small JSON texts under a key, replaced as a whole; the last one written is read. */
export interface Records {
  /** Undefined where nothing was written. */
  readRecord(key: string): Promise<string | undefined>;
  writeRecord(key: string, text: string): Promise<void>;
}

/** Where a run keeps what it made: a folder, a bucket, or memory. */
export interface Store extends Artifacts, Records {}

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Where a store keeps bytes of one hash, relative to its root: `artifacts/ab/abcd….json`. */
export const artifactUri = (hash: string, kind: ArtifactKind): string =>
  `artifacts/${hash.slice(0, 2)}/${hash}.${kind}`;

/** Stores a value as canonical JSON. */
export const putJson = (store: Artifacts, value: unknown): Promise<ArtifactRef> =>
  store.put(new TextEncoder().encode(canonicalJson(value)), 'json');
