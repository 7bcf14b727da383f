import { COLUMN } from './columns.ts';

/** A cohort table as plain columns by name, one value a row; null is missing. What the analyses need of it, whatever file it came from. */
export interface ColumnTable {
  readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>;
  readonly rows: number;
}

/** The numbers of a column, [rows]; NaN where it is missing, not a finite number, or the table has no such column. */
export function numbersOf(table: ColumnTable, column: string): Float64Array {
  const cells = table.columns[column];
  const values = new Float64Array(table.rows).fill(Number.NaN);
  for (let row = 0; row < table.rows; row++) {
    const cell = cells?.[row];
    if (typeof cell === 'number' && Number.isFinite(cell)) values[row] = cell;
  }
  return values;
}

/** Whether each row belongs to a finished twin, [rows]; all do in a table without a status column. */
export function finishedRows(table: ColumnTable): boolean[] {
  const status = table.columns[COLUMN.status];
  return Array.from({ length: table.rows }, (_, row) => status === undefined || status[row] === 'done');
}

/** Sex of each row, [rows]; null where it is not known. */
export function sexesOf(table: ColumnTable): ('female' | 'male' | null)[] {
  const cells = table.columns[COLUMN.sex];
  return Array.from({ length: table.rows }, (_, row) => {
    const cell = cells?.[row];
    return cell === 'female' || cell === 'male' ? cell : null;
  });
}

/** A cell as text; empty where it is missing or the table has no such column. */
export const textOf = (table: ColumnTable, column: string, row: number): string =>
  String(table.columns[column]?.[row] ?? '');
