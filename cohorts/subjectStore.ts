import type { MetricColumn } from '../twin/metrics/metric.ts';
import type { Cell, SubjectFailure, SubjectRow } from './row.ts';

/** Rows of a growing cohort with their metrics packed as numbers, so that a hundred thousand subjects fit in memory. */
export interface SubjectStore {
  readonly metricNames: readonly string[];
  readonly rows: PackedRow[];
  /** Every covariate and hash that some row has, each once */
  readonly covariateNames: Set<string>;
  readonly hashNames: Set<string>;
  readonly subjects: Set<string>;
}

/** A subject's row whose metrics stand in the order of the store's names; missing is NaN. */
export interface PackedRow {
  readonly subject: string;
  readonly status: SubjectRow['status'];
  readonly covariates: Readonly<Record<string, Cell>>;
  readonly metrics: Float64Array;
  readonly findings: readonly string[];
  readonly hashes: Readonly<Record<string, string>>;
  readonly failure: SubjectFailure | null;
  readonly codeVersion?: string;
  readonly seed?: number;
  readonly backend?: string;
}

export function openStore(metrics: readonly MetricColumn[]): SubjectStore {
  return {
    metricNames: metrics.map(({ name }) => name),
    rows: [],
    covariateNames: new Set(),
    hashNames: new Set(),
    subjects: new Set(),
  };
}

/**
 * Adds a row to `out`.
 *
 * @throws RangeError when the subject has a row already, or the row has a metric that the study does not know
 */
export function addRow(row: SubjectRow, out: SubjectStore): void {
  if (out.subjects.has(row.subject)) {
    throw new RangeError(`subject ${row.subject} has two rows; a cohort has one row a subject`);
  }
  const metrics = new Float64Array(out.metricNames.length).fill(Number.NaN);
  let found = 0;
  for (const [index, name] of out.metricNames.entries()) {
    if (Object.hasOwn(row.metrics, name)) {
      metrics[index] = row.metrics[name] ?? Number.NaN;
      found++;
    }
  }
  const names = Object.keys(row.metrics);
  if (names.length > found) {
    const unknown = names.filter((name) => !out.metricNames.includes(name));
    throw new RangeError(
      `subject ${row.subject} has the metrics ${unknown.join(', ')}, which this version does not know`,
    );
  }
  for (const name of Object.keys(row.covariates)) {
    out.covariateNames.add(name);
  }
  for (const name of Object.keys(row.hashes)) {
    out.hashNames.add(name);
  }
  out.subjects.add(row.subject);
  out.rows.push({ ...row, metrics, findings: [...new Set(row.findings)].sort() });
}

/** The rows by subject, in the order of UTF-16 code units. */
export function sortedRows({ rows }: SubjectStore): readonly PackedRow[] {
  return [...rows].sort((one, other) => (one.subject < other.subject ? -1 : 1));
}
