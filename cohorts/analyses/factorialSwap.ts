import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import { shapleyInteractions, shapleyValues } from '../statistics/shapley.ts';
import { signFlipTests } from '../statistics/signFlip.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, Estimate, EstimateRecord, Undetermined } from './analysis.ts';
import { bootstrapRecord } from './estimates.ts';
import { COMBINATIONS, type SwapPair, type SwapPairs, swapPairs } from './swapPairs.ts';
import { type ColumnTable, numbersOf } from './table.ts';
import { SWAP_FACTORS, type SwapFactor } from './tablesBeside.ts';

/** With 2,000 resamples the 9,999 draws that are usual. */
const FLIPS_PER_RESAMPLE = 5;
/** Clusters of pairs below which there is no interval. */
const LEAST_CLUSTERS = 5;

const OUTCOMES = [
  { outcome: 'qrsDuration_ms', unit: 'ms' },
  { outcome: 'totalActivationTime_ms', unit: 'ms' },
  { outcome: 'qtInterval_ms', unit: 'ms' },
  { outcome: 'qrsAmplitude_mV', unit: 'mV' },
  { outcome: 'tAmplitude_mV', unit: 'mV' },
] as const;

/** Questions that take several factors as one. */
export const SWAP_GROUPS = [
  { group: 'anatomy', label: 'heart (shape and size)', factors: ['heartShape', 'heartSize'] },
  { group: 'geometry', label: 'all but function', factors: ['heartShape', 'heartSize', 'heartPosition', 'torso'] },
] as const satisfies readonly { group: string; label: string; factors: readonly SwapFactor[] }[];

/** In words of the report. */
export const SWAP_LABELS: Readonly<Record<SwapFactor, string>> = {
  heartShape: 'heart shape',
  heartSize: 'heart size',
  heartPosition: 'heart position',
  torso: 'torso',
  function: 'function',
};

/** A mean over pairs with how likely it is where exchanging makes no difference (sign flips). */
export interface TestedEstimate extends Estimate {
  readonly p_value: number;
}

/** One factor, or several as one. In the outcome's unit but the share. */
export interface SwapEffect {
  /** Name of a factor or of a group */
  readonly name: string;
  readonly label: string;
  /** Added by the man's in place of the woman's, averaged over all orders of exchanging; of a group, the sum of its factors */
  readonly shapley: TestedEstimate;
  /** shapley / gap */
  readonly share: Estimate;
  /** The same exchanged first, all else being the woman's */
  readonly fromFemale: TestedEstimate;
  /** … and last, all else being the man's already */
  readonly fromMale: TestedEstimate;
}

/** How much more two factors add together than each by itself, averaged over what the others are. */
export interface SwapInteraction {
  readonly factors: readonly [SwapFactor, SwapFactor];
  readonly estimate: TestedEstimate;
}

export interface SwapOutcome {
  readonly outcome: string;
  readonly unit: string;
  readonly pairs: number;
  /** Subjects who are in a pair */
  readonly women: number;
  readonly men: number;
  /** Pairs that lack a combination */
  readonly incomplete: number;
  /** Independent sets of pairs: fewer than pairs where subjects are in several */
  readonly clusters: number;
  /** All of the man's less all of the woman's, mean over pairs */
  readonly gap: TestedEstimate;
  readonly isGapClear: boolean;
  /** Mean outcome by combination, [2⁵]: bit k set where factor k of `SWAP_FACTORS` is the man's */
  readonly means: readonly number[];
  readonly factors: readonly SwapEffect[];
  readonly groups: readonly SwapEffect[];
  readonly interactions: readonly SwapInteraction[];
}

export interface FactorialSwap extends AnalysisResult {
  readonly outcomes: readonly (
    | SwapOutcome
    | (Undetermined & { readonly outcome: string; readonly pairs: number; readonly incomplete: number })
  )[];
  /** Why there is no answer at all; null where there is one */
  readonly whyNone: string | null;
}

/** Estimand (e): what each factor makes of the gap when it alone is exchanged between a woman and a man (docs/analyses.md#factorial-swap). */
export const factorialSwap: Analysis<FactorialSwap> = {
  name: 'factorialSwap',
  run(_table, settings, { swaps } = {}) {
    const outcomes = swaps === undefined ? [] : outcomesOf(swaps, settings);
    return {
      title: 'Factors exchanged between women and men',
      question:
        'If a woman’s twin were given a man’s heart size, shape, position, torso or function, which of these would make her ECG his?',
      definition:
        'All 32 combinations of five factors of a woman and a man are simulated. Each factor’s share of the pair’s gap (man − woman) is its Shapley value: what it adds, averaged over all orders in which the five can be exchanged; the shares sum to the gap.',
      assumptions: [
        'The exchanged twins are what such hearts would be: shape, size, position, torso and function can be set apart from each other.',
        'A difference is counted where it is in the model; what the model does not hold is in no factor.',
        'Where factors interact, a share is an average over orders and depends on which factors are set beside it.',
        'Pairs stand for the cohort; the answer is of these pairs and of the way they were matched.',
      ],
      outcomes,
      whyNone: whyNone(swaps, outcomes),
      estimates: outcomes.flatMap((outcome) => ('undetermined' in outcome ? [] : recordsOf(outcome))),
    };
  },
};

function whyNone(swaps: ColumnTable | undefined, outcomes: FactorialSwap['outcomes']): string | null {
  if (swaps === undefined) return 'no table of exchanged twins stands beside the cohort';
  if (outcomes.length === 0) return 'the table of exchanged twins has none of the outcomes';
  return null;
}

function outcomesOf(swaps: ColumnTable, settings: AnalysisSettings): FactorialSwap['outcomes'] {
  return OUTCOMES.filter(({ outcome }) => numbersOf(swaps, outcome).some((value) => !Number.isNaN(value))).map(
    ({ outcome, unit }) => outcomeOf(swapPairs(swaps, outcome), outcome, unit, settings),
  );
}

function outcomeOf(
  { pairs, incomplete, clusters }: SwapPairs,
  outcome: string,
  unit: string,
  settings: AnalysisSettings,
): FactorialSwap['outcomes'][number] {
  if (clusters.length < LEAST_CLUSTERS) {
    const lacking = incomplete > 0 ? `; ${incomplete} lack a combination` : '';
    const undetermined = `${pairs.length} complete pairs in ${clusters.length} sets without a subject in common: at least ${LEAST_CLUSTERS} are needed${lacking}`;
    return { undetermined, outcome, pairs: pairs.length, incomplete };
  }
  const contrasts = contrastsOf(pairs);
  const estimates = estimate(contrasts, clusters, settings);
  const read = (name: string): TestedEstimate => {
    const found = estimates.get(name);
    if (!found) throw new RangeError(`no estimate of ${name}`);
    return found;
  };
  const effectOf = (name: string, label: string): SwapEffect => ({
    name,
    label,
    shapley: read(`shapley ${name}`),
    share: read(`share ${name}`),
    fromFemale: read(`fromFemale ${name}`),
    fromMale: read(`fromMale ${name}`),
  });
  const gap = read('gap');
  return {
    outcome,
    unit,
    pairs: pairs.length,
    women: new Set(pairs.map(({ female }) => female)).size,
    men: new Set(pairs.map(({ male }) => male)).size,
    incomplete,
    clusters: clusters.length,
    gap,
    isGapClear: gap.low > 0 || gap.high < 0,
    means: Array.from({ length: COMBINATIONS }, (_, combination) => mean(pairs, combination)),
    factors: SWAP_FACTORS.map((factor) => effectOf(factor, SWAP_LABELS[factor])),
    groups: SWAP_GROUPS.map(({ group, label }) => effectOf(group, label)),
    interactions: TWO_FACTORS.map(({ factors, name }) => ({ factors, estimate: read(name) })),
  };
}

const ALL = COMBINATIONS - 1;

const TWO_FACTORS = SWAP_FACTORS.flatMap((one, i) =>
  SWAP_FACTORS.slice(i + 1).map((other, next) => ({
    factors: [one, other] as const,
    name: `interaction ${one} ${other}`,
    place: i * SWAP_FACTORS.length + i + 1 + next,
  })),
);

/** Every number that is asked of one pair, by name, [pairs] each. */
function contrastsOf(pairs: readonly SwapPair[]): Map<string, Float64Array> {
  const contrasts = new Map<string, Float64Array>();
  const add = (name: string, of: (values: Float64Array, at: number) => number) =>
    contrasts.set(
      name,
      Float64Array.from(pairs, ({ values }, at) => of(values, at)),
    );
  const cell = (values: Float64Array, combination: number) => values[combination] ?? Number.NaN;
  add('gap', (values) => cell(values, ALL) - cell(values, 0));
  const shapley = pairs.map(({ values }) => shapleyValues(SWAP_FACTORS.length, values));
  const named = SWAP_FACTORS.map((factor) => ({ group: factor, factors: [factor] as readonly SwapFactor[] }));
  for (const { group, factors } of [...named, ...SWAP_GROUPS]) {
    const places = factors.map((factor) => SWAP_FACTORS.indexOf(factor));
    const mask = places.reduce((sum, place) => sum | (1 << place), 0);
    add(`shapley ${group}`, (_, at) => places.reduce((sum, place) => sum + (shapley[at]?.[place] ?? Number.NaN), 0));
    add(`fromFemale ${group}`, (values) => cell(values, mask) - cell(values, 0));
    add(`fromMale ${group}`, (values) => cell(values, ALL) - cell(values, ALL ^ mask));
  }
  const interactions = pairs.map(({ values }) => shapleyInteractions(SWAP_FACTORS.length, values));
  for (const { name, place } of TWO_FACTORS) add(name, (_, at) => interactions[at]?.[place] ?? Number.NaN);
  return contrasts;
}

/** Means of contrasts over pairs, and of Shapley values by the gap, resampled and flipped by clusters. */
function estimate(
  contrasts: ReadonlyMap<string, Float64Array>,
  clusters: SwapPairs['clusters'],
  settings: AnalysisSettings,
): Map<string, TestedEstimate> {
  const names = [...contrasts.keys()];
  const columns = [...contrasts.values()];
  const shared = names.flatMap((name, at) =>
    name.startsWith('shapley ') ? [{ name: name.replace('shapley', 'share'), at }] : [],
  );
  const found = bootstrapSums(
    ([sums = NONE]) => {
      const numbers = names.map((_, at) => (sums[at + 1] ?? Number.NaN) / (sums[0] ?? Number.NaN));
      return [...numbers, ...shared.map(({ at }) => (numbers[at] ?? Number.NaN) / (numbers[0] ?? Number.NaN))];
    },
    { ...countedRows(columns, []), strata: [clusters] },
    settings,
  );
  const sumOf = (column: Float64Array) =>
    clusters.map((cluster) => cluster.reduce((sum, at) => sum + (column[at] ?? Number.NaN), 0));
  const p_values = signFlipTests(columns.map(sumOf), settings.seed, FLIPS_PER_RESAMPLE * settings.resamples - 1);
  const all = [...names, ...shared.map(({ name }) => name)];
  return new Map(
    found.map((number, at) => [all[at] ?? '', { ...number, p_value: p_values[at] ?? Number.NaN }] as const),
  );
}

const NONE = new Float64Array();

const mean = (pairs: readonly SwapPair[], combination: number): number =>
  pairs.reduce((sum, { values }) => sum + (values[combination] ?? Number.NaN), 0) / pairs.length;

/** The gap; of each factor and group its Shapley value, share and effects alone; the interactions. */
function recordsOf(answer: SwapOutcome): EstimateRecord[] {
  const { outcome, unit, women, men } = answer;
  const record = (estimand: string, by: string, estimate: Estimate, p_value = Number.NaN): EstimateRecord => {
    const name = { analysis: 'factorialSwap', estimand, outcome, by, unit, women, men } as const;
    return { ...bootstrapRecord(estimand === 'share' ? { ...name, unit: '1' } : name, estimate), p_value };
  };
  const effects = [...answer.factors, ...answer.groups].flatMap(
    ({ label, shapley, share, fromFemale, fromMale }, at) => {
      const whole = record('shapley', label, shapley, shapley.p_value);
      return [
        at < answer.factors.length ? { ...whole, family: `factorialSwap ${outcome}` } : whole,
        record('share', label, share),
        record('fromFemale', label, fromFemale, fromFemale.p_value),
        record('fromMale', label, fromMale, fromMale.p_value),
      ];
    },
  );
  const interactions = answer.interactions.map(({ factors: [one, other], estimate }) =>
    record('interaction', `${SWAP_LABELS[one]} × ${SWAP_LABELS[other]}`, estimate, estimate.p_value),
  );
  return [record('gap', '', answer.gap, answer.gap.p_value), ...effects, ...interactions];
}
