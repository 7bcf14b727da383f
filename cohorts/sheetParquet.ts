import { TwinError } from '../twin/errors.ts';
import { readParquet } from './parquet.ts';
import type { RawCell, RawSheet } from './rawSheet.ts';

const MAX_ROWS = 1_000_000;

/** Whether bytes begin as a Parquet file does. */
export function isParquet(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31;
}

/**
 * Reads a Parquet table as a sample sheet: texts, numbers, booleans (as `true` and `false`) and their dictionaries.
 *
 * @throws TwinError BadStudy when it is no whole Parquet file or has more rows than any study
 */
export function readParquetSheet(bytes: Uint8Array, fileName: string): RawSheet {
  const table = readTable(bytes, fileName);
  if (table.numRows > MAX_ROWS) {
    throw new TwinError('BadStudy', `${fileName}: ${table.numRows} rows; a sample sheet has at most ${MAX_ROWS}`);
  }
  const names = table.schema.fields.map(({ name }) => name);
  const columns = names.map((_, index) => table.getChildAt(index));
  const rows = Array.from({ length: table.numRows }, (_, row) => ({
    line: row + 1,
    cells: columns.map((column): RawCell => toCell(column?.get(row))),
  }));
  return { names, rows, hasDecimalComma: false, place: 'row' };
}

function readTable(bytes: Uint8Array, fileName: string) {
  try {
    return readParquet(bytes, fileName);
  } catch (error) {
    if (error instanceof TwinError) {
      throw new TwinError('BadStudy', error.message);
    }
    throw error;
  }
}

function toCell(value: unknown): RawCell {
  if (value === null || value === undefined) {
    return null;
  }
  if (typeof value === 'number' || typeof value === 'string') {
    return value;
  }
  return String(value);
}
