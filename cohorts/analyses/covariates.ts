import { metricColumns } from '../../twin/metrics/index.ts';
import { OWN_COLUMNS } from '../tableColumns.ts';
import type { AnalysisSettings } from './analysis.ts';
import { COLUMN } from './columns.ts';
import { type ColumnTable, finishedRows, numbersOf } from './table.ts';

/** A trait known of fewer than this share of the finished rows is not adjusted for, rather than losing the rows without it. */
const LEAST_COVERAGE = 0.8;

/**
 * Further covariates of a cohort table in its order: those that the study names, or else every column that is neither the table's own, nor a hash, nor a
 * metric's.
 */
export function covariatesOf(table: ColumnTable, { covariates }: AnalysisSettings): string[] {
  if (covariates) return covariates.filter((name) => Object.hasOwn(table.columns, name));
  const taken = new Set<string>([...OWN_COLUMNS, ...metricColumns.map(({ name }) => name)]);
  return Object.keys(table.columns).filter(
    (name) => !taken.has(name) && !name.endsWith('Sha256') && name !== COLUMN.bodyMassIndex,
  );
}

/** Whether every known value of a column is a number, and there is one. */
export function isNumeric(table: ColumnTable, column: string): boolean {
  const known = (table.columns[column] ?? []).filter((cell) => cell !== null);
  return known.length > 0 && known.every((cell) => typeof cell === 'number');
}

/** Of some columns those that enough finished rows have, and a sentence on each of the others. */
export function knownTraits(table: ColumnTable, columns: readonly string[]): { known: string[]; leftOut: string[] } {
  const finished = finishedRows(table);
  const total = finished.filter(Boolean).length;
  const known: string[] = [];
  const leftOut: string[] = [];
  for (const column of columns) {
    const values = numbersOf(table, column);
    const count = finished.filter((isFinished, row) => isFinished && !Number.isNaN(values[row])).length;
    if (count > 0 && count >= LEAST_COVERAGE * total) known.push(column);
    else leftOut.push(`${column} is known of ${count} of ${total} finished subjects and was not adjusted for`);
  }
  return { known, leftOut };
}
