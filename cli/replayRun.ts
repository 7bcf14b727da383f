import type { Science } from '../activities/edge.ts';
import { compareTensors, type TensorDifference } from '../activities/encoding/compareTensors.ts';
import { decodeAnatomy, decodeBeat, decodeTwin } from '../activities/encoding/encode.ts';
import { type RecordedArtifacts, recordedArtifacts } from '../activities/records/recordedArtifacts.ts';
import { codeVersion, hashOf } from '../activities/records/stageParts.ts';
import { getPage, getPlan, type StudyPlan, stageSettings } from '../activities/records/study.ts';
import { readRow, readStage } from '../activities/records/subjectRecords.ts';
import { type Replayed, replaySubject } from '../activities/replaySubject.ts';
import { openInputFile } from '../activities/sources/inputFile.ts';
import type { Store } from '../activities/stores/artifacts.ts';
import { openBackend } from '../backends/index.ts';
import { type ColumnDifference, compareRows, isBeyond } from '../cohorts/provenance/compareRows.ts';
import { isResidualWithin } from '../cohorts/provenance/replayTolerance.ts';
import type { ArtifactRef, SampleSheetRow, SubjectRow } from '../cohorts/row.ts';
import type { Backend } from '../twin/backend.ts';
import { type TwinResidual, twinResidual } from '../twin/calibrate/twinResidual.ts';
import { TwinError } from '../twin/errors.ts';
import { metricColumns } from '../twin/metrics/index.ts';
import { openScience } from '../workers/science.ts';
import { openRunToday } from './openRunToday.ts';
import type { OpenStudy } from './openStudy.ts';
import { replaySentences } from './replaySentences.ts';

/** One artifact of a subject, as the run recorded it and as it was made now. */
export interface ArtifactReplay {
  readonly name: 'anatomy' | 'beat' | 'twin';
  readonly recorded: string;
  readonly replayed: string | null;
  /** `whole`: the store holds the recorded bytes; `lost`: it does not, or holds others; `collected`: nothing names it any more */
  readonly stored: 'whole' | 'lost' | 'collected';
  /** Arrays that differ, where both are there */
  readonly differences: readonly TensorDifference[];
}

/** What came of making a subject once more. */
export interface Replay {
  readonly subject: string;
  readonly verdict: 'identical' | 'within-tolerance' | 'different' | 'refused';
  readonly backend: string;
  /** Why it was not replayed; null where it was */
  readonly refusal: string | null;
  readonly artifacts: readonly ArtifactReplay[];
  /** How far the recorded twin lies from what its parameters give on another backend; null on its own, and where its bytes are lost */
  readonly residual: TwinResidual | null;
  /** Columns of the row that differ */
  readonly columns: readonly ColumnDifference[];
  readonly sentences: readonly string[];
}

/** A run to replay subjects of. */
export interface ReplayRun {
  /** Subjects of its sheet, in the sheet's order */
  readonly subjects: readonly string[];
  readonly seed: number;
  replay(subject: string): Promise<Replay>;
}

export interface ReplayOptions {
  /** Compute backend; the run's own where it is not said */
  readonly backend?: string;
  /** Where the subjects' files lie now, where they were moved */
  readonly data?: string;
  readonly signal: AbortSignal;
}

/** @throws TwinError BadStudy where the folder is no run's, or this machine lacks the backend */
export async function openReplay(folder: string, options: ReplayOptions): Promise<ReplayRun> {
  const { note, store, today } = await openRunToday(folder, options.data);
  const backend = await openBackend(options.backend ?? note.backend);
  return replayOf({ run: note.name, store, today, backend, science: openScience(backend), options });
}

/** The same of what is open already. */
export function replayOf(context: ReplayContext): ReplayRun {
  const { rows, refused } = context.today.sheet;
  const names = [...rows.map(({ subject }) => subject), ...refused.flatMap(({ subject }) => subject ?? [])];
  return { subjects: names, seed: context.today.study.seed, replay: (subject) => replayOne(context, subject) };
}

/** What a replay needs of a run and of today. */
export interface ReplayContext {
  readonly run: string;
  readonly store: Store;
  /** The study and its sheet as they are now */
  readonly today: OpenStudy;
  readonly backend: Backend;
  readonly science: Science;
  readonly options: ReplayOptions;
}

async function replayOne(context: ReplayContext, subject: string): Promise<Replay> {
  const { science, store, run, options } = context;
  const told = { subject, backend: science.backend };
  const refuse = (refusal: string): Replay => {
    const facts = { ...told, verdict: 'refused' as const, refusal, artifacts: [], residual: null, columns: [] };
    return { ...facts, sentences: [`${subject}: not replayed: ${refusal}`] };
  };
  const written = await readRow(store, run, subject);
  if (written === undefined) return refuse('the run has no row of it');
  const planned = await findPlanned(context, written);
  if (planned === undefined) {
    return refuse(
      'the sheet’s row or a setting is another one now, and what the run followed was collected; restore the study file and the sheet, or run it again',
    );
  }
  const isOtherBackend = written.backend !== undefined && written.backend !== science.backend;
  const refusal = codeRefusal(written, science) ?? (await inputRefusal(context, written, planned));
  if (refusal !== undefined) return refuse(refusal);

  const control = { signal: options.signal, onProgress: () => undefined, resumeFrom: undefined };
  const replayed = await replaySubject(science, { run, ...planned }, control);
  const recordedRefs = await recordedArtifacts(store, run, subject);
  const artifacts = await compareArtifacts(store, written, replayed, recordedRefs);
  const columns = compareRows(written, replayed.row, {
    units: Object.fromEntries(metricColumns.map(({ name, unit }) => [name, unit])),
    isOtherBackend,
  });
  const isWhole = artifacts.every(
    ({ name, recorded, replayed: now, stored }) =>
      stored !== 'lost' && (recorded === now || (isOtherBackend && name === 'twin')),
  );
  const isSame = columns.length === 0 && isWhole && !isOtherBackend;
  const residual = isOtherBackend ? await residualOf(context, planned, written, recordedRefs) : null;
  const isWithin = isOtherBackend && isWhole && isResidualWithin(residual) && !columns.some(isBeyond);
  const verdict = isSame ? 'identical' : isWithin ? 'within-tolerance' : 'different';
  const facts = { ...told, verdict, refusal: null, artifacts, residual, columns } as const;
  return { ...facts, sentences: replaySentences(facts, written, replayed.row) };
}

interface Planned {
  readonly plan: StudyPlan;
  readonly row: SampleSheetRow;
}

/** The plan that the row was made by: today's where nothing of it has changed for the subject, else the one that the run stored. */
async function findPlanned(context: ReplayContext, written: SubjectRow): Promise<Planned | undefined> {
  const { store, run, today, options } = context;
  const { study, dataFolder, inputs, sheet } = today;
  const isOf = ({ plan, row }: Planned) =>
    hashOf(row) === written.hashes.sheetRow && hashOf(stageSettings(plan.study)) === written.hashes.settings;
  const row = sheet.rows.find(({ subject }) => subject === written.subject);
  const plan = { study, dataFolder, outFolder: '', inputs, refused: [] };
  if (row !== undefined && isOf({ plan, row })) return { plan, row };
  for (const stage of ['measure', 'calibrate', 'anatomy', 'beat'] as const) {
    const place = (await readStage(store, run, written.subject, stage))?.place;
    if (place === undefined) continue;
    const stored = await getPlan(store, place.study).catch(() => undefined); // collected since
    const page = stored && (await getPage(store, stored, place.page).catch(() => undefined));
    const storedRow = page?.[place.position];
    if (stored === undefined || storedRow === undefined) continue;
    const moved = options.data === undefined ? stored : { ...stored, dataFolder };
    if (isOf({ plan: moved, row: storedRow })) return { plan: moved, row: storedRow };
  }
  return undefined;
}

/** Other code may rightly give other bytes. */
function codeRefusal({ codeVersion: recorded, backend }: SubjectRow, science: Science): string | undefined {
  if (recorded === undefined) return undefined; // of before versions were kept: then the bytes alone speak
  const withoutBackend = (text: string) => text.replace(/(calibrate\/[^\s+]+)\+\S+/, '$1');
  const isOther = backend !== science.backend;
  const [was, is] = isOther ? [recorded, codeVersion(science)].map(withoutBackend) : [recorded, codeVersion(science)];
  return was === is ? undefined : `its row was made by ${was}, and this is ${is}; replay it with that version`;
}

/** Only the same files can give the same bytes. */
async function inputRefusal(
  { store }: ReplayContext,
  written: SubjectRow,
  planned: Planned,
): Promise<string | undefined> {
  const { plan, row } = planned;
  for (const input of ['anatomy', 'ecg', 'electrodes', 'torso'] as const) {
    const path = row[input];
    if (path === null) continue;
    const recorded = written.hashes[`${input}Input`];
    const now = await openInputFile(store, plan.dataFolder, path).then(
      (file) => file.hash(),
      () => undefined, // missing now; for a quarantined subject perhaps then, too
    );
    if (now === recorded) continue;
    const found = now === undefined ? 'is missing now' : 'has other bytes than when the row was made';
    return `${path} (its ${input}) ${found}; the run would make another twin of it`;
  }
  return undefined;
}

async function compareArtifacts(
  store: Store,
  written: SubjectRow,
  { prepared, calibrated, store: own }: Replayed,
  recordedRefs: RecordedArtifacts,
): Promise<ArtifactReplay[]> {
  const made: Readonly<Record<string, ArtifactRef | undefined>> = {
    anatomy: prepared?.anatomy,
    beat: prepared?.beat,
    twin: calibrated?.twin,
  };
  const compared: ArtifactReplay[] = [];
  for (const name of ['anatomy', 'beat', 'twin'] as const) {
    const recorded = written.hashes[name];
    if (recorded === undefined) continue;
    const ref = recordedRefs[name];
    const bytes = ref?.sha256 === recorded ? await store.get(ref) : undefined;
    const stored = ref?.sha256 !== recorded ? 'collected' : bytes === undefined ? 'lost' : 'whole';
    const now = made[name];
    const other = now === undefined ? undefined : await own.get(now);
    const isOther = now !== undefined && now.sha256 !== recorded;
    const differences = isOther && bytes !== undefined && other !== undefined ? compareTensors(bytes, other, name) : [];
    compared.push({ name, recorded, replayed: now?.sha256 ?? null, stored, differences });
  }
  return compared;
}

/** The recorded twin against its own parameters, solved by the other backend. */
async function residualOf(
  { store, backend }: ReplayContext,
  { plan }: Planned,
  { hashes }: SubjectRow,
  { anatomy, beat, twin }: RecordedArtifacts,
): Promise<TwinResidual | null> {
  const get = (ref: ArtifactRef | undefined, hash: string | undefined) =>
    ref !== undefined && ref.sha256 === hash ? store.get(ref) : undefined;
  const [heart, recording, fitted] = [
    await get(anatomy, hashes.anatomy),
    await get(beat, hashes.beat),
    await get(twin, hashes.twin),
  ];
  if (heart === undefined || recording === undefined || fitted === undefined) return null;
  return twinResidual({
    anatomy: decodeAnatomy(heart, 'anatomy'),
    beat: decodeBeat(recording, 'beat'),
    twin: decodeTwin(fitted, 'twin'),
    settings: plan.study.calibration,
    backend,
  });
}

/** Refuses what is no subject of the run. */
export function checkSubject({ subjects }: ReplayRun, subject: string): void {
  if (!subjects.includes(subject)) {
    throw new TwinError('BadStudy', `${subject}: the run’s sheet has no such subject; twinfold table lists them`);
  }
}
