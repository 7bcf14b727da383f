import { openRandom } from '../../twin/random.ts';
import type { AnalysisSettings } from '../analyses/analysis.ts';
import { COLUMN } from '../analyses/columns.ts';
import { posteriorParameters, posteriorsOf } from '../analyses/posteriors.ts';
import { type ColumnTable, finishedRows, numbersOf, textOf } from '../analyses/table.ts';

/** Columns that have a standard deviation beside them and no prior of their own. */
const WITH_SD = [
  { column: 'totalActivationTime_ms', sdColumn: 'totalActivationTimeSd_ms', isLogarithmic: false },
] as const;

/**
 * Draws for a study that keeps none: normal about each column as far as its standard deviation's column says (Laplace's approximation), each number by
 * itself. Seeded by the subject, so that a subject's draws do not depend on who else is in the table.
 *
 * @returns as `draws.parquet`; a column that no row has a deviation of is left out, and rows without any are
 */
export function drawsFromSd(table: ColumnTable, settings: AnalysisSettings, drawsEach: number): ColumnTable {
  const finished = finishedRows(table);
  const known = [...posteriorParameters(settings), ...WITH_SD]
    .filter(({ column, sdColumn }) => has(table, column) && has(table, sdColumn))
    .map((parameter) => ({ ...parameter, ...posteriorsOf(table, parameter) }));
  const subjects: string[] = [];
  const numbers: number[] = [];
  const columns: Record<string, (number | null)[]> = Object.fromEntries(known.map(({ column }) => [column, []]));
  for (let row = 0; row < table.rows; row++) {
    if (!finished[row] || known.every(({ sd }) => Number.isNaN(sd[row]))) continue;
    const subject = textOf(table, COLUMN.subject, row);
    const random = openRandom(settings.seed, `draws of ${subject}`);
    for (let draw = 0; draw < drawsEach; draw++) {
      subjects.push(subject);
      numbers.push(draw);
      for (const { column, mean, sd, isLogarithmic } of known) {
        const value = (mean[row] ?? Number.NaN) + (sd[row] ?? Number.NaN) * random.normal();
        columns[column]?.push(Number.isNaN(value) ? null : isLogarithmic ? Math.exp(value) : value);
      }
    }
  }
  return { rows: subjects.length, columns: { subject: subjects, draw: numbers, ...columns } };
}

const has = (table: ColumnTable, column: string): boolean =>
  numbersOf(table, column).some((value) => !Number.isNaN(value));
