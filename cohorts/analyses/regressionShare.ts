import { bootstrapSums } from '../statistics/bootstrapSums.ts';
import type {
  Analysis,
  AnalysisResult,
  Estimate,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { Decomposer, PARTS } from './decomposition.ts';
import { bootstrapRecord } from './estimates.ts';
import {
  availableFactors,
  completeRows,
  factorSets,
  LEAST_ROWS_PER_COEFFICIENT,
  OUTCOMES,
  refusalOf,
  regressOnSex,
  type SexRows,
  valuesOf,
  whyNotComparable,
} from './sexSize.ts';
import type { ColumnTable } from './table.ts';

/** How much of the gap one set of size factors explains. All in the outcome's unit but the share. */
export interface Decomposition {
  readonly factors: readonly string[];
  readonly label: string;
  readonly explained: Estimate;
  readonly unexplained: Estimate;
  /** explained / gap */
  readonly share: Estimate;
  readonly byFactor: readonly { readonly factor: string; readonly explained: Estimate }[];
  readonly threefold:
    | { readonly endowments: Estimate; readonly coefficients: Estimate; readonly interaction: Estimate }
    | Undetermined;
}

/** A set of factors that has no answer, and why. */
export interface NoDecomposition extends Undetermined {
  readonly factors: readonly string[];
  readonly label: string;
}

/** The sex gap in one outcome and what explains it. */
export interface OutcomeShare {
  readonly outcome: string;
  readonly rows: RowsUsed;
  /** Men's mean minus women's. */
  readonly gap: Estimate;
  /** Whether the gap's interval excludes zero; a share of a gap that may be zero means nothing. */
  readonly isGapClear: boolean;
  readonly decompositions: readonly (Decomposition | NoDecomposition)[];
  readonly regressions: readonly RegressionRecord[];
}

export interface RegressionShare extends AnalysisResult {
  readonly leftOut: readonly string[];
  readonly outcomes: readonly (OutcomeShare | (Undetermined & { readonly outcome: string; readonly rows: RowsUsed }))[];
}

/** Estimand (a): the part of the sex gap in QRS duration that goes with size, by regression (docs/analyses.md#regression-share). */
export const regressionShare: Analysis<RegressionShare> = {
  name: 'regressionShare',
  run(table, settings) {
    const { factors, leftOut } = availableFactors(table);
    const outcomes = OUTCOMES.map((outcome) => shareOf(table, outcome, factors, settings));
    return {
      title: 'Share of the sex gap that goes with size',
      question: 'If women and men of this cohort had the same size, how much of the gap in QRS duration would be gone?',
      definition:
        'Oaxaca–Blinder decomposition of the difference of means (men − women). Two-fold: mean differences in size times the slopes of one regression over both sexes with a sex term. Three-fold: the same with women’s slopes, the difference of the regressions at women’s size, and their interaction.',
      assumptions: [
        'QRS duration depends on size in a straight line, within and between the sexes.',
        'Nothing that shapes QRS duration travels with size without being caused by it; a regression cannot see the difference.',
        'Size is measured without error; error in it moves part of the explained gap to the unexplained side.',
        'Factors that rise and fall together share their effect between them arbitrarily: read the joint answer, not its parts.',
      ],
      leftOut,
      outcomes,
      estimates: outcomes.flatMap((outcome) => ('undetermined' in outcome ? [] : recordsOf(outcome))),
    };
  },
};

/** Gap, and for each set of factors what it explains, what it leaves, and its share. */
function recordsOf({ outcome, rows: { women, men }, gap, decompositions }: OutcomeShare): EstimateRecord[] {
  const named = (estimand: string, by: string, unit: string) =>
    ({ analysis: 'regressionShare', estimand, outcome, by, unit, women, men }) as const;
  return [
    bootstrapRecord(named('gap', '', 'ms'), gap),
    ...decompositions.flatMap((parts) =>
      'undetermined' in parts
        ? []
        : [
            bootstrapRecord(named('explained', parts.label, 'ms'), parts.explained),
            bootstrapRecord(named('unexplained', parts.label, 'ms'), parts.unexplained),
            bootstrapRecord(named('share', parts.label, '1'), parts.share),
          ],
    ),
  ];
}

function shareOf(
  table: ColumnTable,
  outcome: string,
  factors: readonly string[],
  settings: Parameters<Analysis<RegressionShare>['run']>[1],
): RegressionShare['outcomes'][number] {
  const rows = completeRows(table, [outcome, ...factors]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, outcome, rows: rows.used };
  const asked = factorSets(factors).map((set) => ({ ...set, refusal: refusalOf(set.factors, rows, outcome) }));
  const sets = asked.filter(({ refusal }) => refusal === undefined);
  const decomposer = new Decomposer(
    valuesOf(rows, outcome),
    factors.map((factor) => valuesOf(rows, factor)),
    rows,
    sets.map((set) => set.factors.map((factor) => factors.indexOf(factor))),
  );
  const [gap, ...estimates] = bootstrapSums((sums) => decomposer.statistic(sums), decomposer.rows, settings);
  if (!gap) throw new RangeError('the bootstrap gave no gap');
  const answers = new Map(
    sets.map(({ factors: set, label }) => [label, readDecomposition(set, label, estimates, rows)]),
  );
  return {
    outcome,
    rows: rows.used,
    gap,
    isGapClear: gap.low > 0 || gap.high < 0,
    decompositions: asked.map(
      ({ factors: set, label, refusal }) =>
        answers.get(label) ?? { factors: set, label, undetermined: refusal ?? 'no answer' },
    ),
    regressions: [[], ...asked.map((set) => set.factors)].map((set) =>
      regressOnSex(rows, outcome, set, settings.level),
    ),
  };
}

/** Takes one decomposition's numbers off the front of the list. */
function readDecomposition(set: readonly string[], label: string, estimates: Estimate[], rows: SexRows): Decomposition {
  const own = estimates.splice(0, PARTS + set.length);
  const [explained, unexplained, share, endowments, coefficients, interaction] = own;
  if (!explained || !unexplained || !share || !endowments || !coefficients || !interaction) {
    throw new RangeError(`the bootstrap gave ${own.length} numbers for ${label}, and not ${PARTS + set.length}`);
  }
  const least = LEAST_ROWS_PER_COEFFICIENT * (set.length + 1);
  const smaller = Math.min(rows.women.length, rows.men.length);
  const isThreefoldKnown = smaller >= least && Number.isFinite(endowments.estimate + interaction.estimate);
  return {
    factors: set,
    label,
    explained,
    unexplained,
    share,
    byFactor: set.map((factor, at) => ({ factor, explained: own[PARTS + at] ?? explained })),
    threefold: isThreefoldKnown
      ? { endowments, coefficients, interaction }
      : {
          undetermined: `slopes within each sex need at least ${least} complete rows of it; the smaller has ${smaller}`,
        },
  };
}
