import { z } from 'zod';
import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { SubjectCost, SubjectRow } from '../cohorts/row.ts';
import { decodeRows, encodeRows } from '../cohorts/rowParts.ts';
import type { Records } from './artifacts.ts';
import { parseJson, type StageParts } from './stageIndex.ts';

const costSchema: z.ZodType<SubjectCost> = z.strictObject({
  subject: z.string(),
  stage: z.string(),
  seconds: z.number(),
  peakMemory_MB: z.number(),
  attempts: z.int(),
  worker: z.string(),
  wasCached: z.boolean(),
});
const partsSchema = z.looseObject({ stage: z.string(), version: z.string() });

/** Stages that a subject passes, in order. */
export const STAGES = ['prepare', 'calibrate', 'measure'] as const;
export type StageName = (typeof STAGES)[number];

/** A run's row of one subject: the last one written, whether its twin was built or not. */
export async function readRow(records: Records, run: string, subject: string): Promise<SubjectRow | undefined> {
  const text = await records.readRecord(`row:${run}:${subject}`);
  return text === undefined ? undefined : decodeRows(new TextEncoder().encode(text), `row of ${subject}`)[0];
}
export const writeRow = (records: Records, run: string, row: SubjectRow): Promise<void> =>
  records.writeRecord(`row:${run}:${row.subject}`, new TextDecoder().decode(encodeRows([row])));

/** What a stage of a subject cost in a run. */
export const readCost = (records: Records, run: string, subject: string, stage: StageName) =>
  read(records, `cost:${run}:${subject}:${stage}`, costSchema);
export const writeCost = (records: Records, run: string, cost: SubjectCost): Promise<void> =>
  records.writeRecord(`cost:${run}:${cost.subject}:${cost.stage}`, canonicalJson(cost));

/** What a subject's row is made of; preparing makes two of them. */
export type PartsName = 'anatomy' | 'beat' | 'calibrate' | 'measure';

/** What decided a stage's result in a run: compared with today's parts, it says why a subject would be computed again. */
export const readParts = (records: Records, run: string, subject: string, stage: PartsName) =>
  read<StageParts>(records, `parts:${run}:${subject}:${stage}`, partsSchema as unknown as z.ZodType<StageParts>);
export const writeParts = (records: Records, run: string, subject: string, parts: StageParts): Promise<void> =>
  records.writeRecord(`parts:${run}:${subject}:${parts.stage}`, canonicalJson(parts));

async function read<T>(records: Records, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await records.readRecord(key);
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}
