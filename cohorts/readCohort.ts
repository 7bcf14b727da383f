import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnTable } from './analyses/table.ts';
import { readParquet } from './parquet.ts';
import { type PublishedTableName, tableFiles } from './publishedTables.ts';
import { partitionOf } from './publishLayout.ts';

type Column = (string | number | null)[];

/**
 * A published table as plain columns, for the analyses. Lists (`findings`) become one text with `;` between.
 *
 * @throws TwinError BadInput when the bytes are not a whole Parquet file
 */
export function readCohort(bytes: Uint8Array, fileName: string): ColumnTable {
  const table = readParquet(bytes, fileName);
  const columns = table.schema.fields.map(({ name }, index) => {
    const vector = table.getChildAt(index);
    return [name, Array.from({ length: table.numRows }, (_, row) => toCell(vector?.get(row)))] as const;
  });
  return { rows: table.numRows, columns: Object.fromEntries(columns) };
}

/**
 * A table of a published folder as plain columns, whether it is one file or many: a table that is divided comes in the order of its subjects
 * again, with the columns that its folders stand for.
 *
 * @throws TwinError BadInput where the folder is none of a published run, or a file of it is damaged
 */
export async function readPublished(folder: string, table: PublishedTableName): Promise<ColumnTable> {
  const names = await tableFiles(folder, table);
  const [first = ''] = names;
  const read = async (name: string) => readCohort(await readFile(join(folder, name)), name);
  if (names.length === 1 && !first.includes('/')) return read(first);
  const types = await columnTypes(folder, table);
  const columns = new Map<string, Column>([...types.keys()].map((name) => [name, []]));
  let rows = 0;
  for (const name of names) {
    const part = await read(name);
    const partition = partitionOf(name);
    for (const [column, values] of columns) {
      const found = part.columns[column];
      const value = partition[column] ?? null;
      const constant = value !== null && types.get(column) === 'number' ? Number(value) : value;
      for (let row = 0; row < part.rows; row++) values.push(found === undefined ? constant : (found[row] ?? null));
    }
    rows += part.rows;
  }
  const subjects = columns.get('subject') ?? [];
  const order = Array.from({ length: rows }, (_, row) => row).sort((one, other) =>
    String(subjects[one]) < String(subjects[other]) ? -1 : 1,
  );
  const sorted = [...columns].map(([name, values]) => [name, order.map((row) => values[row] ?? null)] as const);
  return { rows, columns: Object.fromEntries(sorted) };
}

/** Type by column of a table, in the table's order, as the dictionary has them. */
async function columnTypes(folder: string, table: PublishedTableName): Promise<ReadonlyMap<string, string>> {
  const { columns, rows } = await readPublished(folder, 'dictionary');
  const text = (name: string, row: number) => String(columns[name]?.[row] ?? '');
  const entries = Array.from({ length: rows }, (_, row) => row).filter((row) => text('table', row) === table);
  return new Map(entries.map((row) => [text('column', row), text('type', row)]));
}

/** A value of an Arrow column as a cell: lists become one text with `;` between. */
export function toCell(value: unknown): string | number | null {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  if (typeof value === 'object' && Symbol.iterator in value && typeof value[Symbol.iterator] === 'function') {
    return Array.from(value as Iterable<unknown>, String).join(';');
  }
  return String(value);
}
