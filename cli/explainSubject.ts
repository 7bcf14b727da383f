import { hashOf } from '../activities/records/stageParts.ts';
import { plannedSubject, type StageState, stageStates } from '../activities/records/stageStates.ts';
import { stageSettings } from '../activities/records/study.ts';
import { readCost, readRow, readStage, STAGES } from '../activities/records/subjectRecords.ts';
import type { Store } from '../activities/stores/artifacts.ts';
import { suggestion } from '../cohorts/didYouMean.ts';
import { rowChanges, short } from '../cohorts/provenance/stageChanges.ts';
import type { SampleSheetRow, SubjectCost, SubjectFailure, SubjectRow } from '../cohorts/row.ts';
import { TwinError } from '../twin/errors.ts';
import { stageVersions } from '../workers/science.ts';
import { openRunToday } from './openRunToday.ts';
import type { OpenStudy } from './openStudy.ts';

/** Everything that is known of why a subject's row is what it is, and of what a run would do to it now. */
export interface Explanation {
  readonly subject: string;
  readonly run: string;
  /** `unbuilt`: the run has no row of it; `unlisted`: the sheet has no such subject any more; `refused`: the sheet's row cannot be worked on */
  readonly status: SubjectRow['status'] | 'unbuilt' | 'unlisted' | 'refused';
  /** Whether a run now would leave everything as it is; null where that cannot be said */
  readonly isUpToDate: boolean | null;
  readonly stages: readonly StageState[];
  /** What the sheet or the files refuse now */
  readonly refusal: string | null;
  readonly failure: SubjectFailure | null;
  /** Columns of the sheet whose values are others now */
  readonly sheetChanges: readonly string[];
  readonly lastRun: readonly SubjectCost[];
  readonly sentences: readonly string[];
}

/** @throws TwinError BadStudy where the folder is no run's, its study cannot be read, or neither knows the subject */
export async function explainSubject(folder: string, subject: string): Promise<Explanation> {
  const { note, store, today } = await openRunToday(folder);
  const written = await readRow(store, note.name, subject);
  const row = today.sheet.rows.find((candidate) => candidate.subject === subject);
  const refused = today.sheet.refused.find((candidate) => candidate.subject === subject);
  if (row === undefined && refused === undefined && written === undefined) {
    const names = today.sheet.rows.map((candidate) => candidate.subject);
    throw new TwinError(
      'BadStudy',
      `${subject}: neither the run nor its sheet has such a subject${suggestion(subject, names)}`,
    );
  }
  const lastRun: SubjectCost[] = [];
  for (const stage of STAGES) {
    const cost = await readCost(store, note.name, subject, stage);
    if (cost !== undefined) lastRun.push(cost);
  }
  const known = { subject, run: note.name, failure: written?.failure ?? null, lastRun };
  const nothing = { isUpToDate: null, stages: [], sheetChanges: [] };
  if (row === undefined) {
    const refusal = refused?.message ?? null;
    const status = refused === undefined ? ('unlisted' as const) : ('refused' as const);
    return { ...known, ...nothing, status, refusal, sentences: absentSentences(subject, refusal, written) };
  }
  const { stages, refusal } = await statesOf(store, note.name, stageVersions(note.backend), today, row);
  const sheetChanges = written === undefined ? [] : await changedColumns(store, note.name, written, row);
  const facts: Facts = {
    subject,
    written,
    stages,
    refusal,
    sheetChanges,
    lastRun,
    today,
    isRowSame: isRowOf(written, row),
  };
  return {
    ...known,
    status: written?.status ?? 'unbuilt',
    isUpToDate:
      written?.status === 'done' &&
      refusal === null &&
      facts.isRowSame &&
      stages.every(({ state }) => state === 'up-to-date'),
    stages,
    refusal,
    sheetChanges,
    sentences: [...outcomeSentences(facts), ...todaySentences(facts), ...lastRunSentences(facts)],
  };
}

interface Facts {
  readonly subject: string;
  readonly written: SubjectRow | undefined;
  readonly stages: readonly StageState[];
  readonly refusal: string | null;
  readonly sheetChanges: readonly string[];
  readonly lastRun: readonly SubjectCost[];
  readonly today: OpenStudy;
  readonly isRowSame: boolean;
}

const isRowOf = (written: SubjectRow | undefined, row: SampleSheetRow): boolean =>
  written?.hashes.sheetRow === undefined || written.hashes.sheetRow === hashOf(row);

async function statesOf(
  store: Store,
  run: string,
  versions: ReturnType<typeof stageVersions>,
  { study, dataFolder }: OpenStudy,
  row: SampleSheetRow,
): Promise<{ stages: StageState[]; refusal: string | null }> {
  try {
    return { stages: await stageStates(store, versions, { run, study, dataFolder, row }), refusal: null };
  } catch (error) {
    if (error instanceof TwinError) return { stages: [], refusal: error.message };
    throw error;
  }
}

async function changedColumns(store: Store, run: string, written: SubjectRow, row: SampleSheetRow): Promise<string[]> {
  if (isRowOf(written, row)) return [];
  for (const stage of ['measure', 'calibrate', 'anatomy', 'beat'] as const) {
    const record = await readStage(store, run, row.subject, stage);
    const planned = record === undefined ? undefined : (await plannedSubject(store, record.place)).row;
    if (planned && hashOf(planned) === written.hashes.sheetRow) return rowChanges(planned, row);
  }
  return [];
}

function absentSentences(subject: string, refusal: string | null, written: SubjectRow | undefined): string[] {
  if (refusal !== null) return [`${subject}: the sheet’s row is refused: ${refusal}`];
  const status = written?.status ?? 'not built';
  return [
    `${subject}: the sheet names it no more; the run’s row of it (${status}) is left out when it publishes again`,
  ];
}

/** How it ended, and why. */
function outcomeSentences({ subject, written, lastRun }: Facts): string[] {
  if (written === undefined) return [`${subject}: the run has no row of it yet`];
  const { failure } = written;
  if (failure === null) return [`${subject}: its twin was built`];
  const stage = failure.stage === 'read' ? 'prepare' : failure.stage;
  const attempts = lastRun.find((cost) => cost.stage === stage)?.attempts;
  const after = attempts === undefined ? '' : ` after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return [`${subject}: quarantined${after} of ${stage} (${failure.code}): ${failure.message}`];
}

const WORK: Readonly<Record<StageState['state'], string>> = {
  'up-to-date': 'up to date',
  found: 'would be found: a result of just these files and settings is there',
  again: 'would be computed again',
  lost: 'would be computed again, to the same bytes: its result is gone from the store',
  first: 'would be computed for the first time',
  follows: 'follows: it is computed again where what comes before it has other bytes',
};

/** What a run would do now. */
function todaySentences({ written, stages, refusal, sheetChanges, isRowSame, today }: Facts): string[] {
  if (refusal !== null) return [`a run now could not begin with it: ${refusal}`];
  const lines: string[] = [];
  const changed = stages.filter(({ state }) => state !== 'up-to-date');
  if (written?.failure != null) lines.push(...retrySentences(written, stages, today));
  else if (changed.length === 0 && isRowSame)
    return ['up to date: a run now would compute nothing and write the same row'];
  if (changed.length === 0 && !isRowSame) lines.push('every stage is up to date; its row would be written again');
  for (const { stage, state, changes } of changed) {
    if (written?.failure != null && changes.length === 0) continue;
    lines.push(`${stage}: ${WORK[state]}`);
    for (const { sentence } of changes) lines.push(`  because of ${sentence}`);
  }
  if (!isRowSame && sheetChanges.length > 0) lines.push(`the sheet’s row says otherwise: ${sheetChanges.join(', ')}`);
  else if (!isRowSame) lines.push('the sheet’s row says otherwise than when the row was written');
  return lines;
}

/** Whether trying a quarantined subject again can end otherwise. */
function retrySentences({ hashes }: SubjectRow, stages: readonly StageState[], { study }: OpenStudy): string[] {
  const changes: string[] = [];
  for (const input of ['anatomyInput', 'ecgInput', 'electrodesInput', 'torsoInput'] as const) {
    const now = stages.flatMap(({ now: parts }) => parts?.[input] ?? [])[0];
    const then = hashes[input] ?? 'none';
    if (now !== undefined && now !== then)
      changes.push(`${input.replace('Input', '')}: ${short(then)} → ${short(now)}`);
  }
  if (hashes.settings !== undefined && hashes.settings !== hashOf(stageSettings(study))) changes.push('settings');
  return changes.length === 0
    ? ['none of its files and settings has changed since: tried again, it would most likely end in the same way']
    : [`changed since it failed: ${changes.join(', ')}; the next run, or a retry, tries it again`];
}

/** What the last run did, and why. */
function lastRunSentences({ lastRun, stages }: Facts): string[] {
  return lastRun.map(({ stage, seconds, attempts, worker, wasCached, outcome }) => {
    const reasons = stages
      .filter(({ stage: name }) => name === stage || (stage === 'prepare' && (name === 'beat' || name === 'anatomy')))
      .flatMap(({ earlier }) => earlier.map(({ sentence }) => sentence));
    const because = reasons.length > 0 ? `; made anew since an earlier run because of ${reasons.join('; ')}` : '';
    const tried = `${attempts === 1 ? '' : `, attempt ${attempts}`} by ${worker}`;
    if (outcome !== undefined && outcome !== 'done') return `last run: ${stage} failed (${outcome})${tried}`;
    return wasCached
      ? `last run: ${stage} was found${because}`
      : `last run: ${stage} was computed in ${seconds.toFixed(1)} s${tried}${because}`;
  });
}
