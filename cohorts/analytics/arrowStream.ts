import { setImmediate } from 'node:timers/promises';
import type { DuckDBResult } from '@duckdb/node-api';
import {
  Field,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import { type ArrowColumn, arrowColumn } from './arrowColumns.ts';

/** What a reader should know of a column, where the dictionary says it. */
export type ColumnFacts = ReadonlyMap<string, { readonly unit: string | null; readonly description: string }>;

/**
 * An answer as Arrow IPC, one record batch for each of DuckDB's chunks of 2,048 rows, so that memory holds one at a time. `unit` and `description` stand in
 * the metadata of each field that the dictionary knows. The same answer gives the same bytes.
 *
 * @param form  `file` has a footer, and is what `.arrow` means; `stream` has none, and suits a pipe
 * @param write  takes each piece in turn
 * @returns the number of rows
 */
export async function writeArrow(
  answer: DuckDBResult,
  facts: ColumnFacts,
  form: 'file' | 'stream',
  write: (piece: Uint8Array) => Promise<unknown>,
): Promise<number> {
  const columns = answer.deduplicatedColumnNames().map((name, index) => ({
    name,
    ...arrowColumn(answer.columnType(index)),
  }));
  const fields = columns.map(({ name, type }) => new Field(name, type, true, metadataOf(facts, name)));
  const schema = new Schema(fields);
  const writer = form === 'file' ? new RecordBatchFileWriter() : new RecordBatchStreamWriter();
  const pieces = writer[Symbol.asyncIterator]();
  let next = pieces.next();
  /** Takes what the writer has made so far; its queue has no end that could be awaited before it is closed. */
  const drain = async (): Promise<void> => {
    for (;;) {
      const piece = await Promise.race([next, setImmediate(undefined)]);
      if (piece === undefined || piece.done === true) return;
      await write(piece.value);
      next = pieces.next();
    }
  };
  let rows = 0;
  writer.reset(undefined, schema);
  for (;;) {
    const chunk = await answer.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const children = columns.map(({ read }: ArrowColumn, index) => read(chunk, index));
    const data = makeData({ type: new Struct(fields), length: chunk.rowCount, nullCount: 0, children });
    writer.write(new RecordBatch(schema, data));
    rows += chunk.rowCount;
    await drain();
  }
  writer.close();
  for (let piece = await next; piece.done !== true; piece = await pieces.next()) await write(piece.value);
  return rows;
}

function metadataOf(facts: ColumnFacts, name: string): Map<string, string> {
  const found = facts.get(name);
  if (found === undefined) return new Map();
  return new Map([['description', found.description], ...(found.unit === null ? [] : [['unit', found.unit] as const])]);
}
