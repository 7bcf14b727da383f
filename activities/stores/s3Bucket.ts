import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { sha256 } from './artifacts.ts';
import type { ListedFile } from './files.ts';
import { objectKey, parseBucketAddress, pathOfObject } from './s3Address.ts';
import { type ClientSettings, clientOf } from './s3Client.ts';
import { BucketError, bucketError, nameOf, statusOf } from './s3Error.ts';

/** An object as it was read. */
export interface ReadObject {
  readonly bytes: Uint8Array;
  /** Hash that its writer left with it; undefined for another's object */
  readonly sha256: string | undefined;
}

export interface ReadOptions {
  readonly most_bytes: number;
  /** Bytes that have not the hash that their writer left are read again, like those that were cut short */
  readonly isVerified: boolean;
}

/** What writing an object came to: `there` where a new one was asked for and some object has its place. */
export type Written = 'written' | 'there';

/** An upload in parts. */
export interface Upload {
  readonly path: string;
  readonly id: string;
}

/** Objects below an address, by path. Each call ends in its answer or, after its attempts, in a sentence. */
export interface Bucket {
  readonly address: string;
  /** Undefined where there is no such object. @throws ObjectTooLarge before anything of a larger object is read */
  read(path: string, options: ReadOptions): Promise<ReadObject | undefined>;
  /** Length in bytes; undefined where there is no such object. */
  size(path: string): Promise<number | undefined>;
  /** Writes an object as a whole. @param isNew  leave what has its place already, where the store can tell */
  write(
    path: string,
    bytes: Uint8Array,
    options: { readonly sha256: string; readonly isNew: boolean },
  ): Promise<Written>;
  /** Writes a local file's bytes as an object. */
  upload(path: string, localFile: string): Promise<void>;
  list(under: string): AsyncIterable<ListedFile>;
  /** Copies an object within the store, with the hash that its writer left; at most 5 GB. False where there is none. */
  copy(from: string, to: string): Promise<boolean>;
  /** What is not there is no error. */
  remove(path: string): Promise<void>;
  /** Uploads that were begun and neither finished nor given up. */
  unfinished(): AsyncIterable<Upload & { readonly begun_ms: number }>;
  /** Bytes of an unfinished upload's parts. */
  sizeOf(upload: Upload): Promise<number>;
  /** Gives an upload up; one that has ended is no error. */
  abort(upload: Upload): Promise<void>;
}

/** Before an object that was not there, or not whole, is looked at once more: a cache on the way may tell what is not so. */
export const SECOND_LOOK_ms = 200;

/** An object that is larger than its reader takes. */
export class ObjectTooLarge extends Error {
  override readonly name = 'ObjectTooLarge';
}

/** Where the hash of an object's bytes is left with it. */
const HASH = 'twinfold-sha256';
/** Larger ones go up in parts of half of this, four at a time: one lost connection costs one part, and a writer holds 64 MiB at most. */
const LARGEST_WHOLE_bytes = 32 * 2 ** 20;
const PART_bytes = 16 * 2 ** 20;
const PARTS_AT_ONCE = 4;
/** Parts that an upload may have; a larger file has larger ones. */
const MOST_PARTS = 10_000;
/** Pauses before a body that broke is read again, or before a place that another is writing is looked at again, ms. */
const PAUSES_ms: readonly number[] = [100, 300, 1000, 3000];

/** Opens the objects below `s3://bucket/prefix`; nothing is asked of the store yet. */
export async function openBucket(address: string, settings?: ClientSettings): Promise<Bucket> {
  const place = parseBucketAddress(address);
  const { bucket: Bucket } = place;
  const client = await clientOf(settings);
  const s3 = await import('@aws-sdk/client-s3');
  let isConditional = true;

  const keyOf = (path: string): string => {
    const key = objectKey(place, path);
    if (key === undefined) throw new Error(`${path}: no object can be called that`);
    return key;
  };
  const named = (key: string) => `s3://${Bucket}/${key}`;
  /** What a request is answered; undefined where nothing is there. */
  const asked = async <T>(key: string, request: Promise<T>): Promise<T | undefined> => {
    try {
      return await request;
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return undefined;
      throw bucketError(error, named(key));
    }
  };
  const sizeAt = async (Key: string): Promise<number | undefined> =>
    (await asked(Key, client.send(new s3.HeadObjectCommand({ Bucket, Key }))))?.ContentLength;
  const put = async (Key: string, bytes: Uint8Array, hash: string, isNew: boolean): Promise<void> => {
    const object = { Bucket, Key, Metadata: { [HASH]: hash }, ...(isNew && isConditional ? { IfNoneMatch: '*' } : {}) };
    if (bytes.length > LARGEST_WHOLE_bytes) return uploadInParts(client, { ...object, Body: bytes }, bytes.length);
    const ChecksumSHA256 = Buffer.from(hash, 'hex').toString('base64');
    await client.send(new s3.PutObjectCommand({ ...object, Body: bytes, ChecksumSHA256 }));
  };

  return {
    address,
    async read(path, { most_bytes, isVerified }) {
      const Key = objectKey(place, path);
      if (Key === undefined) return undefined;
      for (let attempt = 0; ; attempt++) {
        const answer = await asked(Key, client.send(new s3.GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' })));
        if (answer === undefined) return undefined;
        try {
          const bytes = await bodyOf(answer, most_bytes, named(Key));
          const expected = answer.Metadata?.[HASH];
          if (!isVerified || expected === undefined || sha256(bytes) === expected) return { bytes, sha256: expected };
          throw new Error('they have not the hash that was left with them');
        } catch (error) {
          if (error instanceof ObjectTooLarge) throw error;
          const pause_ms = PAUSES_ms[attempt];
          if (pause_ms === undefined) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new BucketError(
              `${named(Key)}: its bytes came damaged or cut short ${attempt + 1} times in a row (${reason}); it is asked for again later`,
              { cause: error },
            );
          }
          await sleep(pause_ms);
        }
      }
    },
    async size(path) {
      const Key = objectKey(place, path);
      return Key === undefined ? undefined : sizeAt(Key);
    },
    async write(path, bytes, { sha256: hash, isNew }) {
      const Key = keyOf(path);
      for (let attempt = 0; ; attempt++) {
        try {
          await put(Key, bytes, hash, isNew);
          return 'written';
        } catch (error) {
          const status = statusOf(error);
          if (isNew && (status === 412 || status === 304)) return 'there'; // 304: a wrong answer that older stores give
          if (isNew && isConditional && (status === 501 || nameOf(error) === 'NotImplemented')) {
            isConditional = false; // equal bytes over equal bytes: the condition only spares the writing
            continue;
          }
          // A store that refuses before it has read all may hang up on who is still sending: then what is there is the answer.
          if (isNew && status === undefined && (await sizeAt(Key).catch(() => undefined)) === bytes.length)
            return 'there';
          const pause_ms = PAUSES_ms[attempt];
          // Two conditional writes at the same time: the store refuses one of them and may refuse both.
          if (!(isNew && status === 409) || pause_ms === undefined) throw bucketError(error, named(Key));
          await sleep(pause_ms);
        }
      }
    },
    async upload(path, localFile) {
      const Key = keyOf(path);
      const { size } = await stat(localFile);
      try {
        await uploadInParts(client, { Bucket, Key, Body: createReadStream(localFile), ContentLength: size }, size);
      } catch (error) {
        throw bucketError(error, named(Key));
      }
    },
    async *list(under) {
      const Prefix = prefixOf(place.prefix, under);
      for (let ContinuationToken: string | undefined; ; ) {
        const page = await asked(
          Prefix,
          client.send(new s3.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken, EncodingType: 'url' })),
        );
        for (const { Key = '', Size = 0, ETag = '', LastModified } of page?.Contents ?? []) {
          const path = pathOfObject(place, decoded(Key, page?.EncodingType));
          if (path === undefined) continue;
          yield { path, bytes: Size, tag: ETag.replaceAll('"', ''), modified_ms: LastModified?.getTime() ?? 0 };
        }
        ContinuationToken = page?.NextContinuationToken;
        if (ContinuationToken === undefined) return;
      }
    },
    async copy(from, to) {
      const CopySource = `${Bucket}/${keyOf(from)}`.split('/').map(encodeURIComponent).join('/');
      const Key = keyOf(to);
      return (await asked(Key, client.send(new s3.CopyObjectCommand({ Bucket, Key, CopySource })))) !== undefined;
    },
    async remove(path) {
      const Key = keyOf(path);
      await asked(Key, client.send(new s3.DeleteObjectCommand({ Bucket, Key })));
    },
    async *unfinished() {
      const Prefix = prefixOf(place.prefix, '');
      let from: { KeyMarker: string | undefined; UploadIdMarker: string | undefined } | undefined;
      for (;;) {
        const page = await asked(
          Prefix,
          client.send(new s3.ListMultipartUploadsCommand({ Bucket, Prefix, ...from, EncodingType: 'url' })),
        );
        for (const { Key = '', UploadId, Initiated } of page?.Uploads ?? []) {
          const path = pathOfObject(place, decoded(Key, page?.EncodingType));
          if (path !== undefined && UploadId !== undefined) {
            yield { path, id: UploadId, begun_ms: Initiated?.getTime() ?? 0 };
          }
        }
        if (page?.IsTruncated !== true || page.NextKeyMarker === undefined) return;
        from = { KeyMarker: decoded(page.NextKeyMarker, page.EncodingType), UploadIdMarker: page.NextUploadIdMarker };
      }
    },
    async sizeOf({ path, id }) {
      const Key = keyOf(path);
      let bytes = 0;
      for (let PartNumberMarker: string | undefined; ; ) {
        const parts = new s3.ListPartsCommand({ Bucket, Key, UploadId: id, PartNumberMarker });
        const page = await asked(Key, client.send(parts));
        for (const { Size = 0 } of page?.Parts ?? []) bytes += Size;
        if (page?.IsTruncated !== true) return bytes;
        PartNumberMarker = page.NextPartNumberMarker;
      }
    },
    async abort({ path, id }) {
      const Key = keyOf(path);
      await asked(Key, client.send(new s3.AbortMultipartUploadCommand({ Bucket, Key, UploadId: id })));
    },
  };
}

/** Keys below a path of the prefix; a path ends where a name does. */
function prefixOf(prefix: string, under: string): string {
  const inside = under === '' || under.endsWith('/') ? under : `${under}/`;
  return prefix === '' ? inside : `${prefix}/${inside}`;
}

/** Keys may hold what XML cannot: they come in the coding of web addresses from stores that know it. */
const decoded = (key: string, coding: string | undefined): string =>
  coding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;

/** A body's bytes, all of them. @throws ObjectTooLarge; any other error where it breaks, is cut short, or has not its checksum */
async function bodyOf(answer: GetObjectCommandOutput, most_bytes: number, name: string): Promise<Uint8Array> {
  const body = answer.Body as AsyncIterable<Uint8Array> & { destroy?(): void };
  const { ContentLength: promised } = answer;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const tooLarge = (bytes: number) => {
    body.destroy?.();
    return new ObjectTooLarge(`${name}: has ${bytes} bytes or more; at most ${most_bytes} are read`);
  };
  if (promised !== undefined && promised > most_bytes) throw tooLarge(promised);
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most_bytes) throw tooLarge(length);
    chunks.push(chunk);
  }
  if (promised !== undefined && length !== promised) throw new Error(`${length} of ${promised} bytes came`);
  const bytes = new Uint8Array(length); // of its own, and not a piece of a pool: arrays are laid over it
  let filled = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes;
}

/** Parts go up a few at a time; where one is refused at last, those that are up already are given up. */
async function uploadInParts(
  client: S3Client,
  params: ConstructorParameters<typeof import('@aws-sdk/lib-storage').Upload>[0]['params'],
  bytes: number,
): Promise<void> {
  const { Upload } = await import('@aws-sdk/lib-storage');
  const partSize = Math.max(PART_bytes, Math.ceil(bytes / MOST_PARTS));
  await new Upload({ client, params, partSize, queueSize: PARTS_AT_ONCE }).done();
}
