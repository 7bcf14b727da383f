import type { DuckDBResult } from '@duckdb/node-api';
import { csvText } from '../csv.ts';
import { csvCell, plain } from '../queryText.ts';

/**
 * An answer as comma-separated text, chunk by chunk.
 *
 * @param write  takes each piece in turn
 * @returns the number of rows
 */
export async function writeCsv(answer: DuckDBResult, write: (piece: string) => Promise<unknown>): Promise<number> {
  const types = answer.columnTypes().map(String);
  await write(csvText([answer.deduplicatedColumnNames()]));
  let count = 0;
  for await (const rows of answer.yieldRowsJson()) {
    await write(csvText(rows.map((row) => row.map((value, index) => csvCell(plain(value, types[index] ?? ''))))));
    count += rows.length;
  }
  return count;
}
