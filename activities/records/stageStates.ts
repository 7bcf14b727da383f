import { z } from 'zod';
import { type StageChange, type StageOrigin, stageChanges } from '../../cohorts/provenance/stageChanges.ts';
import type { SampleSheetRow } from '../../cohorts/row.ts';
import type { Study } from '../../cohorts/study.ts';
import type { Science } from '../edge.ts';
import type { Store } from '../stores/artifacts.ts';
import { artifactRef, findStage, type StageParts } from './stageIndex.ts';
import {
  anatomyParts,
  beatParts,
  calibrateParts,
  measureParts,
  openSubjectFiles,
  settingsOfStart,
} from './stageParts.ts';
import { getPage, getPlan, type SubjectPlace } from './study.ts';
import { firstParts, type PartsName, readStage, type StageRecord } from './subjectRecords.ts';

/** What a stage of a subject would do, were its run started now. */
export interface StageState {
  readonly stage: PartsName;
  /**
   * `up-to-date`: made of today's parts, and there. `found`: of other parts now, of which a result is there. `again`: of other parts, to be
   * computed. `lost`: the same parts, the result is gone. `first`: the run never came to it. `follows`: an earlier stage decides.
   */
  readonly state: 'up-to-date' | 'found' | 'again' | 'lost' | 'first' | 'follows';
  /** What would decide it now; absent where an earlier stage must be made first */
  readonly now?: StageParts;
  /** What differs from what the run recorded */
  readonly changes: readonly StageChange[];
  /** Why the run made it again the last time; empty where it made it once */
  readonly earlier: readonly StageChange[];
}

/** A subject as the sheet has it now. */
export interface SubjectToday {
  readonly run: string;
  readonly study: Study;
  readonly dataFolder: string;
  readonly row: SampleSheetRow;
}

const madeSchema = z.object({ made: artifactRef });
const twinSchema = z.object({ twin: artifactRef });
const measuredSchema = z.looseObject({ metrics: z.unknown() });

/**
 * What every stage of a subject would do now, from the hashes of its files and the settings; nothing is computed or written.
 *
 * @throws TwinError BadInput where a file is missing
 */
export async function stageStates(
  store: Store,
  versions: Science['versions'],
  today: SubjectToday,
): Promise<StageState[]> {
  const { study, row } = today;
  const files = await openSubjectFiles(store, today.dataFolder, row);
  const origins = openOrigins(store);
  const stateOf = async (
    stage: PartsName,
    parts: StageParts | undefined,
    isThere: boolean,
    recorded: StageRecord | undefined,
    /** Where an earlier stage must be made first: the parts if that came out as before */
    assumed?: StageParts,
  ): Promise<StageState> => {
    const known = recorded === undefined ? undefined : await origins(recorded);
    const previous = recorded?.before === undefined ? undefined : await origins(recorded.before);
    const earlier = known === undefined || previous === undefined ? [] : stageChanges(previous, known);
    const now = parts ?? assumed;
    const changes = now === undefined || known === undefined ? [] : stageChanges(known, { parts: now, study, row });
    const isSame = known !== undefined && changes.length === 0;
    if (parts === undefined) return { stage, state: changes.length > 0 ? 'again' : 'follows', changes, earlier };
    const told = { stage, now: parts, changes, earlier };
    if (isThere) return { ...told, state: isSame ? 'up-to-date' : 'found' };
    return { ...told, state: isSame ? 'lost' : known === undefined ? 'first' : 'again' };
  };
  const recordOf = (stage: PartsName) => readStage(store, today.run, row.subject, stage);

  const beat = await beatParts(versions, study, files);
  const beatMade = await findStage(store, beat, madeSchema);
  const anatomy = await anatomyParts(versions, study, files, row);
  const anatomyMade = await findStage(store, anatomy, madeSchema);
  const states = [
    await stateOf('beat', beat, beatMade !== undefined, await recordOf('beat')),
    await stateOf('anatomy', anatomy, anatomyMade !== undefined, await recordOf('anatomy')),
  ];

  const calibrated = await recordOf('calibrate');
  const made =
    beatMade === undefined || anatomyMade === undefined
      ? undefined
      : { anatomy: anatomyMade.made.sha256, beat: beatMade.made.sha256 };
  const starts = calibrated?.firstSettings === undefined ? [0] : [0, 1];
  const tried = made && starts.map((start) => calibrateParts(versions, settingsOfStart(study, start), made));
  let twin: z.infer<typeof twinSchema> | undefined;
  for (const parts of tried ?? []) twin ??= await findStage(store, parts, twinSchema);
  const parts: Readonly<Record<string, string | undefined>> = calibrated?.parts ?? {};
  const { anatomy: oldAnatomy, beat: oldBeat } = parts;
  const assumed =
    oldAnatomy === undefined || oldBeat === undefined
      ? undefined
      : calibrateParts(versions, settingsOfStart(study, 0), { anatomy: oldAnatomy, beat: oldBeat });
  states.push(await stateOf('calibrate', tried?.[0], twin !== undefined, calibrated, assumed));

  const measured = made && twin && measureParts(versions, { ...made, twin: twin.twin.sha256 });
  const isMeasured = measured !== undefined && (await findStage(store, measured, measuredSchema)) !== undefined;
  const measuredThen = await recordOf('measure');
  const assumedMeasure = measuredThen && { ...measuredThen.parts, version: versions.measure };
  states.push(await stateOf('measure', measured, isMeasured, measuredThen, assumedMeasure));
  return states;
}

/** What a run followed when it made a stage; the study and the row are null where the plan was collected. */
function openOrigins(store: Store) {
  const plans = new Map<string, Promise<Pick<StageOrigin, 'study' | 'row'>>>();
  const planned = (place: SubjectPlace): Promise<Pick<StageOrigin, 'study' | 'row'>> => {
    const key = `${place.study.sha256}:${place.page}:${place.position}`;
    const known = plans.get(key) ?? plannedSubject(store, place);
    plans.set(key, known);
    return known;
  };
  return async (record: Omit<StageRecord, 'before'>): Promise<StageOrigin> => ({
    parts: firstParts(record),
    ...(await planned(record.place)),
  });
}

/** The study and the row that a run followed. */
export async function plannedSubject(
  store: Store,
  { study: ref, page, position }: SubjectPlace,
): Promise<Pick<StageOrigin, 'study' | 'row'>> {
  try {
    const plan = await getPlan(store, ref);
    return { study: plan.study, row: (await getPage(store, plan, page))[position] ?? null };
  } catch {
    // A plan that was collected, or that another version wrote: the hashes still tell what differs, the names of settings are lost.
    return { study: null, row: null };
  }
}
