import { posix } from 'node:path';
import { TwinError } from '../../twin/errors.ts';

/** A place in object storage, as `s3://bucket/prefix` names it; where its endpoint is, the AWS SDK's own settings say. */
export interface BucketAddress {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket */
  readonly prefix: string;
}

const FORM = /^s3:\/\/([^/]+)(?:\/(.*))?$/s;
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

/** @throws TwinError BadStudy where the address is none, with what is wrong in it */
export function parseBucketAddress(address: string): BucketAddress {
  const refuse = (found: string) => new TwinError('BadStudy', `${address}: ${found}; expected s3://bucket/prefix`);
  const [, bucket = '', path = ''] = FORM.exec(address) ?? [];
  if (!BUCKET.test(bucket)) throw refuse(`${JSON.stringify(bucket)} is no name of a bucket`);
  const prefix = path.replace(/^\/+|\/+$/g, '');
  if (prefix !== '' && prefix.split('/').some((name) => name === '' || name === '.' || name === '..')) {
    throw refuse('the prefix holds an empty name, or one of dots');
  }
  return { bucket, prefix };
}

/** Most bytes of an object's key; no object has a longer one. */
const LONGEST_KEY_bytes = 1024;

/**
 * Key of the object at a path below an address; undefined for a path that no object can have.
 *
 * @param path  relative, with `/` between names, as in a folder
 * @throws Error where it leads out of the prefix
 */
export function objectKey({ bucket, prefix }: BucketAddress, path: string): string | undefined {
  const inside = posix.normalize(path).replace(/\/+$/, '');
  if (inside.startsWith('/') || inside === '..' || inside.startsWith('../')) {
    throw new Error(`${path}: lies outside s3://${bucket}/${prefix}`);
  }
  if (inside === '.' || inside === '' || inside.includes('\0')) return undefined;
  const key = prefix === '' ? inside : `${prefix}/${inside}`;
  return Buffer.byteLength(key) > LONGEST_KEY_bytes ? undefined : key;
}

/** Path of an object below an address; undefined for keys that no path gives, such as the `folder/` marks of consoles. */
export function pathOfObject(address: BucketAddress, key: string): string | undefined {
  const path = address.prefix === '' ? key : key.slice(address.prefix.length + 1);
  try {
    return objectKey(address, path) === key ? path : undefined;
  } catch {
    return undefined; // `../x` is a good key and leads out of a folder
  }
}
