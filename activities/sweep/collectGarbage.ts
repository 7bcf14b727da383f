import type { Store, StoredItem } from '../stores/artifacts.ts';
import { kindOf, type Marked, markLive } from './markLive.ts';

export interface CollectOptions {
  /** The time now, ms since 1970 */
  readonly now_ms: number;
  /** What was written or changed less than this long ago is kept, needed or not */
  readonly grace_ms: number;
  /** Studies kept of each run: the newest ones, so that going back to the one before costs nothing */
  readonly plans: number;
  /** Only tells what would be removed */
  readonly isDryRun: boolean;
}

/** What a store holds of one kind: `artifacts`, a kind of record, or `part` for what was left half written. */
export interface CollectedKind {
  readonly kind: string;
  readonly kept: number;
  readonly keptBytes: number;
  /** Of those kept: needed by nothing, and younger than the time of grace */
  readonly young: number;
  readonly collected: number;
  readonly collectedBytes: number;
}
export interface Collected {
  readonly kinds: readonly CollectedKind[];
  readonly plans: Marked['plans'];
  readonly notUnderstood: number;
}

/**
 * Removes what no kept plan of any run needs: stages and artifacts that nothing names, records of subjects that only superseded plans
 * name, and what was left half written. What is not understood is kept. Killed at any moment, the next call goes on: subjects' records go
 * first, while the plan that names them is there, and artifacts last, when no record names them.
 */
export async function collectGarbage(store: Store, options: CollectOptions): Promise<Collected> {
  const before_ms = options.now_ms - options.grace_ms;
  const marked = await markLive(store, { plans: options.plans, before_ms });
  const tallies = new Map<string, { -readonly [K in keyof CollectedKind]: CollectedKind[K] }>();
  const sweep = async (items: AsyncIterable<StoredItem>, isNeeded: (item: StoredItem) => boolean, fixed?: string) => {
    for await (const item of items) {
      const kind = fixed ?? kindOf(item.uri);
      const tally = tallies.get(kind) ?? { kind, kept: 0, keptBytes: 0, young: 0, collected: 0, collectedBytes: 0 };
      tallies.set(kind, tally);
      const needed = isNeeded(item);
      if (needed || item.modified_ms >= before_ms) {
        tally.kept++;
        tally.keptBytes += item.bytes;
        if (!needed) tally.young++;
      } else {
        if (!options.isDryRun) await store.remove(item.uri);
        tally.collected++;
        tally.collectedBytes += item.bytes;
      }
    }
  };
  const isLive = ({ uri }: StoredItem) =>
    kindOf(uri) === 'stage' ? marked.stages.has(uri) : !marked.superseded.has(uri);
  await sweep(without(store.list('records/'), 'run'), isLive);
  await sweep(store.list('records/run/'), isLive);
  await sweep(store.list('artifacts/'), ({ uri }) => marked.artifacts.has(uri));
  if (store.listHalfWritten !== undefined) await sweep(store.listHalfWritten(), () => false, 'part');
  const kinds = [...tallies.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  return { kinds, plans: marked.plans, notUnderstood: marked.notUnderstood };
}

async function* without(items: AsyncIterable<StoredItem>, kind: string): AsyncIterable<StoredItem> {
  for await (const item of items) if (kindOf(item.uri) !== kind) yield item;
}
