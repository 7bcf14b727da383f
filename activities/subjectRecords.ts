import { z } from 'zod';
import type { SubjectCost, SubjectRow } from '../cohorts/row.ts';
import { canonicalJson, type Records } from './artifacts.ts';
import { parseJson, type StageParts } from './stageIndex.ts';

const cell = z.union([z.string(), z.number(), z.null()]);
const rowSchema: z.ZodType<SubjectRow> = z.strictObject({
  subject: z.string(),
  status: z.enum(['done', 'quarantined']),
  covariates: z.record(z.string(), cell),
  metrics: z.record(z.string(), z.number().nullable()),
  findings: z.array(z.string()),
  hashes: z.record(z.string(), z.string()),
  failure: z
    .strictObject({ stage: z.enum(['read', 'prepare', 'calibrate', 'measure']), code: z.string(), message: z.string() })
    .nullable(),
});
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
export const readRow = (records: Records, run: string, subject: string): Promise<SubjectRow | undefined> =>
  read(records, `row:${run}:${subject}`, rowSchema);
export const writeRow = (records: Records, run: string, row: SubjectRow): Promise<void> =>
  records.writeRecord(`row:${run}:${row.subject}`, canonicalJson(row));

/** What a stage of a subject cost in a run. */
export const readCost = (records: Records, run: string, subject: string, stage: StageName) =>
  read(records, `cost:${run}:${subject}:${stage}`, costSchema);
export const writeCost = (records: Records, run: string, cost: SubjectCost): Promise<void> =>
  records.writeRecord(`cost:${run}:${cost.subject}:${cost.stage}`, canonicalJson(cost));

/** What decided a stage's result in a run: compared with today's parts, it says why a subject would be computed again. */
export const readParts = (records: Records, run: string, subject: string, stage: StageName) =>
  read<StageParts>(records, `parts:${run}:${subject}:${stage}`, partsSchema as unknown as z.ZodType<StageParts>);
export const writeParts = (records: Records, run: string, subject: string, parts: StageParts): Promise<void> =>
  records.writeRecord(`parts:${run}:${subject}:${parts.stage}`, canonicalJson(parts));

async function read<T>(records: Records, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await records.readRecord(key);
  return text === undefined ? undefined : schema.safeParse(parseJson(text)).data;
}
