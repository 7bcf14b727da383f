import type { ColumnTable } from './analyses/table.ts';
import { type CohortEffect, cohortEffects } from './diffEffects.ts';
import { quantile } from './statistics/bootstrap.ts';

/** What decided that a subject's row came out otherwise. */
export type Cause = 'ecg' | 'anatomy' | 'settings' | 'code' | 'sheet' | 'outcome';

/** A subject whose row is another one, and by what. */
export interface ChangedRow {
  readonly subject: string;
  /** `outcome`: nothing that decides a row differs, and yet the row does (a failure that passed, a lost artifact) */
  readonly causes: readonly Cause[];
  /** Columns with another value, hashes aside */
  readonly columns: number;
}

/** How one column changed over the subjects that both tables have. */
export interface ColumnChange {
  readonly column: string;
  readonly unit: string | null;
  /** Subjects with another value, those with a value in one table alone included */
  readonly changed: number;
  /** Of these, how many have a value now and had none before, and the other way round */
  readonly gained: number;
  readonly lost: number;
  /** Median of now − before over subjects with other numbers; null for text */
  readonly medianChange: number | null;
  /** The change that is largest in size, and whose it is */
  readonly largestChange: number | null;
  readonly largestIn: string | null;
}

/** A subject that was built and is not any more, or the other way round. */
export interface QuarantineMove {
  readonly subject: string;
  readonly now: 'done' | 'quarantined';
  /** Code of the failure, now or before */
  readonly code: string;
}

/** What must be known of a column. */
export interface DictionaryFacts {
  readonly unit: string | null;
  /** Whether its values come from the sample sheet */
  readonly isSheets: boolean;
}

/** What differs between two tables of one cohort. */
export interface CohortDiff {
  readonly rows: { readonly before: number; readonly after: number; readonly same: number };
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ChangedRow[];
  readonly causes: Readonly<Record<Cause, number>>;
  readonly columns: readonly ColumnChange[];
  /** Columns that only one of the tables has */
  readonly newColumns: readonly string[];
  readonly goneColumns: readonly string[];
  readonly quarantine: readonly QuarantineMove[];
  readonly effects: readonly CohortEffect[];
}

export interface DiffInput {
  readonly before: ColumnTable;
  readonly after: ColumnTable;
  /** What the dictionary says of each column */
  readonly dictionary: ReadonlyMap<string, DictionaryFacts>;
  /** Coverage of the intervals */
  readonly level?: number;
}

/** Columns that say what a row is made of, by the cause that they tell of. */
const DECIDED_BY: readonly (readonly [cause: Cause, columns: readonly string[]])[] = [
  ['ecg', ['ecgInputSha256']],
  ['anatomy', ['anatomyInputSha256', 'electrodesInputSha256', 'torsoInputSha256']],
  ['settings', ['settingsSha256']],
  ['code', ['codeVersion', 'backend']],
];
/** Columns that say what a row is made of rather than what came of it. */
const isOrigin = (column: string): boolean =>
  column.endsWith('Sha256') || ['codeVersion', 'backend', 'seed'].includes(column);

/** Compares two tables of a cohort, subject by subject. The same tables give the same answer, whatever the order of their rows. */
export function diffCohorts({ before, after, dictionary, level = 0.95 }: DiffInput): CohortDiff {
  const [places, placesNow] = [placesOf(before), placesOf(after)];
  const subjects = [...placesNow.keys()].filter((subject) => places.has(subject)).sort();
  const pairs = subjects.map((subject) => ({
    subject,
    before: places.get(subject) ?? 0,
    after: placesNow.get(subject) ?? 0,
  }));
  const [names, namesNow] = [Object.keys(before.columns), Object.keys(after.columns)];
  const shared = namesNow.filter((column) => names.includes(column));
  const isSheets = (column: string): boolean => dictionary.get(column)?.isSheets === true && column !== 'subject';
  // One column at a time: a table may be larger than memory would hold as cells.
  const differing = new Map<string, string[]>();
  const columns: ColumnChange[] = [];
  for (const column of shared) {
    const change = diffColumn(column, pairs, { before, after, dictionary }, differing);
    if (change.changed > 0 && !isOrigin(column)) columns.push(change);
  }
  const changed = subjects.flatMap((subject): ChangedRow[] => {
    const found = differing.get(subject);
    if (found === undefined) return [];
    const results = found.filter((column) => !isOrigin(column));
    return [{ subject, causes: causesOf(found, isSheets), columns: results.length }];
  });
  const causes: Record<Cause, number> = { ecg: 0, anatomy: 0, settings: 0, code: 0, sheet: 0, outcome: 0 };
  for (const row of changed) for (const cause of row.causes) causes[cause]++;
  return {
    rows: { before: before.rows, after: after.rows, same: pairs.length - changed.length },
    added: [...placesNow.keys()].filter((subject) => !places.has(subject)).sort(),
    removed: [...places.keys()].filter((subject) => !placesNow.has(subject)).sort(),
    changed,
    causes,
    columns,
    newColumns: namesNow.filter((column) => !names.includes(column)),
    goneColumns: names.filter((column) => !namesNow.includes(column)),
    quarantine: quarantineMoves(before, after, pairs),
    effects: cohortEffects(before, after, (column) => dictionary.get(column)?.unit ?? null, level),
  };
}

interface Pair {
  readonly subject: string;
  readonly before: number;
  readonly after: number;
}

function diffColumn(
  column: string,
  pairs: readonly Pair[],
  { before, after, dictionary }: DiffInput,
  differing: Map<string, string[]>,
): ColumnChange {
  const [was, is] = [before.columns[column] ?? [], after.columns[column] ?? []];
  const changes: number[] = [];
  let [changed, gained, lost] = [0, 0, 0];
  let largest: { readonly change: number; readonly subject: string } | undefined;
  for (const pair of pairs) {
    const [one, other] = [was[pair.before] ?? null, is[pair.after] ?? null];
    if (one === other) continue;
    changed++;
    const others = differing.get(pair.subject);
    if (others === undefined) differing.set(pair.subject, [column]);
    else others.push(column);
    if (one === null) gained++;
    else if (other === null) lost++;
    else if (typeof one === 'number' && typeof other === 'number') {
      const change = other - one;
      changes.push(change);
      if (largest === undefined || Math.abs(change) > Math.abs(largest.change))
        largest = { change, subject: pair.subject };
    }
  }
  const median = quantile(Float64Array.from(changes).sort(), 0.5);
  return {
    column,
    unit: dictionary.get(column)?.unit ?? null,
    changed,
    gained,
    lost,
    medianChange: Number.isFinite(median) ? median : null,
    largestChange: largest?.change ?? null,
    largestIn: largest?.subject ?? null,
  };
}

function causesOf(differing: readonly string[], isSheets: (column: string) => boolean): readonly Cause[] {
  const causes = DECIDED_BY.filter(([, columns]) => columns.some((column) => differing.includes(column))).map(
    ([cause]) => cause,
  );
  // The hash of a row of the sheet holds the paths of its files as well, which by themselves change nothing.
  if (differing.some(isSheets)) causes.push('sheet');
  return causes.length > 0
    ? causes
    : differing.every((column) => column === 'sheetRowSha256')
      ? ['sheet']
      : ['outcome'];
}

function quarantineMoves(before: ColumnTable, after: ColumnTable, pairs: readonly Pair[]): QuarantineMove[] {
  const [was, is] = [before.columns.status ?? [], after.columns.status ?? []];
  const moved = pairs.filter((pair) => was[pair.before] !== is[pair.after]);
  if (moved.length === 0) return [];
  const [codes, codesNow] = [before.columns.failureCode ?? [], after.columns.failureCode ?? []];
  return moved.map(({ subject, before: earlier, after: row }) =>
    is[row] === 'quarantined'
      ? { subject, now: 'quarantined', code: String(codesNow[row] ?? '') }
      : { subject, now: 'done', code: String(codes[earlier] ?? '') },
  );
}

const placesOf = ({ columns: { subject = [] } }: ColumnTable): ReadonlyMap<string, number> =>
  new Map(subject.map((name, row) => [String(name), row]));
