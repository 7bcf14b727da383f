import type { ColumnTable } from './analyses/table.ts';
import { readParquet } from './parquet.ts';

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

function toCell(value: unknown): string | number | null {
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
