import { setTimeout as sleep } from 'node:timers/promises';
import { artifactUri, checkedUri, isStored, recordUri, type Store, sha256 } from './artifacts.ts';
import { type Bucket, ObjectTooLarge, openBucket, type ReadObject, SECOND_LOOK_ms, type Upload } from './s3Bucket.ts';
import type { ClientSettings } from './s3Client.ts';

/** From here on it is cheaper to ask whether an artifact is there than to send it for nothing. */
const ASK_FIRST_bytes = 2 ** 20;
/** A row with all its columns has tens of kilobytes. */
const LARGEST_RECORD_bytes = 2 ** 24;
/** The plan and the pages of a study are read by every stage of every subject: those that were read are kept, up to this. */
const LARGEST_KEPT_bytes = 2 ** 20;
const MOST_KEPT_bytes = 2 ** 24;

/**
 * A store in object storage, laid out as the folder's is: copied from one to the other with any tool, it is found again. Objects are there
 * whole or not at all; an artifact is written on the condition that it is not there yet, where the store knows conditions.
 *
 * @param address  `s3://bucket/prefix`
 */
export async function openS3Store(address: string, settings?: ClientSettings): Promise<Store> {
  const bucket = await openBucket(address, settings);
  const kept = keepSmall();
  const store: Store = {
    async put(bytes, kind) {
      const hash = sha256(bytes);
      const ref = { uri: artifactUri(hash, kind), sha256: hash, bytes: bytes.length };
      if (bytes.length > ASK_FIRST_bytes && (await bucket.size(ref.uri)) === ref.bytes) return ref;
      const written = await bucket.write(ref.uri, bytes, { sha256: hash, isNew: true });
      if (written === 'there' && (await bucket.size(ref.uri)) !== ref.bytes) {
        await bucket.write(ref.uri, bytes, { sha256: hash, isNew: false }); // what has its place is not it
      }
      return ref;
    },
    async get(ref) {
      const uri = checkedUri(ref);
      const before = kept.get(uri);
      if (before !== undefined) return before;
      const found = await readTwice(bucket, uri, ref.bytes, ({ bytes }) => sha256(bytes) === ref.sha256);
      if (found === 'damaged') await bucket.remove(uri); // so that the stage that made it runs again
      if (found === 'damaged' || found === 'absent') return undefined;
      if (uri.endsWith('.json')) kept.keep(uri, found);
      return found;
    },
    async has(ref) {
      const uri = checkedUri(ref);
      if ((await bucket.size(uri)) === ref.bytes) return true;
      await sleep(SECOND_LOOK_ms);
      return (await bucket.size(uri)) === ref.bytes;
    },
    readRecord: (key) => store.readListed(recordUri(key)),
    async writeRecord(key, text) {
      const bytes = new TextEncoder().encode(text);
      await bucket.write(recordUri(key), bytes, { sha256: sha256(bytes), isNew: false });
    },
    async *list(under) {
      for await (const { path, bytes, modified_ms } of bucket.list(under)) {
        if (isStored(path)) yield { uri: path, bytes, modified_ms };
      }
    },
    async readListed(uri) {
      const isWhole = (object: ReadObject) => object.sha256 === undefined || object.sha256 === sha256(object.bytes);
      const found = await readTwice(bucket, uri, LARGEST_RECORD_bytes, isWhole, 1);
      return found === 'damaged' || found === 'absent' ? undefined : new TextDecoder().decode(found);
    },
    async remove(uri) {
      const upload = uploadAt(uri);
      if (upload !== undefined) return bucket.abort(upload);
      kept.drop(uri);
      await bucket.remove(uri);
    },
    async *listHalfWritten() {
      for await (const upload of bucket.unfinished()) {
        yield { uri: uploadUri(upload), bytes: await bucket.sizeOf(upload), modified_ms: upload.begun_ms };
      }
    },
  };
  return store;
}

/** Where an unfinished upload is listed: no object has such a uri in a store. */
const uploadUri = ({ path, id }: Upload): string => `${path}?uploadId=${encodeURIComponent(id)}`;

function uploadAt(uri: string): Upload | undefined {
  const [path = '', id] = uri.split('?uploadId=');
  return id === undefined ? undefined : { path, id: decodeURIComponent(id) };
}

/**
 * An object's bytes if they are what they should be. What is not so at first is looked at again: a cache on the way may give a stale
 * answer or a damaged one, and computing anew costs minutes.
 *
 * @param looks  at an object that is not there; a record that is not there was mostly never written
 */
async function readTwice(
  bucket: Bucket,
  uri: string,
  most_bytes: number,
  isWhole: (object: ReadObject) => boolean,
  looks = 2,
): Promise<Uint8Array | 'absent' | 'damaged'> {
  let found: 'absent' | 'damaged' = 'absent';
  for (let look = 1; look <= (found === 'damaged' ? 2 : looks); look++) {
    if (look > 1) await sleep(SECOND_LOOK_ms);
    try {
      const object = await bucket.read(uri, { most_bytes, isVerified: false });
      if (object !== undefined && isWhole(object)) return object.bytes;
      found = object === undefined ? 'absent' : 'damaged';
    } catch (error) {
      if (!(error instanceof ObjectTooLarge)) throw error;
      found = 'damaged';
    }
  }
  return found;
}

/** Small artifacts that were read and verified; their bytes never change. The longest kept go first. */
function keepSmall() {
  const held = new Map<string, Uint8Array>();
  let total = 0;
  const drop = (uri: string): void => {
    total -= held.get(uri)?.length ?? 0;
    held.delete(uri);
  };
  return {
    drop,
    get: (uri: string) => {
      const bytes = held.get(uri);
      return bytes && new Uint8Array(bytes); // who reads them may write to them
    },
    keep(uri: string, bytes: Uint8Array): void {
      if (bytes.length > LARGEST_KEPT_bytes || held.has(uri)) return;
      held.set(uri, new Uint8Array(bytes));
      total += bytes.length;
      for (const oldest of held.keys()) {
        if (total <= MOST_KEPT_bytes) return;
        drop(oldest);
      }
    },
  };
}
