import { canonicalJson } from '../canonicalJson.ts';
import type { SubjectRow } from '../row.ts';
import { toleranceOf } from './replayTolerance.ts';

/** A column that came out otherwise. */
export interface ColumnDifference {
  readonly column: string;
  readonly recorded: string | number | null;
  readonly replayed: string | number | null;
  /** |replayed − recorded|, around the circle for angles; null where one of them is no number */
  readonly difference: number | null;
  /** What another backend may differ by; 0 where it may not */
  readonly tolerance: number;
}

/** What a comparison leaves out: columns that say who made the row, where another backend is to make it. */
export interface RowComparison {
  /** Units of the metrics, by column */
  readonly units: Readonly<Record<string, string>>;
  readonly isOtherBackend: boolean;
}

/** Hashes and columns that name the backend, or what it made. */
const OF_THE_BACKEND: readonly string[] = ['twinSha256', 'codeVersion', 'backend'];

/** Columns in which two rows of a subject differ, in the order of their names; those of people by name alone, as they are personal. */
export function compareRows(
  recorded: SubjectRow,
  replayed: SubjectRow,
  { units, isOtherBackend }: RowComparison,
): ColumnDifference[] {
  const allOf = (row: SubjectRow): Cells => new Map([...cellsOf(row), ...(isOtherBackend ? [] : drawsOf(row))]);
  const [one, other] = [allOf(recorded), allOf(replayed)];
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const differences: ColumnDifference[] = [];
  for (const column of names) {
    const [before, now] = [one.get(column) ?? null, other.get(column) ?? null];
    if (before === now || (isOtherBackend && OF_THE_BACKEND.includes(column))) continue;
    const unit = units[column];
    const difference = typeof before === 'number' && typeof now === 'number' ? distance(before, now, unit) : null;
    const isPersonal = column in recorded.covariates || column in replayed.covariates;
    differences.push({
      column,
      recorded: isPersonal ? null : before,
      replayed: isPersonal ? null : now,
      difference: isPersonal ? null : difference,
      tolerance: isOtherBackend && unit !== undefined ? toleranceOf(column, unit) : 0,
    });
  }
  return differences;
}

/** Whether a difference is more than another backend may make. */
export const isBeyond = ({ difference, tolerance }: ColumnDifference): boolean =>
  difference === null || difference > tolerance;

type Cells = Map<string, string | number | null>;

/** Draws, each by itself. Those of another backend are of members of its own, as its twin is. */
const drawsOf = ({ draws = {} }: SubjectRow): [string, number | null][] =>
  Object.entries(draws).flatMap(([column, values]) =>
    values.map((value, draw): [string, number | null] => [`${column} of draw ${draw}`, value]),
  );

function cellsOf(row: SubjectRow): Cells {
  const { covariates, metrics, hashes, findings, failure, draws: _, ...rest } = row;
  return new Map<string, string | number | null>([
    ...Object.entries(rest),
    ...Object.entries(covariates),
    ...Object.entries(metrics),
    ...Object.entries(hashes).map(([name, hash]) => [`${name}Sha256`, hash] as const),
    ['findings', findings.join(';')],
    ['failure', failure === null ? null : canonicalJson(failure)],
  ]);
}

const distance = (one: number, other: number, unit: string | undefined): number => {
  const apart = Math.abs(one - other);
  return unit === 'deg' ? Math.min(apart % 360, 360 - (apart % 360)) : apart;
};
