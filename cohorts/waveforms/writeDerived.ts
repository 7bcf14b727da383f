import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROW_GROUP_ROWS, writeParquet } from '../parquet.ts';
import { joinTable } from '../publishParquet.ts';
import { type DerivedColumn, tableOfRows } from './derivedColumns.ts';

/** A table that grows, in memory that does not: rows become Parquet files of one row group each, and at last one file. */
export interface GrowingTable<Row> {
  readonly rows: number;
  /** Rows in the order of the table */
  add(rows: readonly Row[]): void;
  /** Writes the table. */
  close(path: string): Promise<void>;
}

/** @param folder  a new one, for what is on its way; the caller removes it */
export function openGrowingTable<Row>(columns: readonly DerivedColumn<Row>[], folder: string): GrowingTable<Row> {
  mkdirSync(folder, { recursive: true });
  const parts: string[] = [];
  let pending: Row[] = [];
  let count = 0;
  const flush = () => {
    const path = join(folder, `${String(parts.length).padStart(6, '0')}.parquet`);
    writeFileSync(path, writeParquet(tableOfRows(columns, pending.slice(0, ROW_GROUP_ROWS))));
    parts.push(path);
    pending = pending.slice(ROW_GROUP_ROWS);
  };
  return {
    get rows() {
      return count;
    },
    add(rows) {
      count += rows.length;
      pending.push(...rows);
      while (pending.length >= ROW_GROUP_ROWS) flush();
    },
    async close(path) {
      // A table without rows still has its columns.
      if (pending.length > 0 || parts.length === 0) flush();
      await joinTable(path, parts, folder);
    },
  };
}
