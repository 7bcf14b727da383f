import type { SampleSheetRow, SubjectFailure, SubjectRow } from '../cohorts/row.ts';
import { TwinError } from '../twin/errors.ts';
import { type Calibrated, calibrate } from './calibrate.ts';
import type { Control, Edge, Science } from './edge.ts';
import { measure } from './measure.ts';
import { type Prepared, prepare } from './prepare.ts';
import { quarantine } from './quarantine.ts';
import { putStudy, type StudyPlan, type SubjectPlace } from './records/study.ts';
import { readRow } from './records/subjectRecords.ts';
import type { Store } from './stores/artifacts.ts';
import { openMemoryStore } from './stores/memoryStore.ts';

/** A subject made once more, beside its run and not in it. */
export interface Replayed {
  readonly row: SubjectRow;
  readonly prepared?: Prepared;
  readonly calibrated?: Calibrated;
  /** Holds what was made */
  readonly store: Store;
}

export interface ReplayInput {
  readonly run: string;
  readonly plan: StudyPlan;
  readonly row: SampleSheetRow;
}

/**
 * Takes one subject through all stages in a store of its own: the activities of a run, in their order, without anything found from before.
 * A subject that fails gets a row that says why, as in a run.
 *
 * @throws TwinError Cancelled
 */
export async function replaySubject(science: Science, input: ReplayInput, control: Control): Promise<Replayed> {
  const store = openMemoryStore();
  const edge: Edge = { store, science, publish: () => Promise.reject(new Error('a replay publishes nothing')) };
  const { study } = await putStudy(store, input.plan, [input.row]);
  const place: SubjectPlace = { run: input.run, study, page: 0, position: 0 };
  let stage: SubjectFailure['stage'] = 'prepare';
  let prepared: Prepared | undefined;
  let calibrated: Calibrated | undefined;
  try {
    prepared = await prepare(edge, place);
    stage = 'calibrate';
    calibrated = await calibrateTwice(edge, place, prepared, control);
    stage = 'measure';
    await measure(edge, { place, prepared, calibrated });
  } catch (error) {
    if (error instanceof TwinError && error.code === 'Cancelled') throw error;
    await quarantine(edge, { place, failure: failureOf(stage, error) });
  }
  const row = await readRow(store, input.run, input.row.subject);
  if (row === undefined) throw new Error(`${input.row.subject}: its replay left no row`);
  return { row, store, ...(prepared && { prepared }), ...(calibrated && { calibrated }) };
}

/** Where the first start does not converge, a run takes the next seed. */
async function calibrateTwice(edge: Edge, place: SubjectPlace, prepared: Prepared, control: Control) {
  try {
    return await calibrate(edge, { place, prepared, start: 0 }, control);
  } catch (error) {
    if (!(error instanceof TwinError) || error.code !== 'NoConvergence') throw error;
    return await calibrate(edge, { place, prepared, start: 1 }, control);
  }
}

/** A failure as a run's quarantine table tells it. */
function failureOf(stage: SubjectFailure['stage'], error: unknown): SubjectFailure {
  const code = error instanceof TwinError ? error.code : error instanceof Error ? error.name : 'Unexpected';
  const message = error instanceof Error ? error.message : String(error);
  return { stage: stage === 'prepare' && code === 'BadInput' ? 'read' : stage, code, message };
}
