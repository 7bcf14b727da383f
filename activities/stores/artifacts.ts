import { createHash } from 'node:crypto';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { ArtifactRef } from '../../cohorts/row.ts';

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

/** Something that a store keeps, as its sweeper sees it. */
export interface StoredItem {
  /** As `artifactUri` and `recordUri` give it */
  readonly uri: string;
  readonly bytes: number;
  readonly modified_ms: number;
}

/** Where a run keeps what it made: a folder, a bucket, or memory. */
export interface Store extends Artifacts, Records {
  /** Everything under a beginning of its uris (`artifacts/`, `records/run/`), in no order; what is half written is left out. */
  list(under: string): AsyncIterable<StoredItem>;
  /** Text of a listed record; undefined where it is gone. */
  readListed(uri: string): Promise<string | undefined>;
  /** What was left half written by a writer that was killed, and what is being written now; absent where a store leaves nothing behind. */
  listHalfWritten?(): AsyncIterable<StoredItem>;
  /** Removes what is listed; what is gone already is no error. */
  remove(uri: string): Promise<void>;
}

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Where a store keeps bytes of one hash, relative to its root: `artifacts/ab/abcd….json`. */
export const artifactUri = (hash: string, kind: ArtifactKind): string =>
  `artifacts/${hash.slice(0, 2)}/${hash}.${kind}`;

const ARTIFACT = /^artifacts\/([0-9a-f]{2})\/(\1[0-9a-f]{62})\.(safetensors|json)$/;
const STORED = /\/[0-9a-f]{64}\.(safetensors|json)$/;

/** A reference's own uri. @throws Error where it is not the one that its bytes have: references come from histories */
export function checkedUri({ uri, sha256: hash }: ArtifactRef): string {
  if (ARTIFACT.exec(uri)?.[2] !== hash) throw new Error(`${uri}: not the address of an artifact of this store`);
  return uri;
}

/** Whether a store's file is an artifact or a record; anything else is half written, or somebody's own. */
export const isStored = (uri: string): boolean => STORED.test(uri);

/** Where a store keeps a record, relative to its root, by the key's kind and its hash: `records/row/ab/abcd….json`. */
export function recordUri(key: string): string {
  const hash = sha256(key);
  const kind = /^[a-z]+(?=:)/.exec(key)?.[0];
  if (kind === undefined) throw new Error(`${key}: a record's key begins with its kind and a colon`);
  return `records/${kind}/${hash.slice(0, 2)}/${hash}.json`;
}

/** Stores a value as canonical JSON. */
export const putJson = (store: Artifacts, value: unknown): Promise<ArtifactRef> =>
  store.put(new TextEncoder().encode(canonicalJson(value)), 'json');
