import { resolve } from 'node:path';
import type { Store } from './artifacts.ts';
import { type Files, openFolderFiles } from './files.ts';
import { openFolderStore } from './folderStore.ts';

/** Whether an address names a bucket rather than a folder. */
export const isBucket = (address: string): boolean => address.startsWith('s3://');

/** An address as every process understands it: a bucket's as it is, a folder's as an absolute path. */
export const addressOf = (place: string): string => (isBucket(place) ? place : resolve(place));

/** The artifact store at an address: a folder, or `s3://bucket/prefix`. */
export async function openStore(address: string): Promise<Store> {
  if (isBucket(address)) throw new Error(`${address}: buckets are not there yet`);
  return openFolderStore(address);
}

/** The files at an address: a folder, or `s3://bucket/prefix`. */
export async function openFiles(address: string): Promise<Files> {
  if (isBucket(address)) throw new Error(`${address}: buckets are not there yet`);
  return openFolderFiles(address);
}
