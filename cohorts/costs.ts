import type { DictionaryEntry } from './dictionary.ts';
import { writeParquet } from './parquet.ts';
import type { SubjectCost } from './row.ts';
import type { ColumnText, ColumnValues, PublishedTable, TableColumn } from './table.ts';

interface CostColumn extends ColumnText {
  readonly fill: (costs: readonly SubjectCost[]) => ColumnValues;
}

const COLUMNS: readonly CostColumn[] = [
  costText('subject', 'The subject worked on.', ({ subject }) => subject),
  costText('stage', 'prepare, calibrate or measure.', ({ stage }) => stage),
  costNumber('seconds', 's', 'Time from start to end of the last attempt.', ({ seconds }) => seconds),
  costNumber('peakMemory_MB', 'MB', 'Most memory that the worker held meanwhile.', (cost) => cost.peakMemory_MB),
  {
    name: 'attempts',
    unit: '1',
    description: 'Attempts, the last one included.',
    fill: (costs) => ({ type: 'integer', values: Int32Array.from(costs, ({ attempts }) => attempts) }),
  },
  costText('worker', 'The worker that did it.', ({ worker }) => worker),
  {
    name: 'wasCached',
    unit: null,
    description: 'Whether the result was there already.',
    fill: (costs) => ({ type: 'boolean', values: costs.map(({ wasCached }) => wasCached) }),
  },
  costNumber(
    'started_ms',
    'ms',
    'When the last attempt began, since 1970-01-01T00:00Z, by the worker’s clock.',
    ({ started_ms }) => started_ms ?? Number.NaN,
  ),
  costText('device', 'What it was computed on: cpu, or a graphics device by name.', ({ device }) => device ?? null),
  costText('outcome', 'done, or the code of the error that ended the last attempt.', ({ outcome }) => outcome ?? null),
];

/** What a run cost: by subject, then stage. Kept apart from the cohort table because it differs from run to run. */
export function costsTable(costs: readonly SubjectCost[]): PublishedTable {
  const sorted = [...costs].sort(
    (one, other) => order(one.subject, other.subject) || order(one.stage, other.stage) || one.attempts - other.attempts,
  );
  return { rows: sorted.length, columns: costColumns(sorted) };
}

/** The same as a Parquet file. */
export const costsParquet = (costs: readonly SubjectCost[]): Uint8Array => writeParquet(costsTable(costs));

/** The cost table's part of the dictionary. */
export function costsDictionary(): DictionaryEntry[] {
  return costColumns([]).map(({ name, unit, description, type }) => ({
    table: 'costs',
    name,
    unit,
    description,
    type,
    source: 'docs/cohort-table.md#costs',
  }));
}

function costColumns(costs: readonly SubjectCost[]): TableColumn[] {
  return COLUMNS.map(({ name, unit, description, fill }) => ({ name, unit, description, ...fill(costs) }));
}

function costText(name: string, description: string, read: (cost: SubjectCost) => string | null): CostColumn {
  return { name, unit: null, description, fill: (costs) => ({ type: 'text', values: costs.map(read) }) };
}

function costNumber(name: string, unit: string, description: string, read: (cost: SubjectCost) => number): CostColumn {
  return { name, unit, description, fill: (costs) => ({ type: 'number', values: Float64Array.from(costs, read) }) };
}

const order = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
