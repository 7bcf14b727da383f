import { COLUMN } from './columns.ts';
import { type ColumnTable, textOf } from './table.ts';

/**
 * A cohort table with columns of another table beside its own, each row's by its subject; null where the other table has no row of it.
 *
 * @param columns  names in the other table, by the name that they get
 * @throws RangeError when the other table has two rows of a subject: which one is meant cannot be told
 */
export function joinBySubject(
  table: ColumnTable,
  other: ColumnTable,
  columns: Readonly<Record<string, string>>,
): ColumnTable {
  const rowOf = new Map<string, number>();
  for (let row = 0; row < other.rows; row++) {
    const subject = textOf(other, COLUMN.subject, row);
    if (rowOf.has(subject)) throw new RangeError(`${subject} has two rows in a table that has one for each subject`);
    rowOf.set(subject, row);
  }
  const places = Array.from({ length: table.rows }, (_, row) => rowOf.get(textOf(table, COLUMN.subject, row)));
  const added = Object.entries(columns).map(([name, source]) => {
    const cells = other.columns[source];
    return [name, places.map((place) => (place === undefined ? null : (cells?.[place] ?? null)))] as const;
  });
  return { rows: table.rows, columns: { ...table.columns, ...Object.fromEntries(added) } };
}
