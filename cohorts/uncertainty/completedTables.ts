import { openRandom, type Random } from '../../twin/random.ts';
import { COLUMN } from '../analyses/columns.ts';
import { type ColumnTable, finishedRows, sexesOf, textOf } from '../analyses/table.ts';
import { DRAW_COLUMNS } from '../analyses/tablesBeside.ts';

/** A cohort table whose calibrated columns can be replaced by draws. */
export interface Completion {
  /** Columns that the draws replace */
  readonly columns: readonly string[];
  /** Finished rows with two draws or more, and without: these keep their values in every completed table */
  readonly withDraws: number;
  readonly withoutDraws: number;
  /** Least and most draws that a subject with draws has */
  readonly drawsEach: readonly [least: number, most: number];
  /** Of the subjects with draws, mean of 1/min(draws, tables): 1/tables where each has a draw of its own for every table. Rubin's rules need it. */
  reuse(tables: number): number;
  /** The table with one draw in each row, m = 0 … A subject's draws are dealt in an order of its own, and in another one when they are used up. */
  table(m: number): ColumnTable;
  /** Finished rows of known sex drawn anew within each sex, each with any one of its draws. */
  resampled(random: Random): ColumnTable;
}

/** Of a single draw nobody knows how far it is off. */
const LEAST_DRAWS = 2;

/** Opens a table and the draws of its subjects; undefined where there is nothing to replace. */
export function openCompletion(table: ColumnTable, draws: ColumnTable, seed: number): Completion | undefined {
  const keys: readonly string[] = DRAW_COLUMNS;
  const columns = Object.keys(draws.columns).filter(
    (name) => !keys.includes(name) && table.columns[name] !== undefined,
  );
  const finished = finishedRows(table);
  const bySubject = new Map<string, number[]>();
  for (let row = 0; row < draws.rows; row++) {
    const subject = textOf(draws, COLUMN.subject, row);
    const own = bySubject.get(subject);
    if (own === undefined) bySubject.set(subject, [row]);
    else own.push(row);
  }
  const drawsOf = Array.from({ length: table.rows }, (_, row) => {
    const own = finished[row] ? bySubject.get(textOf(table, COLUMN.subject, row)) : undefined;
    return own !== undefined && own.length >= LEAST_DRAWS ? own : undefined;
  });
  const counts = drawsOf.flatMap((own) => (own === undefined ? [] : [own.length]));
  const withDraws = counts.length;
  /** @returns row of the draws for table m */
  const dealt = (row: number, m: number): number | undefined => {
    const own = drawsOf[row];
    if (own === undefined) return undefined;
    const round = Math.floor(m / own.length);
    const order = openRandom(seed, `order ${round} of the draws of ${textOf(table, COLUMN.subject, row)}`);
    return shuffled(own, order)[m % own.length];
  };
  if (columns.length === 0 || withDraws === 0) return undefined;

  /** @param rows of the table, @param drawOf row of the draws for the place in rows */
  const complete = (rows: readonly number[], drawOf: (row: number) => number | undefined): ColumnTable => {
    const chosen = rows.map(drawOf);
    const cells = Object.entries(table.columns).map(([name, own]) => {
      const drawn = columns.includes(name) ? draws.columns[name] : undefined;
      const values = rows.map((row, at) => {
        const draw = chosen[at];
        return drawn === undefined || draw === undefined ? (own[row] ?? null) : (drawn[draw] ?? null);
      });
      return [name, values] as const;
    });
    return { rows: rows.length, columns: Object.fromEntries(cells) };
  };
  const all = Array.from({ length: table.rows }, (_, row) => row);
  const strata = strataOf(table, finished);
  return {
    columns,
    withDraws,
    withoutDraws: finished.filter(Boolean).length - withDraws,
    drawsEach: [
      counts.reduce((one, other) => Math.min(one, other)),
      counts.reduce((one, other) => Math.max(one, other)),
    ],
    reuse: (tables) => counts.reduce((sum, count) => sum + 1 / Math.min(count, tables), 0) / withDraws,
    table: (m) => complete(all, (row) => dealt(row, m)),
    resampled(random) {
      const rows = strata.flatMap((stratum) => stratum.map(() => pick(stratum, random)));
      return complete(rows, (row) => drawsOf[row] && pick(drawsOf[row], random));
    },
  };
}

function strataOf(table: ColumnTable, finished: readonly boolean[]): number[][] {
  const sexes = sexesOf(table);
  return ['female', 'male'].map((sex) =>
    Array.from({ length: table.rows }, (_, row) => row).filter((row) => finished[row] && sexes[row] === sex),
  );
}

const pick = (from: readonly number[], random: Random): number => from[Math.floor(random.uniform() * from.length)] ?? 0;

/** Fisher and Yates' shuffle. */
function shuffled(values: readonly number[], random: Random): number[] {
  const out = [...values];
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(random.uniform() * (at + 1));
    [out[at], out[other]] = [out[other] ?? 0, out[at] ?? 0];
  }
  return out;
}
