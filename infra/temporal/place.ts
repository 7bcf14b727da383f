import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/** Puts an executable into its place as a whole, also when several processes fetch it at once. */
export async function placeExecutable(bytes: Uint8Array, target: string): Promise<string> {
  const beside = `${target}.${randomUUID()}.part`;
  try {
    await writeFile(beside, bytes, { mode: 0o755 });
    await rename(beside, target);
  } finally {
    await rm(beside, { force: true });
  }
  return target;
}
