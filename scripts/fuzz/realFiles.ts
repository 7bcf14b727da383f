import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Files, FuzzTarget } from './target.ts';

/** Larger ones take so long to parse that thousands of cases would be lost. */
const MOST_BYTES = 600_000;
/** Of a folder's other files, those that can be companions. */
const MOST_COMPANIONS = 8;

/** Files of a folder that a target can start from, each with its neighbours. */
export function realFiles(target: FuzzTarget, dataFolder: string): Files[] {
  const names = readdirSync(dataFolder, { recursive: true, encoding: 'utf8' }).sort();
  const isSmall = (path: string): boolean => {
    const found = statSync(path);
    return found.isFile() && found.size <= MOST_BYTES;
  };
  return names
    .filter((name) => target.real.test(name) && isSmall(join(dataFolder, name)))
    .map((name) => {
      const folder = join(dataFolder, dirname(name));
      const own = name.slice(dirname(name) === '.' ? 0 : dirname(name).length + 1);
      const stem = own.replace(/\..*$/, '');
      const companions = readdirSync(folder)
        .filter((other) => other !== own && other.startsWith(stem) && isSmall(join(folder, other)))
        .slice(0, MOST_COMPANIONS);
      return new Map([own, ...companions].map((file) => [file, new Uint8Array(readFileSync(join(folder, file)))]));
    });
}
