import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Moment } from './fault.ts';
import { below, between, order, pick, type Scene } from './scene.ts';

const WORKING: readonly Moment[] = ['early', 'middle', 'late'];
const FILLER = 'filler';
const MOST_FILLER_bytes = 2 ** 31;

/** Writes until nothing more fits, and makes room again after a while. */
async function fillDisk(scene: Scene): Promise<boolean> {
  const path = join(scene.store, FILLER);
  const file = openSync(path, 'w');
  let isFull = false;
  try {
    for (let size = 2 ** 20, written = 0; size >= 1 && written < MOST_FILLER_bytes; ) {
      try {
        written += writeSync(file, Buffer.alloc(size));
      } catch {
        size = Math.floor(size / 2); // what is left is smaller than this
        isFull = true;
      }
    }
    await sleep(between(scene.random, 3000, 8000));
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
  return isFull;
}

/** A file of the store, by chance: one of the youngest, which is in use, as often as any other. */
function someFile(scene: Scene, under: string): string | undefined {
  const folder = join(scene.store, under);
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(json|safetensors)$/.test(name))
    .flatMap((name) => {
      const stat = statSync(join(folder, name), { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ name, modified_ms: stat.mtimeMs }];
    })
    .sort((a, b) => b.modified_ms - a.modified_ms);
  const chosen = pick(scene.random, scene.random.uniform() < 0.5 ? found.slice(0, 6) : found);
  return chosen === undefined ? undefined : join(folder, chosen.name);
}

function damage(path: string | undefined, how: 'truncate' | 'flip' | 'delete', scene: Scene): boolean {
  if (path === undefined) return false;
  try {
    const bytes = readFileSync(path);
    if (how === 'delete') rmSync(path);
    else if (how === 'truncate') truncateSync(path, below(scene.random, bytes.length));
    else {
      const place = below(scene.random, bytes.length);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << below(scene.random, 8));
      writeFileSync(path, bytes);
    }
    return true;
  } catch {
    return false; // removed meanwhile by whoever found it damaged
  }
}

const damaging = (
  name: string,
  description: string,
  under: string,
  how: 'truncate' | 'flip' | 'delete',
  moments: readonly Moment[] = WORKING,
): Fault => ({
  name,
  description,
  moments,
  isDamage: true,
  inject: async (scene) => !scene.isOver() && damage(someFile(scene, under), how, scene),
});

/** The store: operations that fail or wait, a disk that is full, files that are not what was written. */
export const storeFaults: readonly Fault[] = [
  {
    name: 'write-fails',
    description: 'one to four writes to the store end with EIO',
    moments: WORKING,
    inject: async (scene) => (await order(scene, 'write-eio', 1 + below(scene.random, 4))) > 0,
  },
  {
    name: 'read-fails',
    description: 'one to four reads from the store end with EIO',
    moments: [...WORKING, 'publish'],
    inject: async (scene) => (await order(scene, 'read-eio', 1 + below(scene.random, 4))) > 0,
  },
  {
    name: 'no-space',
    description: 'every write to the store ends with ENOSPC for 3–25 s',
    moments: WORKING,
    async inject(scene) {
      const before = scene.orders.count('no-space');
      scene.orders.begin('no-space');
      await sleep(between(scene.random, 3000, 25_000));
      scene.orders.end('no-space');
      return scene.orders.count('no-space') > before;
    },
  },
  {
    name: 'disk-full',
    description: 'the file system that holds the store is really full for 3–8 s',
    moments: WORKING,
    needs: 'mount',
    inject: async (scene) => !scene.isOver() && fillDisk(scene),
  },
  {
    name: 'store-slow',
    description: 'every operation of the store takes 0.2–1.5 s longer, for 5–10 s',
    moments: [...WORKING, 'publish'],
    async inject(scene) {
      if (scene.isOver()) return false;
      scene.orders.begin('slow-store', `${between(scene.random, 200, 1500)}`);
      await sleep(between(scene.random, 5000, 10_000));
      scene.orders.end('slow-store');
      return true;
    },
  },
  damaging('artifact-truncated', 'an artifact is cut short', 'artifacts', 'truncate'),
  damaging('artifact-flipped', 'a bit of an artifact is another', 'artifacts', 'flip'),
  damaging('artifact-deleted', 'an artifact is deleted', 'artifacts', 'delete'),
  damaging('stage-truncated', 'the record of a stage is cut short', 'records/stage', 'truncate'),
  damaging('stage-flipped', 'a bit of a stage’s record, which may be a metric’s, is another', 'records/stage', 'flip'),
  damaging('stage-deleted', 'the record of a stage is deleted', 'records/stage', 'delete'),
  damaging('trace-deleted', 'what is known of an input’s companions is deleted', 'records/trace', 'delete'),
  damaging('row-truncated', 'a subject’s row is cut short', 'records/row', 'truncate'),
  damaging('row-flipped', 'a bit of a subject’s row, which may be a number’s, is another', 'records/row', 'flip'),
  damaging('row-deleted', 'a subject’s row is deleted', 'records/row', 'delete'),
  damaging('part-damaged', 'the gathered rows of a page are cut short', 'records/part', 'truncate', [
    'late',
    'publish',
  ]),
  {
    name: 'half-written',
    description: 'files left half written beside artifacts and records',
    moments: WORKING,
    async inject(scene) {
      const paths = [someFile(scene, 'artifacts'), someFile(scene, 'records')].filter((path) => path !== undefined);
      for (const path of paths) writeFileSync(`${path}.${below(scene.random, 2 ** 30)}.part`, 'half of it');
      return paths.length > 0;
    },
  },
];
