import type { TraitOutcome } from '../../cohorts/analyses/ageAndBody.ts';
import type { EstimateRecord } from '../../cohorts/analyses/analysis.ts';
import type { ParameterContraction } from '../../cohorts/analyses/contraction.ts';
import type { SwapOutcome } from '../../cohorts/analyses/factorialSwap.ts';
import { SWAP_LABELS } from '../../cohorts/analyses/factorialSwap.ts';
import type { QuarantineBias } from '../../cohorts/analyses/quarantineBias.ts';
import type { ColumnCoverage } from '../../cohorts/analyses/representation.ts';
import { SWAP_FACTORS } from '../../cohorts/analyses/tablesBeside.ts';
import type { EstimandLine } from '../../cohorts/report/estimands.ts';
import type { ScatterPoint } from '../../cohorts/report/figures/sizeScatter.ts';
import type { SubjectFlow } from '../../cohorts/report/figures/subjectFlow.ts';
import type { Waterfall } from '../../cohorts/report/figures/waterfall.ts';
import { withInterval } from '../../cohorts/report/numbers.ts';

const around = (estimate: number, half: number) => ({
  estimate,
  low: estimate - half,
  high: estimate + half,
  std_error: half / 2,
});

const line = (
  definition: EstimandLine['definition'],
  group: string,
  label: string,
  estimate: number,
  unit: 'ms' | '%' = 'ms',
): EstimandLine => {
  const half = unit === 'ms' ? 1.2 : 4;
  const interval = around(estimate, half);
  const isSizePart = definition === 'a';
  return {
    definition,
    group,
    label,
    unit,
    ...interval,
    note: withInterval(interval, unit, 1),
    women: 60,
    men: 60,
    isSizePart,
  };
};

export const estimandLinesFixed: readonly EstimandLine[] = [
  line('gap', 'The gap', 'recorded QRS duration, men − women', 6),
  line('a', '(a) goes with size, by regression on', 'all together', 4.1),
  line('a', '(a) goes with size, by regression on', 'LV mass', 5),
  line('a', '(a) goes with size, by regression on', 'height', 2.2),
  line('c', '(c) anatomy alone', 'hearts, positions and torsos', 4.6),
  line('e', '(e) exchanged', 'heart size', 3.9),
  line('e', '(e) exchanged', 'function', 1.1),
  line('d', '(d) QRS for its size', 'by LV mass', 28, '%'),
  line('d', '(d) QRS for its size', 'by height', 1.5, '%'),
];

export const waterfall: Waterfall = {
  outcome: 'qrsDurationRecorded_ms',
  women: 86.2,
  men: 92.4,
  steps: [
    { label: 'LV mass', change: 4.1, low: 2, high: 6.2, kind: 'factor' },
    { label: 'height', change: -0.6, low: -2, high: 0.8, kind: 'factor' },
    { label: 'not explained by these', change: 2.7, low: 0.1, high: 5.3, kind: 'rest' },
  ],
};

/** Points on two parallel lines with a small fixed scatter. */
export const scatterPoints = (n: number): ScatterPoint[] =>
  Array.from({ length: n }, (_, at) => {
    const isWoman = at % 2 === 0;
    const size = (isWoman ? 80 : 105) + (50 * ((at * 13) % n)) / n;
    const noise = ((at * 29) % 11) - 5;
    return { size, duration: 75 + 0.1 * size + (isWoman ? 0 : 2) + 0.8 * noise, sex: isWoman ? 'women' : 'men' };
  });

export const flow: SubjectFlow = {
  steps: [
    { n: 120, words: 'in the sample sheet', lost: [] },
    { n: 118, words: 'read', lost: [{ reason: 'a file cannot be read', n: 2 }] },
    {
      n: 113,
      words: 'prepared',
      lost: [
        { reason: 'the ECG cannot be fitted', n: 1 },
        { reason: 'the heart cannot carry a twin', n: 4 },
      ],
    },
    { n: 113, words: 'calibrated', lost: [] },
    { n: 113, words: 'measured: twins in the table', lost: [] },
  ],
  analyses: [
    { title: 'Share of the sex gap that goes with size', women: 55, men: 56 },
    { title: 'Who differs from whom <in> the tables', women: 1, men: 2 },
  ],
};

const resampled = (estimate: number, half: number) => {
  const interval = around(estimate, half);
  return { ...interval, percentileLow: interval.low, percentileHigh: interval.high, resamples: 100 };
};
const tested = (estimate: number, half: number) => ({ ...resampled(estimate, half), p_value: 0.01 });
const added = [0.8, 3.4, 0.5, 0.6, 0.9];

export const swapOutcome: SwapOutcome = {
  outcome: 'qrsDuration_ms',
  unit: 'ms',
  pairs: 24,
  women: 24,
  men: 24,
  incomplete: 0,
  clusters: 24,
  gap: tested(6.2, 1.1),
  isGapClear: true,
  means: Array.from({ length: 32 }, (_, at) => 86 + at / 5),
  factors: SWAP_FACTORS.map((name, at) => ({
    name,
    label: SWAP_LABELS[name],
    shapley: tested(added[at] ?? 0, 0.5),
    share: resampled((added[at] ?? 0) / 6.2, 0.1),
    fromFemale: tested((added[at] ?? 0) - 0.2, 0.5),
    fromMale: tested((added[at] ?? 0) + 0.2, 0.5),
  })),
  groups: [],
  interactions: [
    { factors: ['heartSize', 'function'], estimate: tested(0.4, 0.3) },
    { factors: ['heartShape', 'torso'], estimate: tested(-0.1, 0.3) },
  ],
};

export const trait = 'age_y';

const curve = (start: number, slope: number) =>
  Array.from({ length: 11 }, (_, at) => {
    const x = 45 + 3 * at;
    const { estimate, low, high } = around(start + slope * at + 0.02 * at * at, 1 + 0.04 * (at - 5) ** 2);
    return { x, estimate, low, high };
  });

export const curveOutcome: TraitOutcome = {
  outcome: 'qrsDurationRecorded_ms',
  unit: 'ms',
  trait,
  rows: { women: 60, men: 60, quarantined: 0, withoutSex: 0, missing: {} },
  groups: [],
  slope: { undetermined: 'not asked for here' },
  regressions: [],
  curve: {
    knots: [48, 58, 66, 74],
    held: { bmi_kg_m2: 25 },
    women: curve(85, 0.2),
    men: curve(91, 0.3),
    interaction: { undetermined: 'too few rows' },
    bend: { undetermined: 'too few rows' },
  },
};

const group = (mean: number, informed: number) => ({ n: 40, mean, sd: 0.08, informed });

export const contractions: readonly ParameterContraction[] = [
  {
    parameter: 'lvFibre',
    label: 'LV along fibres',
    all: group(0.62, 0.97),
    women: group(0.6, 1),
    men: group(0.64, 0.95),
  },
  {
    parameter: 'ari',
    label: 'transmural gradient',
    all: group(0.96, 0.02),
    women: group(0.95, 0.05),
    men: group(0.97, 0),
  },
];

const proportion = (count: number, of: number) => ({
  count,
  of,
  share: count / of,
  low: count / of - 0.1,
  high: Math.min(1, count / of + 0.06),
});

export const coverage: readonly ColumnCoverage[] = [
  {
    column: 'sex',
    groups: [
      { level: 'female', subjects: 60, finished: proportion(52, 60), share: 0.48 },
      { level: 'male', subjects: 60, finished: proportion(57, 60), share: 0.52 },
    ],
    unknown: 0,
  },
  { column: 'age_y', groups: [{ level: '60-69', subjects: 31, finished: proportion(20, 31), share: 0.2 }], unknown: 3 },
];

export const quarantine: QuarantineBias = {
  title: 'Who is missing',
  question: '',
  definition: '',
  assumptions: [],
  estimates: [],
  quarantined: 11,
  finished: 109,
  sex: { quarantined: { women: 8, men: 3 }, finished: { women: 52, men: 57 }, p_value: 0.12 },
  traits: [
    {
      trait: 'age_y',
      quarantined: { n: 11, mean: 66 },
      finished: { n: 109, mean: 61 },
      standardisedDifference: 0.62,
      p_value: 0.04,
    },
    {
      trait: 'height_cm',
      quarantined: { n: 11, mean: 167 },
      finished: { n: 109, mean: 168 },
      standardisedDifference: -0.08,
      p_value: 0.8,
    },
  ],
  verdict: '',
};

const record = (estimand: string, outcome: string, by: string, unit: string, estimate: number): EstimateRecord => ({
  analysis: 'made up',
  estimand,
  outcome,
  by,
  unit,
  ...around(estimate, unit === '1' ? 0.1 : 1),
  p_value: Number.NaN,
  interval: 'BCa',
  women: 60,
  men: 60,
});

export const records: readonly EstimateRecord[] = [
  record('difference', 'qtInterval_ms', '', 'ms', 8.2),
  record('difference', 'qtInterval_ms', 'age', 'ms', 7.9),
  record('adjustedDifference', 'qtInterval_ms', 'age and RR interval', 'ms', 10.4),
  record('share', 'qtInterval_ms', 'age', '1', 0.4),
];
