import { pageKeys } from '../records/pageParts.ts';
import { parseRunRecord, type RunRecord } from '../records/runRecord.ts';
import { getPage, getPlan } from '../records/study.ts';
import { STAGES } from '../records/subjectRecords.ts';
import { recordUri, type Store } from '../stores/artifacts.ts';

/** Which plans of a run are kept. */
export interface KeepOptions {
  /** Plans kept of each run: the newest ones */
  readonly plans: number;
  /** What was written after this is never superseded, ms since 1970 */
  readonly before_ms: number;
}

const PARTS = ['anatomy', 'beat', 'calibrate', 'measure'] as const;

/** That a run works, or worked, on a plan, and where that is on record. */
export interface PlacedRun extends RunRecord {
  readonly uri: string;
  readonly modified_ms: number;
  readonly isKept: boolean;
}
/** Runs by the uri of their records, newest first, and those whose plans are superseded. */
export interface Runs {
  readonly kept: ReadonlyMap<string, PlacedRun>;
  readonly dropped: readonly PlacedRun[];
  readonly notUnderstood: number;
}

/** Every plan that the store has a record of. */
export async function readRuns(store: Store, { plans, before_ms }: KeepOptions): Promise<Runs> {
  const found: PlacedRun[] = [];
  let notUnderstood = 0;
  for await (const { uri, modified_ms } of store.list('records/run/')) {
    const record = parseRunRecord((await store.readListed(uri)) ?? '');
    if (record === undefined) notUnderstood++;
    else found.push({ ...record, uri, modified_ms, isKept: true });
  }
  found.sort((a, b) => b.modified_ms - a.modified_ms || (a.uri < b.uri ? -1 : 1));
  const kept = new Map<string, PlacedRun>();
  const dropped: PlacedRun[] = [];
  const seen = new Map<string, number>();
  for (const entry of found) {
    const rank = seen.get(entry.run) ?? 0;
    seen.set(entry.run, rank + 1);
    if (rank < plans || entry.modified_ms >= before_ms) kept.set(entry.uri, entry);
    else dropped.push({ ...entry, isKept: false });
  }
  return { kept, dropped, notUnderstood };
}

/**
 * Records of subjects that a run's superseded plans name and its kept ones do not, and of the pages of those plans. None where a kept plan
 * cannot be read.
 */
export async function supersededRecords(store: Store, { kept, dropped }: Runs): Promise<string[]> {
  const uris: string[] = [];
  for (const run of new Set(dropped.map((entry) => entry.run))) {
    const subjectsIn = async (entries: Iterable<PlacedRun>) => {
      const subjects = new Set<string>();
      for (const entry of entries) {
        if (entry.run !== run) continue;
        for (const subject of await subjectsOf(store, entry)) subjects.add(subject);
      }
      return subjects;
    };
    try {
      const now = await subjectsIn(kept.values());
      const before = await subjectsIn(dropped);
      for (const subject of before) if (!now.has(subject)) uris.push(...recordsOf(run, subject));
      for (const entry of dropped) if (entry.run === run) uris.push(...(await pageRecordsOf(store, entry)));
    } catch {
      // Without its plan nobody can say which subjects a run has: all of their records are kept.
    }
  }
  return uris;
}

async function subjectsOf(store: Store, { study }: RunRecord): Promise<string[]> {
  const plan = await getPlan(store, study);
  const subjects: string[] = [];
  for (let page = 0; page < plan.pages.length; page++) {
    for (const { subject } of await getPage(store, plan, page)) subjects.push(subject);
  }
  return subjects;
}

async function pageRecordsOf(store: Store, { run, study }: RunRecord): Promise<string[]> {
  const { pages } = await getPlan(store, study);
  return pages.flatMap((_, page) => pageKeys({ run, study, page }).map(recordUri));
}

const recordsOf = (run: string, subject: string): string[] => [
  recordUri(`row:${run}:${subject}`),
  ...STAGES.map((stage) => recordUri(`cost:${run}:${subject}:${stage}`)),
  ...PARTS.map((stage) => recordUri(`parts:${run}:${subject}:${stage}`)),
];
