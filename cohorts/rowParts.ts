import { z } from 'zod';
import { TwinError } from '../twin/errors.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { SubjectCost, SubjectRow } from './row.ts';

/** Rows of one part file at most, so that no reader ever holds more. */
export const PART_ROWS = 5000;

const cell = z.union([z.string(), z.number(), z.null()]);
const subjectRow = z.strictObject({
  subject: z.string(),
  status: z.enum(['done', 'quarantined']),
  covariates: z.record(z.string(), cell),
  metrics: z.record(z.string(), z.number().nullable()),
  findings: z.array(z.string()),
  hashes: z.record(z.string(), z.string()),
  failure: z
    .strictObject({
      stage: z.enum(['read', 'prepare', 'calibrate', 'measure']),
      code: z.string(),
      message: z.string(),
    })
    .nullable(),
  codeVersion: z.string().exactOptional(),
  seed: z.number().exactOptional(),
  backend: z.string().exactOptional(),
  draws: z.record(z.string(), z.array(z.number().nullable())).exactOptional(),
});

/** Schema of what a stage of a subject cost. */
export const subjectCost: z.ZodType<SubjectCost> = z.strictObject({
  subject: z.string(),
  stage: z.string(),
  seconds: z.number(),
  peakMemory_MB: z.number(),
  attempts: z.int(),
  worker: z.string(),
  wasCached: z.boolean(),
  started_ms: z.number().exactOptional(),
  device: z.string().exactOptional(),
  outcome: z.string().exactOptional(),
});

/**
 * Rows as a part file: a line of JSON each, keys sorted, by subject, so that the same rows are the same bytes. JSON keeps every double
 * exactly; NaN and Infinity become null.
 *
 * @throws RangeError for more than `PART_ROWS` rows
 */
export function encodeRows(rows: readonly SubjectRow[]): Uint8Array {
  if (rows.length > PART_ROWS) {
    throw new RangeError(`${rows.length} rows; a part file holds at most ${PART_ROWS}`);
  }
  const sorted = [...rows].sort((one, other) => (one.subject < other.subject ? -1 : 1));
  return new TextEncoder().encode(sorted.map((row) => `${canonicalJson(withNulls(row))}\n`).join(''));
}

/**
 * Rows from a part file.
 *
 * @throws TwinError BadInput with the line that is damaged
 */
export const decodeRows = (bytes: Uint8Array, fileName: string): SubjectRow[] =>
  decodeLines(bytes, fileName, subjectRow);

/** Costs as a part file: a line of JSON each, keys sorted, as they come. */
export const encodeCosts = (costs: readonly SubjectCost[]): Uint8Array =>
  new TextEncoder().encode(costs.map((cost) => `${canonicalJson(cost)}\n`).join(''));

/** Costs from a part file. @throws TwinError BadInput with the line that is damaged */
export const decodeCosts = (bytes: Uint8Array, fileName: string): SubjectCost[] =>
  decodeLines(bytes, fileName, subjectCost);

function decodeLines<T>(bytes: Uint8Array, fileName: string, schema: z.ZodType<T>): T[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  if (lines.at(-1) !== '') {
    throw new TwinError('BadInput', `${fileName}: the last line has no end; the file was probably cut short`);
  }
  return lines.slice(0, -1).map((line, index) => decodeLine(line, `${fileName}:${index + 1}`, schema));
}

function decodeLine<T>(line: string, place: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (error) {
    // JSON and zod both answer foreign text by throwing; either way the part is damaged.
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new TwinError('BadInput', `${place}: not a row of a cohort: ${reason}`);
  }
}

function withNulls(row: SubjectRow): SubjectRow {
  const metrics = Object.entries(row.metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]);
  return { ...row, metrics: Object.fromEntries(metrics) };
}
