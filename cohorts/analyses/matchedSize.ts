import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import { coefficientOf, fitLeastSquares, isUndetermined, type LinearFit } from '../statistics/leastSquares.ts';
import { matchPairs, type Pair } from '../statistics/matching.ts';
import { pickRows, summarise } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN } from './columns.ts';
import { bootstrapRecord, coefficientRecord } from './estimates.ts';
import { completeRows, OUTCOMES, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import type { ColumnTable } from './table.ts';

/** Greatest difference within a pair: 0.2 standard deviations, which takes nearly all of a difference of means away (Cochran & Rubin, Sankhyā A, 1973). */
export const CALIPER = 0.2;
/** Fewer pairs have no interval worth reading: our choice. */
export const LEAST_PAIRS = 10;

const MATCHES = [
  { label: 'LV mass', on: [COLUMN.lvMass] },
  { label: 'LV mass, LV volume and age', on: [COLUMN.lvMass, COLUMN.lvVolume, COLUMN.age] },
] as const;

/** How far apart women and men are in one column, in standard deviations of all women and men; men − women. */
export interface Balance {
  readonly column: string;
  readonly before: number;
  readonly after: number;
}

/** Women and men of like size, and the gap between them. */
export interface MatchedDifference {
  readonly label: string;
  readonly on: readonly string[];
  readonly rows: RowsUsed;
  readonly caliper: number;
  readonly pairs: number;
  /** Of all women and men with complete rows, those in a pair */
  readonly matchedShare: number;
  /** Everyone's gap on the same rows; men − women, ms */
  readonly gap: Estimate;
  /** Mean difference within pairs; men − women, ms; whole pairs resampled */
  readonly difference: Estimate;
  /** Difference within pairs on the differences in size that are left: `const` is the gap at none (HC3) */
  readonly adjusted: LinearFit | Undetermined;
  readonly balance: readonly Balance[];
}

export interface MatchedSize extends AnalysisResult {
  readonly outcomes: readonly {
    readonly outcome: string;
    readonly matches: readonly (
      | MatchedDifference
      | (Undetermined & { readonly label: string; readonly rows: RowsUsed; readonly pairs: number })
    )[];
  }[];
}

/** Women and men of the same size, side by side (docs/analyses.md#matched-size). */
export const matchedSize: Analysis<MatchedSize> = {
  name: 'matchedSize',
  run(table, settings) {
    const outcomes = OUTCOMES.map((outcome) => ({
      outcome,
      matches: MATCHES.map((match) => matchOn(table, outcome, match, settings)),
    }));
    return {
      title: 'Women and men of the same size',
      question: 'Among women and men whose hearts are equally large, whose QRS is longer, and by how much?',
      definition: `Mean difference of QRS duration (men − women) within pairs of a woman and a man matched one to one without replacement, on LV mass alone and on LV mass, LV volume and age; optimal pairs within ${CALIPER} standard deviations. Whole pairs are resampled.`,
      assumptions: [
        'No straight line is taken for granted; but the answer is of those who have a partner: women with large hearts and men with small ones, who may differ from other women and men in more than size.',
        'Pairs are independent of each other, and their choice depends on size alone.',
        'What is left of the difference in size within pairs is small; beside the answer stands one that takes it off by regression.',
      ],
      outcomes,
      estimates: outcomes.flatMap(({ outcome, matches }) =>
        matches.flatMap((match) => ('undetermined' in match ? [] : recordsOf(outcome, match))),
      ),
    };
  },
};

/** The gap of all and within pairs, the latter also adjusted; the share matched and the balance without intervals. Women and men are those of the number's own rows. */
function recordsOf(outcome: string, match: MatchedDifference): EstimateRecord[] {
  const { label, rows, pairs, gap, difference, adjusted, matchedShare, balance } = match;
  const of = (estimand: string, by: string, unit: string, counts: { women: number; men: number }) =>
    ({ analysis: 'matchedSize', estimand, outcome, by, unit, ...counts }) as const;
  const all = { women: rows.women, men: rows.men };
  const matched = { women: pairs, men: pairs };
  const none = Number.NaN;
  const plain = (name: ReturnType<typeof of>, estimate: number): EstimateRecord => ({
    ...name,
    estimate,
    low: none,
    high: none,
    std_error: none,
    p_value: none,
    interval: 'none',
  });
  return [
    bootstrapRecord(of('gap', label, 'ms', all), gap),
    bootstrapRecord(of('matchedDifference', label, 'ms', matched), difference),
    ...(isUndetermined(adjusted)
      ? []
      : [
          coefficientRecord(
            { ...of('adjustedDifference', label, 'ms', matched), family: 'matchedSize' },
            coefficientOf(adjusted, 'const'),
          ),
        ]),
    plain(of('matchedShare', label, '1', all), matchedShare),
    ...balance.flatMap(({ column, before, after }) => [
      { ...plain(of('imbalance', `${label}: before`, '1', all), before), outcome: column },
      { ...plain(of('imbalance', `${label}: after`, '1', matched), after), outcome: column },
    ]),
  ];
}

function matchOn(
  table: ColumnTable,
  outcome: string,
  { label, on }: (typeof MATCHES)[number],
  settings: AnalysisSettings,
): MatchedSize['outcomes'][number]['matches'][number] {
  const rows = completeRows(table, [outcome, ...on]);
  const refuse = (undetermined: string, pairs = 0) => ({ undetermined, label, rows: rows.used, pairs });
  const reason = whyNotComparable(rows.used);
  if (reason) return refuse(reason.undetermined);
  const { women, men } = rows;
  const pairs = matchPairs({ columns: on.map((column) => valuesOf(rows, column)), women, men, caliper: CALIPER });
  if (!pairs) return refuse(`${label} cannot be told apart in these ${women.length + men.length} rows`);
  if (pairs.length < LEAST_PAIRS) {
    return refuse(
      `of ${women.length} women and ${men.length} men only ${pairs.length} pairs are within ${CALIPER} standard deviations of ${label}: at least ${LEAST_PAIRS} are needed`,
      pairs.length,
    );
  }
  const durations = valuesOf(rows, outcome);
  const within = differencesOf(durations, pairs);
  const everyPair = pairs.map((_, pair) => pair);
  const [difference] = bootstrapSums(([sums]) => [meanOf(sums)], countedRows([within], [everyPair]), settings);
  const [gap] = bootstrapSums(
    ([ofWomen, ofMen]) => [meanOf(ofMen) - meanOf(ofWomen)],
    countedRows([durations], [women, men]),
    settings,
  );
  if (!difference || !gap) throw new RangeError('the bootstrap gave no difference');
  const left = on.map((column) => ({ name: column, values: differencesOf(valuesOf(rows, column), pairs) }));
  return {
    label,
    on,
    rows: rows.used,
    caliper: CALIPER,
    pairs: pairs.length,
    matchedShare: (2 * pairs.length) / (women.length + men.length),
    gap,
    difference,
    adjusted: fitLeastSquares(within, left, { covariance: 'HC3', level: settings.level }),
    balance: on.map((column) => balanceOf(column, rows, pairs)),
  };
}

/** Before and after in the spread before, √((s_f² + s_m²)/2), so that the two can be compared. */
function balanceOf(column: string, rows: SexRows, pairs: readonly Pair[]): Balance {
  const values = valuesOf(rows, column);
  const [women, men] = [summarise(pickRows(values, rows.women)), summarise(pickRows(values, rows.men))];
  const spread = Math.sqrt((women.sd ** 2 + men.sd ** 2) / 2);
  const after = summarise(differencesOf(values, pairs)).mean;
  return { column, before: (men.mean - women.mean) / spread, after: after / spread };
}

/** Man's value less woman's, [pairs]. */
const differencesOf = (values: Float64Array, pairs: readonly Pair[]): Float64Array =>
  Float64Array.from(pairs, ({ woman, man }) => (values[man] ?? Number.NaN) - (values[woman] ?? Number.NaN));

const meanOf = (sums: Float64Array | undefined): number => (sums?.[1] ?? Number.NaN) / (sums?.[0] ?? Number.NaN);
