import { dirname, posix } from 'node:path';
import type { ArtifactRef, SampleSheetRow, SubjectRow } from '../cohorts/row.ts';
import { currentVersion } from '../cohorts/versions.ts';
import { TwinError } from '../twin/errors.ts';
import type { Control, Edge } from './edge.ts';
import { inOrder } from './inOrder.ts';
import { codeVersion, hashOf } from './records/stageParts.ts';
import { getPage, getPlan, putStudy, type StoredPlan, type StudyInput, stageSettings } from './records/study.ts';
import { readRow } from './records/subjectRecords.ts';
import { readVersions } from './records/versions.ts';
import { openInputFile } from './sources/inputFile.ts';
import { readWatch, type WatchedSubject, type WatchState, writeWatch } from './sources/watchState.ts';
import { recordUri, type Store } from './stores/artifacts.ts';
import { openFiles } from './stores/openStore.ts';

export interface WatchInput {
  readonly run: string;
  /** The whole study, as it was read just now */
  readonly study: ArtifactRef;
  /** Whether contents are read where no tag has changed as well */
  readonly isThorough?: boolean;
}

/** What became of a run's sources since it looked last, in numbers of subjects. */
export interface SourceChanges {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

export interface Watched extends SourceChanges {
  /** The subjects to be built, as a study of their own */
  readonly work: StudyInput;
  /** Whether the tables would be other ones, even if nobody is to be built */
  readonly isPublishNeeded: boolean;
  /** Version of the run's tables now */
  readonly current: string | null;
}

/** Failures that the same files and settings would meet again. */
const FINAL: readonly string[] = ['BadInput', 'BadAnatomy', 'BadEcg', 'NoConvergence', 'BadStudy'];
const INPUTS = ['anatomy', 'ecg', 'electrodes', 'torso'] as const;
/** Subjects whose files are read at the same time. */
const WIDTH = 8;
/** With more folders than this, one listing of all is fewer calls. */
const MOST_LISTINGS = 16;
const ABSENT = 'absent';

/**
 * Looks which of a study's subjects have other files, another row of the sheet, or were made with other settings or code than their row says.
 * Where no file's tag has changed since the last look, no file is opened.
 */
export async function watchSource(edge: Edge, input: WatchInput, { signal }: Control): Promise<Watched> {
  const { store } = edge;
  const { run, study } = input;
  const source = await openSource(edge, input);
  const { plan, rows, state } = source;
  const looked = await lookAtAll(source, signal);
  const work = rows.filter((_, index) => looked[index]?.watched === undefined);
  const added = rows.filter((_, index) => looked[index]?.isNew).length;
  const current = currentVersion(await readVersions(await openFiles(plan.outFolder)));
  const removed = await countRemoved(store, current?.study, study, rows);
  const isPublishNeeded =
    state?.isPublished !== true || state.study !== study.sha256 || removed > 0 || looked.some(({ isMoved }) => isMoved);
  const isSame = work.length === 0 && !isPublishNeeded;
  await writeWatch(store, run, {
    decidedBy: source.decidedBy,
    study: state?.study ?? null,
    isPublished: isSame,
    subjects: looked.flatMap(({ watched }) => (watched === undefined ? [] : [watched])),
  });
  const { subjects: _, pages: __, ...whole } = plan;
  return {
    added,
    changed: work.length - added,
    removed,
    unchanged: rows.length - work.length,
    work: await putStudy(store, { ...whole, refused: [], partOf: study }, work),
    isPublishNeeded,
    current: current?.version ?? null,
  };
}

/** Notes after a publication that the tables hold every row as it is, and which rows are known to be made of what lies there now; says of how many. */
export async function noteSource(
  edge: Edge,
  input: WatchInput,
  { signal }: Pick<Control, 'signal'>,
): Promise<{ readonly known: number }> {
  const source = await openSource(edge, input);
  const looked = await lookAtAll(source, signal);
  const subjects = looked.flatMap(({ watched }) => (watched === undefined ? [] : [watched]));
  const { decidedBy } = source;
  await writeWatch(edge.store, input.run, { decidedBy, study: input.study.sha256, isPublished: true, subjects });
  return { known: subjects.length };
}

interface Source {
  readonly plan: StoredPlan;
  readonly rows: readonly SampleSheetRow[];
  readonly state: WatchState | undefined;
  readonly decidedBy: string;
  look(row: SampleSheetRow): Promise<Look>;
}

interface Look {
  /** What is noted of a subject whose row is made of what lies there; undefined for one that is to be built */
  readonly watched: WatchedSubject | undefined;
  readonly isNew: boolean;
  /** Whether its row is another record than the one seen last */
  readonly isMoved: boolean;
}

/** Lists files and rows first: what changes from here on has another tag the next time. */
async function openSource({ store, science }: Edge, { run, study, isThorough }: WatchInput): Promise<Source> {
  const plan = await getPlan(store, study);
  const rows = await allRows(store, plan);
  const fileTags = await tagsOfFiles(plan.dataFolder, rows);
  const rowTags = await tagsOfRows(store);
  const state = await readWatch(store, run);
  const settings = hashOf(stageSettings(plan.study));
  const code = codeVersion(science);
  const decidedBy = hashOf([settings, code]);
  const known = new Map(state?.decidedBy === decidedBy ? state.subjects.map((entry) => [entry.subject, entry]) : []);
  const tagOf = (path: string): string => fileTags.get(path) ?? ABSENT;

  const look = async (row: SampleSheetRow): Promise<Look> => {
    const sheetRow = hashOf(row);
    const before = known.get(row.subject);
    const rowTag = rowTags.get(recordUri(`row:${run}:${row.subject}`)) ?? ABSENT;
    const isSame =
      before?.row === rowTag &&
      before.sheetRow === sheetRow &&
      before.files.every(([path, tag]) => tagOf(path) === tag);
    if (isSame && !isThorough) return { watched: before, isNew: false, isMoved: false };
    const isMoved = before?.row !== rowTag;
    const made = await readRow(store, run, row.subject);
    if (made === undefined) return { watched: undefined, isNew: true, isMoved };
    const inputs = await readInputs(store, plan.dataFolder, row);
    const expected = { ...inputs.hashes, sheetRow, settings };
    const watched = isMadeOf(made, expected, code)
      ? { subject: row.subject, sheetRow, row: rowTag, files: inputs.paths.map((path) => [path, tagOf(path)] as const) }
      : undefined;
    return { watched, isNew: false, isMoved };
  };
  return { plan, rows, state, decidedBy, look };
}

async function lookAtAll({ rows, look }: Source, signal: AbortSignal): Promise<Look[]> {
  const looked: Look[] = [];
  const read = async (index: number): Promise<Look | undefined> => {
    signal.throwIfAborted();
    const row = rows[index];
    return row === undefined ? undefined : look(row);
  };
  for await (const seen of inOrder(rows.length, WIDTH, read)) if (seen !== undefined) looked.push(seen);
  return looked;
}

/** Whether a row, built or quarantined for good, would be made again of the same. */
function isMadeOf(
  { hashes, codeVersion: code, failure }: SubjectRow,
  expected: Readonly<Record<string, string>>,
  codeNow: string,
): boolean {
  if (code !== codeNow || (failure !== null && !FINAL.includes(failure.code))) return false;
  const names = [...INPUTS.map((input) => `${input}Input`), 'sheetRow', 'settings'];
  return names.every((name) => hashes[name] === expected[name]);
}

/** Hashes of a subject's files by content, without those that cannot be read, and the paths of all that was or would be read. */
async function readInputs(store: Store, folder: string, row: SampleSheetRow) {
  const hashes: Record<string, string> = {};
  const paths: string[] = [];
  for (const input of INPUTS) {
    const path = row[input];
    if (path === null) continue;
    paths.push(posix.normalize(path));
    try {
      const file = await openInputFile(store, folder, path);
      hashes[`${input}Input`] = await file.hash();
      for (const name of await file.traced()) paths.push(posix.join(dirname(path), name));
    } catch (error) {
      if (!(error instanceof TwinError)) throw error; // else it cannot be read, and has no hash
    }
  }
  return { hashes, paths };
}

export async function allRows(store: Store, plan: StoredPlan): Promise<SampleSheetRow[]> {
  const rows: SampleSheetRow[] = [];
  for (let page = 0; page < plan.pages.length; page++) rows.push(...(await getPage(store, plan, page)));
  return rows;
}

async function tagsOfFiles(folder: string, rows: readonly SampleSheetRow[]): Promise<ReadonlyMap<string, string>> {
  const tags = new Map<string, string>();
  const tops = new Set<string>();
  for (const row of rows) {
    for (const input of INPUTS) {
      const path = row[input];
      if (path !== null) tops.add(path.includes('/') ? `${path.slice(0, path.indexOf('/'))}` : '');
    }
  }
  const files = await openFiles(folder);
  for (const top of tops.has('') || tops.size > MOST_LISTINGS ? [''] : tops) {
    for await (const { path, tag } of files.list(top)) tags.set(path, tag);
  }
  return tags;
}

async function tagsOfRows(store: Store): Promise<ReadonlyMap<string, string>> {
  const tags = new Map<string, string>();
  for await (const { uri, bytes, modified_ms } of store.list('records/row/')) tags.set(uri, `${bytes}-${modified_ms}`);
  return tags;
}

/** Subjects of the study that was published last which are in the sheet no more. */
async function countRemoved(
  store: Store,
  published: ArtifactRef | undefined,
  study: ArtifactRef,
  rows: readonly SampleSheetRow[],
): Promise<number> {
  if (published === undefined || published.sha256 === study.sha256) return 0;
  const now = new Set(rows.map(({ subject }) => subject));
  const bytes = await store.get(published);
  if (bytes === undefined) return 0; // swept; that the study is another one is known without it
  const before = await allRows(store, await getPlan(store, published));
  return before.filter(({ subject }) => !now.has(subject)).length;
}
