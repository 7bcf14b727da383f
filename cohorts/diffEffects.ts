import { COLUMN } from './analyses/columns.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from './analyses/table.ts';
import { quantile } from './statistics/bootstrap.ts';
import { compareGroups, summarise } from './statistics/twoGroups.ts';

/** Number, mean and median of a group's values. */
export interface GroupFacts {
  readonly n: number;
  readonly mean: number | null;
  readonly median: number | null;
}

/** Women's mean − men's, with Welch's interval; nulls where groups are too small. */
export interface SexDifference {
  readonly difference: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** What a cohort says of one quantity, before and after. */
export interface CohortEffect {
  readonly column: string;
  readonly unit: string | null;
  readonly groups: readonly {
    readonly group: 'women' | 'men' | 'all';
    readonly before: GroupFacts;
    readonly after: GroupFacts;
  }[];
  readonly womenMinusMen: { readonly before: SexDifference; readonly after: SexDifference };
}

/** What the cohort is looked at for; those that a table does not have are left out. */
const QUANTITIES: readonly string[] = [
  COLUMN.qrsSimulated,
  COLUMN.qrsRecorded,
  COLUMN.lvFibreVelocity,
  COLUMN.lvTransverseVelocity,
  COLUMN.rvFibreVelocity,
  COLUMN.rvTransverseVelocity,
  'qtInterval_ms',
  'qtIntervalRecorded_ms',
];

/** What becomes of a cohort's answers: each group's number, mean and median, and the women's difference from the men. */
export function cohortEffects(
  before: ColumnTable,
  after: ColumnTable,
  unitOf: (column: string) => string | null,
  level: number,
): CohortEffect[] {
  return QUANTITIES.filter((column) => Object.hasOwn(before.columns, column) && Object.hasOwn(after.columns, column))
    .map((column) => {
      const [was, is] = [valuesBySex(before, column), valuesBySex(after, column)];
      return {
        column,
        unit: unitOf(column),
        groups: (['women', 'men', 'all'] as const).map((group) => ({
          group,
          before: factsOf(was[group]),
          after: factsOf(is[group]),
        })),
        womenMinusMen: { before: sexDifference(was, level), after: sexDifference(is, level) },
      };
    })
    .filter(({ groups }) => groups.some((group) => group.before.n + group.after.n > 0));
}

type BySex = Readonly<Record<'women' | 'men' | 'all', Float64Array>>;

function valuesBySex(table: ColumnTable, column: string): BySex {
  const [values, sexes, isFinished] = [numbersOf(table, column), sexesOf(table), finishedRows(table)];
  // Sorted, so that sums come in one order whatever the order of the rows.
  const pick = (isWanted: (row: number) => boolean) =>
    values.filter((value, row) => isFinished[row] === true && Number.isFinite(value) && isWanted(row)).sort();
  return {
    women: pick((row) => sexes[row] === 'female'),
    men: pick((row) => sexes[row] === 'male'),
    all: pick(() => true),
  };
}

function factsOf(sorted: Float64Array): GroupFacts {
  const { n, mean } = summarise(sorted);
  return { n, mean: finite(mean), median: finite(quantile(sorted, 0.5)) };
}

function sexDifference({ women, men }: BySex, level: number): SexDifference {
  const compared = compareGroups(women, men, level);
  if ('undetermined' in compared) return { difference: null, low: null, high: null };
  return { difference: compared.difference, low: compared.low, high: compared.high };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
