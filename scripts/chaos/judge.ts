import { parseRunRecord, type RunRecord } from '../../activities/records/runRecord.ts';
import { ARTIFACT_LOST } from '../../activities/stores/artifactLost.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { collectGarbage } from '../../activities/sweep/collectGarbage.ts';
import type { ChaosRunEnd } from './chaosRun.ts';
import { compareTables, type Difference, isSame, readTables, type Tables } from './compare.ts';
import { buildAgain } from './inProcess.ts';
import type { JudgedRun } from './tally.ts';

export interface JudgeOptions {
  readonly end: ChaosRunEnd;
  readonly out: string;
  readonly store: string;
  /** Of the undisturbed run */
  readonly expected: Tables;
  readonly isReal: boolean;
}

/** Compares what a run published, sweeps its store, and goes through it once more: nothing may have to be computed, nothing may differ. */
export async function judgeRun(options: JudgeOptions): Promise<JudgedRun & { readonly problems: readonly string[] }> {
  const { end, out, store, expected } = options;
  const problems: string[] = [];
  if (end.problem !== undefined) problems.push(end.problem);
  if (end.left.length > 0) problems.push(`left running: ${end.left.join('; ')}`);
  const difference = compareTables(expected, readTables(out));
  if (!isSame(difference)) problems.push(describe(difference));

  let orphans = { artifacts: 0, halfWritten: 0, bytes: 0 };
  let computedAgain = 0;
  const isDamaged = end.injected.some(({ fault }) => fault.isDamage);
  try {
    const folder = openFolderStore(store);
    const swept = await collectGarbage(folder, { now_ms: Date.now() + 1000, grace_ms: 0, plans: 1, isDryRun: false });
    const of = (kind: string) => swept.kinds.find((entry) => entry.kind === kind);
    const artifacts = of('artifacts');
    const part = of('part');
    orphans = {
      artifacts: artifacts?.collected ?? 0,
      halfWritten: part?.collected ?? 0,
      bytes: (artifacts?.collectedBytes ?? 0) + (part?.collectedBytes ?? 0),
    };
    const record = await recordOf(store);
    if (record === undefined) throw new Error('the store knows of no run');
    const computed = await buildAgain(options, record);
    if (!isDamaged) computedAgain = computed;
    if (computedAgain > 0) problems.push(`${computedAgain} stages had to be computed again after gc`);
    const after = compareTables(expected, readTables(out));
    if (!isSame(after)) problems.push(`after gc: ${describe(after)}`);
  } catch (error) {
    // A plan that was damaged after its last use is written again by the next start of the command, and not before.
    const isPlanLost = isDamaged && error instanceof Error && error.name === ARTIFACT_LOST;
    if (!isPlanLost)
      problems.push(`after gc: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return { end, difference, orphans, computedAgain, problems };
}

async function recordOf(store: string): Promise<RunRecord | undefined> {
  const folder = openFolderStore(store);
  for await (const { uri } of folder.list('records/run/')) {
    const record = parseRunRecord((await folder.readListed(uri)) ?? '');
    if (record !== undefined) return record;
  }
  return undefined;
}

function describe({ lost, doubled, changed, otherFiles }: Difference): string {
  const some = (what: string, subjects: readonly string[]) =>
    subjects.length === 0 ? [] : [`${subjects.length} ${what} (${subjects.slice(0, 5).join(', ')})`];
  const rows = [...some('lost', lost), ...some('doubled', doubled), ...some('changed', changed)];
  return [...rows, `other bytes: ${otherFiles.join(', ')}`].join('; ');
}
