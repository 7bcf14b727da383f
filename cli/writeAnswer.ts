import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { writeWhole } from '../activities/stores/writeWhole.ts';
import { writeArrow } from '../cohorts/analytics/arrowStream.ts';
import { columnFacts } from '../cohorts/analytics/columnFacts.ts';
import { writeCsv } from '../cohorts/analytics/csvStream.ts';
import type { OpenTables } from '../cohorts/query.ts';
import { formatQuery } from '../cohorts/queryText.ts';
import type { Question } from './queryRuns.ts';

type Write = (piece: Uint8Array | string) => Promise<unknown>;

/**
 * Writes the answer to a question into a file, as a whole or not at all, or to standard output for `-`. Arrow and CSV are written piece by piece.
 *
 * @param table  that is asked as a whole, and its file where that says what its columns are
 * @returns the number of rows
 */
export async function writeAnswer(
  tables: OpenTables,
  { sql, parameters }: Question,
  format: 'table' | 'csv' | 'json' | 'arrow',
  out: string,
  table?: { readonly name: string; readonly file: string | undefined },
): Promise<number> {
  const put = async (write: Write): Promise<number> => {
    switch (format) {
      case 'arrow': {
        const facts = await columnFacts(tables, table?.name, table?.file); // a question in between would end an answer that is being read
        return writeArrow(await tables.stream(sql, parameters), facts, out === '-' ? 'stream' : 'file', write);
      }
      case 'csv':
        return writeCsv(await tables.stream(sql, parameters), write);
      case 'table':
      case 'json': {
        const answer = await tables.ask(sql, parameters);
        await write(formatQuery(answer, format));
        return answer.rows.length;
      }
      default:
        return format satisfies never;
    }
  };
  if (out === '-') return put(writeOut);
  let rows = 0;
  await writeWhole(out, async (beside) => {
    const file = await open(beside, 'wx');
    try {
      rows = await put((piece) => file.write(typeof piece === 'string' ? Buffer.from(piece) : piece));
    } finally {
      await file.close();
    }
  });
  return rows;
}

async function writeOut(piece: Uint8Array | string): Promise<void> {
  if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}
