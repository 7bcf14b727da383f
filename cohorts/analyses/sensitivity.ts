import { bootstrapSums } from '../statistics/bootstrapSums.ts';
import { GroupMoments, type MomentTerm } from '../statistics/groupMoments.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { bootstrapRecord } from './estimates.ts';
import { redrawnSizes } from './massConventions.ts';
import {
  completeRows,
  LEAST_ROWS_PER_COEFFICIENT,
  OUTCOMES,
  type SexRows,
  valuesOf,
  whyNotComparable,
} from './sexSize.ts';
import type { ColumnTable } from './table.ts';

/** The gap and what size explains of it, under one choice. All men − women, the outcome's unit but the share. */
export interface Scenario {
  /** The choice in words */
  readonly by: string;
  /** What stands for size, in words */
  readonly size: string;
  readonly gap: Estimate;
  readonly explained: Estimate;
  readonly share: Estimate;
  /** Differences from the first scenario of the same size measure, on the same resamples; absent for that one */
  readonly change?: { readonly gap: Estimate; readonly explained: Estimate; readonly share: Estimate };
}

/** Scenarios that differ in one choice only. */
export interface Variation {
  readonly choice: 'threshold' | 'massConvention' | 'age';
  readonly outcome: string;
  readonly rows: RowsUsed;
  readonly scenarios: readonly Scenario[];
}

export interface Sensitivity extends AnalysisResult {
  readonly variations: readonly (
    | Variation
    | (Undetermined & { readonly choice: Variation['choice']; readonly outcome: string; readonly rows: RowsUsed })
  )[];
}

/** A scenario before its numbers: columns are places in the values given with it. */
interface Plan {
  readonly by: string;
  readonly size: string;
  readonly outcome: number;
  readonly factors: readonly number[];
  readonly covariates: readonly number[];
}

/** Does the answer hang on the delineation's threshold, on how LV mass is drawn, or on age? (docs/analyses.md#sensitivity) */
export const sensitivity: Analysis<Sensitivity> = {
  name: 'sensitivity',
  run(table, settings) {
    const variations = [
      ...THRESHOLDS.map((columns) => varyThreshold(table, columns, settings)),
      ...OUTCOMES.map((outcome) => varyConvention(table, outcome, settings)),
      ...OUTCOMES.map((outcome) => varyAge(table, outcome, settings)),
    ];
    return {
      title: 'What the answer hangs on',
      question:
        'Would the gap, and what size explains of it, be another with another threshold of delineation, another way to draw the LV, or age held?',
      definition:
        'Gap (men − women) and explained share by LV mass, as in the regression share, at half, once and twice the delineation’s threshold; with papillary muscle or the right half of the septum counted elsewhere; and with age in the regressions. Changes are taken on the same rows and resamples as the answer itself.',
      assumptions: [
        'Each choice is varied by itself.',
        'The share of papillary muscle and septum in the mass is the same in all women, and in all men; how far it might differ between the sexes is our range, not a measurement.',
      ],
      variations,
      estimates: variations.flatMap((variation) => ('undetermined' in variation ? [] : recordsOf(variation))),
    };
  },
};

function recordsOf({ outcome, choice, rows: { women, men }, scenarios }: Variation): EstimateRecord[] {
  return scenarios.flatMap(({ by, size, gap, explained, share, change }) => {
    const words = `${choice === 'massConvention' ? 'convention' : choice}: ${by}; ${size}`;
    const named = (estimand: string, unit: string) =>
      ({ analysis: 'sensitivity', estimand, outcome, by: words, unit, women, men }) as const;
    return [
      bootstrapRecord(named('gap', 'ms'), gap),
      bootstrapRecord(named('explained', 'ms'), explained),
      bootstrapRecord(named('share', '1'), share),
      ...(change
        ? [
            bootstrapRecord(named('gapChange', 'ms'), change.gap),
            bootstrapRecord(named('shareChange', '1'), change.share),
          ]
        : []),
    ];
  });
}

/** QRS durations at the usual threshold, half of it and twice it. */
const THRESHOLDS = [
  [COLUMN.qrsRecorded, COLUMN.qrsRecordedLoose, COLUMN.qrsRecordedStrict],
  [COLUMN.qrsSimulated, COLUMN.qrsSimulatedLoose, COLUMN.qrsSimulatedStrict],
] as const;
const THRESHOLD_WORDS = ['the usual threshold', 'half the threshold', 'twice the threshold'];

function varyThreshold(
  table: ColumnTable,
  columns: (typeof THRESHOLDS)[number],
  settings: AnalysisSettings,
): Sensitivity['variations'][number] {
  const rows = completeRows(table, [...columns, COLUMN.lvMass]);
  const plans = columns.map((_, place) => ({
    by: THRESHOLD_WORDS[place] ?? '',
    size: labelOf(COLUMN.lvMass),
    outcome: place,
    factors: [columns.length],
    covariates: [],
  }));
  const values = [...columns, COLUMN.lvMass].map((column) => valuesOf(rows, column));
  return vary({ choice: 'threshold', outcome: columns[0], rows }, values, plans, settings);
}

function varyConvention(
  table: ColumnTable,
  outcome: string,
  settings: AnalysisSettings,
): Sensitivity['variations'][number] {
  const rows = completeRows(table, [outcome, COLUMN.lvMass, COLUMN.lvVolume]);
  const asMeasured = {
    by: 'as measured',
    mass: valuesOf(rows, COLUMN.lvMass),
    volume: valuesOf(rows, COLUMN.lvVolume),
  };
  const values = [valuesOf(rows, outcome)];
  const plans: Plan[] = [];
  for (const { by, mass, volume } of [asMeasured, ...redrawnSizes(rows)]) {
    const [first, second] = [values.length, values.length + 1];
    values.push(mass, volume);
    for (const [size, factors] of [
      [labelOf(COLUMN.lvMass), [first]],
      [labelOf(COLUMN.lvVolume), [second]],
      ['LV mass and volume', [first, second]],
    ] as const) {
      plans.push({ by, size, outcome: 0, factors, covariates: [] });
    }
  }
  return vary({ choice: 'massConvention', outcome, rows }, values, plans, settings);
}

function varyAge(table: ColumnTable, outcome: string, settings: AnalysisSettings): Sensitivity['variations'][number] {
  const rows = completeRows(table, [outcome, COLUMN.lvMass, COLUMN.age]);
  const plan = { size: labelOf(COLUMN.lvMass), outcome: 0, factors: [1] };
  const plans = [
    { ...plan, by: 'age left out', covariates: [] },
    { ...plan, by: 'age held', covariates: [2] },
  ];
  const values = [outcome, COLUMN.lvMass, COLUMN.age].map((column) => valuesOf(rows, column));
  return vary({ choice: 'age', outcome, rows }, values, plans, settings);
}

/** Numbers of a scenario: gap, explained, share. */
const NUMBERS = 3;

/**
 * All scenarios of one choice on the same resamples: `gap` and `left` are men's coefficients in regressions of the outcome on sex and covariates,
 * without and with the factors; explained = gap − left.
 */
function vary(
  { choice, outcome, rows }: { readonly choice: Variation['choice']; readonly outcome: string; readonly rows: SexRows },
  values: readonly Float64Array[],
  plans: readonly Plan[],
  settings: AnalysisSettings,
): Sensitivity['variations'][number] {
  const about = { choice, outcome, rows: rows.used };
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...about, undetermined: reason.undetermined };
  const coefficients = Math.max(...plans.map(({ factors, covariates }) => factors.length + covariates.length)) + 2;
  const n = rows.isFemale.length;
  if (n < LEAST_ROWS_PER_COEFFICIENT * coefficients) {
    return { ...about, undetermined: `${n} complete rows are too few for ${coefficients} coefficients` };
  }
  const references = plans.map(({ size }) => plans.findIndex((other) => other.size === size));
  const moments = new GroupMoments(values, [rows.women, rows.men]);
  const statistic = (sums: readonly Float64Array[]): number[] => {
    moments.read(sums);
    const numbers = plans.flatMap((plan) => gapAndShare(moments, plan));
    const changes = plans.flatMap((_, at) =>
      [0, 1, 2].map((k) => (numbers[NUMBERS * at + k] ?? 0) - (numbers[NUMBERS * (references[at] ?? 0) + k] ?? 0)),
    );
    return [...numbers, ...changes];
  };
  const estimates = bootstrapSums(statistic, moments.rows, settings);
  const read = (start: number) => {
    const [gap, explained, share] = estimates.slice(start, start + NUMBERS);
    if (!gap || !explained || !share) throw new RangeError('the bootstrap gave too few numbers');
    return { gap, explained, share };
  };
  const scenarios = plans.map(({ by, size }, at) => ({
    by,
    size,
    ...read(NUMBERS * at),
    ...(references[at] === at ? {} : { change: read(NUMBERS * (plans.length + at)) }),
  }));
  const [first] = scenarios;
  return first && Number.isFinite(first.share.estimate)
    ? { ...about, scenarios }
    : {
        ...about,
        undetermined: `LV mass or ${labelOf(outcome)} never varies, or follows from the others, in these ${n} rows`,
      };
}

function gapAndShare(moments: GroupMoments, { outcome, factors, covariates }: Plan): number[] {
  const base: MomentTerm[] = [{ place: 0 }, { place: 0, only: 1 }, ...covariates.map((at) => ({ place: at + 1 }))];
  const gap = moments.fit(outcome + 1, base)?.[1] ?? Number.NaN;
  const left = moments.fit(outcome + 1, [...base, ...factors.map((at) => ({ place: at + 1 }))])?.[1] ?? Number.NaN;
  return [gap, gap - left, (gap - left) / gap];
}
