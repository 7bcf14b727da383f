import { resolve } from 'node:path';
import type { Store } from './artifacts.ts';
import { type Files, openFolderFiles } from './files.ts';
import { openFolderStore } from './folderStore.ts';

/** Whether an address names a bucket rather than a folder. */
export const isBucket = (address: string): boolean => address.startsWith('s3://');

/** An address as every process understands it: a bucket's as it is, a folder's as an absolute path. */
export const addressOf = (place: string): string => (isBucket(place) ? place : resolve(place));

/** The artifact store at an address: a folder, or `s3://bucket/prefix`. @throws TwinError BadStudy where the address is none */
export async function openStore(address: string): Promise<Store> {
  if (!isBucket(address)) return openFolderStore(address);
  const { openS3Store } = await import('./s3Store.ts'); // who keeps all in folders never loads the AWS SDK
  return openS3Store(address);
}

/** The files at an address: a folder, or `s3://bucket/prefix`. @throws TwinError BadStudy where the address is none */
export async function openFiles(address: string): Promise<Files> {
  if (!isBucket(address)) return openFolderFiles(address);
  const { openS3Files } = await import('./s3Files.ts');
  return openS3Files(address);
}
