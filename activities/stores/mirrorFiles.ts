import type { Files } from './files.ts';

/** Read last by whoever trusts a set of tables, and therefore written last. */
const MANIFEST = 'manifest.json';

/**
 * Makes one place hold what another holds, file by file; files whose bytes it has already are left as they are. In folders that both have,
 * files that the other has not are removed; what stands beside them is somebody's own.
 */
export async function mirrorFiles(from: Files, to: Files): Promise<void> {
  const paths: string[] = [];
  for await (const { path } of from.list()) paths.push(path);
  const wanted = new Set(paths);
  for (const path of [...paths.filter((path) => path !== MANIFEST), MANIFEST]) {
    const bytes = wanted.has(path) ? await from.read(path) : undefined;
    if (bytes === undefined) continue; // removed since it was listed
    const before = await to.read(path);
    if (before === undefined || Buffer.compare(before, bytes) !== 0) await to.write(path, bytes);
  }
  const folders = new Set(paths.map(folderOf).filter((folder) => folder !== ''));
  const others: string[] = [];
  for await (const { path } of to.list()) {
    if (folders.has(folderOf(path)) && !wanted.has(path)) others.push(path);
  }
  for (const path of others) await to.remove(path);
}

/** The outermost folder of a path; empty for a file that is in none. */
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.indexOf('/')));
