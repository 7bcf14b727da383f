import { z } from 'zod';
import { canonicalJson } from '../../cohorts/canonicalJson.ts';
import type { SubjectCost, SubjectRow } from '../../cohorts/row.ts';
import { decodeRows, encodeRows, subjectCost } from '../../cohorts/rowParts.ts';
import { TwinError } from '../../twin/errors.ts';
import type { Records } from '../stores/artifacts.ts';
import { openSealed, sealText } from '../stores/sealedText.ts';
import { markPage, type PagePlace } from './pageParts.ts';
import { artifactRef, parseJson, type StageParts } from './stageIndex.ts';
import type { SubjectPlace } from './study.ts';

/** Stages that a subject passes, in order. */
export const STAGES = ['prepare', 'calibrate', 'measure'] as const;
export type StageName = (typeof STAGES)[number];

/**
 * A run's row of one subject: the last one written, whether its twin was built or not. One that was cut short, or holds another bit than
 * was written, is like one that is not there.
 */
export async function readRow(records: Records, run: string, subject: string): Promise<SubjectRow | undefined> {
  const text = openSealed((await records.readRecord(`row:${run}:${subject}`)) ?? '');
  if (!text) return undefined;
  try {
    return decodeRows(new TextEncoder().encode(text), `row of ${subject}`)[0];
  } catch (error) {
    if (error instanceof TwinError) return undefined; // cut short before its seal
    throw error;
  }
}
/** Writes a subject's row, and then marks its page, so that no older part of it is read. */
export async function writeRow(records: Records, place: PagePlace, row: SubjectRow): Promise<void> {
  await records.writeRecord(`row:${place.run}:${row.subject}`, sealText(new TextDecoder().decode(encodeRows([row]))));
  await markPage(records, place);
}

/** What a stage of a subject cost in a run. */
export const readCost = (records: Records, run: string, subject: string, stage: StageName) =>
  read(records, `cost:${run}:${subject}:${stage}`, subjectCost);
export const writeCost = (records: Records, run: string, cost: SubjectCost): Promise<void> =>
  records.writeRecord(`cost:${run}:${cost.subject}:${cost.stage}`, canonicalJson(cost));

/** What a subject's row is made of; preparing makes two of them. */
export type PartsName = 'anatomy' | 'beat' | 'calibrate' | 'measure';

/** What a run knows of a stage of a subject: all that decided its result, and the plan that it followed. */
export interface StageRecord {
  readonly parts: StageParts;
  /** The plan, and the subject's place in it */
  readonly place: SubjectPlace;
  /** Hash of the settings of a calibration's first start, where this was a further one */
  readonly firstSettings?: string;
  /** The same of the last time that some part was another one: why it was computed again since */
  readonly before?: Omit<StageRecord, 'before'>;
}

/** The parts as they would be at the first start. */
export const firstParts = ({ parts, firstSettings }: StageRecord): StageParts =>
  firstSettings === undefined ? parts : { ...parts, settings: firstSettings };

/** What decided a stage's result in a run: compared with today's parts, it says why a subject would be computed again. */
export const readStage = async (
  records: Records,
  run: string,
  subject: string,
  stage: PartsName,
): Promise<StageRecord | undefined> => read(records, partsKey(run, subject, stage), stageRecordSchema);

/** Parts of a stage's result in a run, as it took them. */
export const readParts = async (records: Records, run: string, subject: string, stage: PartsName) =>
  (await readStage(records, run, subject, stage))?.parts;

/** Notes what a stage is made of. Where any part differs from the note before, that one is kept beside it. */
export async function writeParts(
  records: Records,
  subject: string,
  stage: Omit<StageRecord, 'before'> & { readonly parts: { readonly stage: PartsName } },
): Promise<void> {
  const { run } = stage.place;
  const known = await readStage(records, run, subject, stage.parts.stage);
  const isSame = known !== undefined && canonicalJson(firstParts(known)) === canonicalJson(firstParts(stage));
  const { before: earlier, ...last } = known ?? {};
  const before = isSame ? earlier : known === undefined ? undefined : last;
  await records.writeRecord(
    partsKey(run, subject, stage.parts.stage),
    canonicalJson({ ...stage, ...(before === undefined ? {} : { before }) }),
  );
}

const partsKey = (run: string, subject: string, stage: PartsName): string => `parts:${run}:${subject}:${stage}`;

const stageParts = z.object({ stage: z.string(), version: z.string() }).catchall(z.string());
const stageNote = z.object({
  parts: stageParts,
  place: z.object({ run: z.string(), study: artifactRef, page: z.int(), position: z.int() }),
  firstSettings: z.string().exactOptional(),
});
const stageRecordSchema: z.ZodType<StageRecord> = stageNote.extend({ before: stageNote.exactOptional() });

async function read<T>(records: Records, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await records.readRecord(key);
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}
