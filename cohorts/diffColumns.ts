import type { ColumnTable } from './analyses/table.ts';
import { readParquet } from './parquet.ts';
import { toCell } from './readCohort.ts';

type Cells = readonly (string | number | null)[];

/**
 * A Parquet file as columns that are made each time that they are asked for: who looks at one after the other holds the packed numbers and the
 * cells of one.
 *
 * @throws TwinError BadInput when the bytes are not a whole Parquet file
 */
export function readColumns(bytes: Uint8Array, fileName: string): ColumnTable {
  const table = readParquet(bytes, fileName);
  const names = table.schema.fields.map(({ name }) => name);
  return columnsAsAsked(table.numRows, names, (name) => {
    const vector = table.getChild(name);
    return Array.from({ length: table.numRows }, (_, row) => toCell(vector?.get(row)));
  });
}

/** A table whose columns are made each time that they are asked for. */
export function columnsAsAsked(rows: number, names: readonly string[], read: (name: string) => Cells): ColumnTable {
  const columns: Record<string, Cells> = {};
  for (const name of names) Object.defineProperty(columns, name, { enumerable: true, get: () => read(name) });
  return { rows, columns };
}

/** Parts of one table, one after the other. */
export function joinedColumns(parts: readonly ColumnTable[]): ColumnTable {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const names = [...new Set(parts.flatMap(({ columns }) => Object.keys(columns)))];
  return columnsAsAsked(rows, names, (name) =>
    parts.flatMap(({ columns, rows: some }) =>
      Object.hasOwn(columns, name) ? (columns[name] ?? []) : new Array<null>(some).fill(null),
    ),
  );
}
