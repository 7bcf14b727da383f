import { COLUMN } from '../cohorts/analyses/columns.ts';
import { type ColumnTable, finishedRows, numbersOf, textOf } from '../cohorts/analyses/table.ts';
import { suggestion } from '../cohorts/didYouMean.ts';
import { TwinError } from '../twin/errors.ts';

/** Which subjects get a page of their own: every one, none, those that the report shows or names as quarantined, some by name, or the worst fits. */
export type SubjectsAsked =
  | { readonly kind: 'all' | 'none' | 'shown' }
  | { readonly kind: 'named'; readonly names: readonly string[] }
  | { readonly kind: 'worst'; readonly n: number };

/** Of the quarantined, pages are written without asking for so many. */
const QUARANTINED_SHOWN = 50;

/** Reads `all`, `none`, `shown`, `worst:12` or `sub-0001,sub-0002`. @throws TwinError BadStudy where it is none of them */
export function readSubjectsAsked(text: string): SubjectsAsked {
  if (text === 'all' || text === 'none' || text === 'shown') return { kind: text };
  if (text.startsWith('worst:')) {
    const n = Number(text.slice('worst:'.length));
    if (Number.isInteger(n) && n > 0) return { kind: 'worst', n };
    throw new TwinError('BadStudy', `--subjects ${text}: expected a whole number from 1 after worst:`);
  }
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return { kind: 'named', names };
  throw new TwinError(
    'BadStudy',
    `--subjects ${text}: expected all, none, shown, worst:N or names with commas between`,
  );
}

/** The best, the middle and the worst fit of the cohort: a reader sees the range, not a choice. */
export function fitChoices(table: ColumnTable): { readonly row: number; readonly why: string }[] {
  const order = rowsByFit(table);
  const choices = [
    ['best fit', 0],
    ['median fit', Math.floor((order.length - 1) / 2)],
    ['worst fit', order.length - 1],
  ] as const;
  const found: { row: number; why: string }[] = [];
  for (const [why, rank] of choices) {
    const row = order[rank];
    if (row !== undefined && !found.some((choice) => choice.row === row)) found.push({ row, why });
  }
  return found;
}

/** Rows of the subjects who get a page, in the table's order. @throws TwinError BadStudy for a name that the table does not have */
export function subjectsAsked(table: ColumnTable, asked: SubjectsAsked): number[] {
  const all = Array.from({ length: table.rows }, (_, row) => row);
  if (asked.kind === 'all') return all;
  if (asked.kind === 'none') return [];
  if (asked.kind === 'worst') return rowsByFit(table).slice(-asked.n).sort(byNumber);
  if (asked.kind === 'named') {
    const names = all.map((row) => textOf(table, COLUMN.subject, row));
    const rows = asked.names.map((name) => {
      const row = names.indexOf(name);
      if (row >= 0) return row;
      throw new TwinError('BadStudy', `--subjects: the table has no ${name}${suggestion(name, names)}`);
    });
    return [...new Set(rows)].sort(byNumber);
  }
  const finished = finishedRows(table);
  const quarantined = all.filter((row) => !finished[row]).slice(0, QUARANTINED_SHOWN);
  return [...new Set([...fitChoices(table).map(({ row }) => row), ...quarantined])].sort(byNumber);
}

/** Finished rows from the best fit to the worst. */
function rowsByFit(table: ColumnTable): number[] {
  const correlations = numbersOf(table, COLUMN.correlation);
  return Array.from(correlations.keys())
    .filter((row) => Number.isFinite(correlations[row]))
    .sort((a, b) => (correlations[b] ?? 0) - (correlations[a] ?? 0) || a - b);
}

const byNumber = (a: number, b: number): number => a - b;
