import type { TablesBeside } from '../analyses/analysis.ts';
import { COLUMN } from '../analyses/columns.ts';
import { type ColumnTable, textOf } from '../analyses/table.ts';

/** Counterfactual twins of which the cohort table still holds the twins that they were made of, and how many rows were left out for others. */
export interface CurrentRows {
  readonly reference?: ColumnTable;
  readonly swaps?: ColumnTable;
  readonly outdated: number;
}

/**
 * Leaves out what was simulated before a subject was twinned again: a swap of an old twin says nothing of the cohort that it stands beside. A subject is
 * told by the hashes of its anatomy (`reference`) and twin (`swaps`).
 */
export function currentRows(table: ColumnTable, { reference, swaps }: TablesBeside): CurrentRows {
  const hashesOf = (column: string) =>
    new Map(
      Array.from({ length: table.rows }, (_, row) => [textOf(table, COLUMN.subject, row), textOf(table, column, row)]),
    );
  const anatomies = hashesOf('anatomySha256');
  const twins = hashesOf('twinSha256');
  const isCurrent = (of: ColumnTable, row: number, known: Map<string, string>, subject: string, hash: string) =>
    known.get(textOf(of, subject, row)) === textOf(of, hash, row);
  const ofNow =
    reference && keep(reference, (row) => isCurrent(reference, row, anatomies, COLUMN.subject, 'anatomySha256'));
  const swapsOfNow =
    swaps &&
    keep(
      swaps,
      (row) =>
        isCurrent(swaps, row, twins, 'femaleSubject', 'femaleTwinSha256') &&
        isCurrent(swaps, row, twins, 'maleSubject', 'maleTwinSha256'),
    );
  const lost = (before?: ColumnTable, after?: ColumnTable) => (before?.rows ?? 0) - (after?.rows ?? 0);
  return {
    ...(ofNow && { reference: ofNow }),
    ...(swapsOfNow && { swaps: swapsOfNow }),
    outdated: lost(reference, ofNow) + lost(swaps, swapsOfNow),
  };
}

function keep(table: ColumnTable, isKept: (row: number) => boolean): ColumnTable {
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(isKept);
  const columns = Object.entries(table.columns).map(
    ([name, cells]) => [name, rows.map((row) => cells[row] ?? null)] as const,
  );
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}
