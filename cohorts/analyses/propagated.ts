import { DRAW_METRICS } from '../../twin/ensemble/memberDraws.ts';
import { quantile } from '../statistics/bootstrap.ts';
import { type Completion, openCompletion } from '../uncertainty/completedTables.ts';
import { drawsFromSd } from '../uncertainty/drawsFromSd.ts';
import { DEFAULT_PROPAGATION, type Propagated, type PropagatedEstimate, propagate } from '../uncertainty/propagate.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, TablesBeside, Undetermined } from './analysis.ts';
import { labelOf } from './columns.ts';
import { regressionShare } from './regressionShare.ts';
import { repolarisationBySex } from './repolarisationBySex.ts';
import { sameFunction } from './sameFunction.ts';
import type { ColumnTable } from './table.ts';
import { velocityBySex } from './velocityBySex.ts';

/** Answers about calibrated columns; of those that ask the same of recorded columns, which no draw changes, without them. */
const CARRIED: readonly Propagated[] = [
  velocityBySex,
  repolarisationBySex,
  ofSimulated(regressionShare),
  ofSimulated(sameFunction),
];
const isRecorded = (column: string): boolean => /Recorded/.test(column);
/** A group in which few twins have draws would get an interval that is sure of the others. */
const LEAST_COVERED = 0.8;

export interface PropagatedAnswers extends AnalysisResult {
  /** Where the draws are from: `members` of ensembles, or the `deviations` of the table's columns; null where there are none */
  readonly source: 'members' | 'deviations' | null;
  /** Completed tables */
  readonly imputations: number;
  /** Where the draws are from and what they do to the intervals, for the reader; absent where there is no answer */
  readonly verdict?: string;
  /** Columns that were drawn */
  readonly columns: readonly string[];
  /** Finished subjects with two draws or more, and without */
  readonly withDraws: number;
  readonly withoutDraws: number;
  readonly answers: readonly PropagatedEstimate[];
  /** Calibrated outcomes that are answered about elsewhere in the report and that nothing was drawn of */
  readonly notCarried: readonly (Undetermined & { readonly outcomes: readonly string[] })[];
  /** Why there is no answer at all; null where there is one */
  readonly whyNone: string | null;
}

/** The answers about calibrated numbers, with what is not known of each twin in their intervals (docs/uncertainty.md#from-the-twin-to-the-group). */
export const propagated: Analysis<PropagatedAnswers> = {
  name: 'propagated',
  run(table, settings, beside = {}) {
    const { imputations } = DEFAULT_PROPAGATION;
    const given = beside.draws === undefined ? undefined : openCompletion(table, beside.draws, settings.seed);
    const completion = given ?? openCompletion(table, drawsFromSd(table, settings, imputations), settings.seed);
    const source = completion === undefined ? null : given === undefined ? 'deviations' : 'members';
    const { columns = [], withDraws = 0, withoutDraws = 0 } = completion ?? {};
    const isCovered = withDraws >= LEAST_COVERED * (withDraws + withoutDraws);
    const answers =
      completion === undefined || !isCovered
        ? []
        : CARRIED.flatMap((analysis) => propagate(analysis, completion, table, settings, beside));
    return {
      title: 'Uncertainty of the twins in the answers',
      question: 'How sure is the group’s answer when each twin is known only as far as its ECG determines it?',
      definition:
        'Every answer about calibrated numbers is computed on twenty tables that hold one draw from each twin’s posterior, and joined by Rubin’s rules; shares by percentiles over tables whose rows and draws are drawn together.',
      assumptions: [
        'Draws are from each twin’s posterior; those of an ensemble are so nearly, those of columns and their deviations as far as the curvature at the best fit tells.',
        'What is not known of one twin is independent of what is not known of another.',
        'The prior’s pull is in the draws as it is in the twins: intervals widen about a difference that stays drawn towards 0.',
      ],
      ...(source !== null && completion !== undefined && answers.length > 0
        ? { verdict: verdictOf(source, completion, answers) }
        : {}),
      source,
      imputations,
      columns,
      withDraws,
      withoutDraws,
      answers,
      notCarried: answers.length === 0 ? [] : notCarried(columns, table, settings, beside),
      whyNone: whyNone(source, isCovered, withDraws, withoutDraws, answers.length),
      estimates: answers.map(({ record }) => record),
    };
  },
};

function verdictOf(
  source: 'members' | 'deviations',
  { withDraws, withoutDraws, drawsEach: [least, most] }: Completion,
  answers: readonly PropagatedEstimate[],
): string {
  const each = least === most ? `${least}` : `${least} to ${most}`;
  const from =
    source === 'members'
      ? `${each} draws each from their ensembles`
      : 'draws made from the deviations of single columns, for no ensemble was asked for';
  // Shares are left out: their own standard errors are those of a ratio whose denominator may be near 0.
  const ratios = answers
    .filter(({ record }) => record.interval === 'Rubin')
    .map(({ record, own }) => ({ outcome: record.outcome, ratio: record.std_error / own.std_error }))
    .filter(({ ratio }) => Number.isFinite(ratio))
    .sort((one, other) => one.ratio - other.ratio);
  const widest = ratios.at(-1);
  const middle = quantile(
    ratios.map(({ ratio }) => ratio),
    0.5,
  );
  const wider =
    widest === undefined
      ? ''
      : ` With what is not known of them, standard errors are ${middle.toFixed(1)} times the answers’ own at the median, and ${widest.ratio.toFixed(1)} times at the most (${inWords(widest.outcome)}).`;
  return `${withDraws} of ${withDraws + withoutDraws} finished twins have ${from}.${wider}`;
}

const inWords = (column: string): string =>
  /Velocity_mm_ms$/.test(column) ? `velocity of the ${labelOf(column)}` : labelOf(column);

/** What the intervals elsewhere leave out, outcome by outcome: without an ensemble no number says how far a simulated QRS is off. */
function notCarried(
  columns: readonly string[],
  table: ColumnTable,
  settings: AnalysisSettings,
  beside: TablesBeside,
): PropagatedAnswers['notCarried'] {
  const records = CARRIED.flatMap((analysis) => [
    ...analysis.run(table, { ...settings, resamples: 0 }, beside).estimates,
  ]);
  const outcomes = new Set(
    records.map(({ outcome }) => outcome).filter((outcome) => !columns.includes(outcome) && !isRecorded(outcome)),
  );
  if (outcomes.size === 0) return [];
  const isByEnsemble = [...outcomes].some((outcome) => DRAW_METRICS.includes(outcome));
  const advice = isByEnsemble ? '; an ensemble would tell (calibration.ensembleMembers)' : '';
  return [
    {
      outcomes: [...outcomes],
      undetermined: `nothing was drawn of ${[...outcomes].map(inWords).join(', ')}: intervals of answers about them, elsewhere in this report, hold how people differ and nothing of how far each twin may be off${advice}`,
    },
  ];
}

/** An analysis that finds no recorded outcomes in its table. */
function ofSimulated({ name, run }: Propagated): Propagated {
  return {
    name,
    run({ rows, columns }, settings, beside) {
      const simulated = Object.entries(columns).filter(([column]) => !isRecorded(column));
      return run({ rows, columns: Object.fromEntries(simulated) }, settings, beside);
    },
  };
}

function whyNone(
  source: PropagatedAnswers['source'],
  isCovered: boolean,
  withDraws: number,
  withoutDraws: number,
  answers: number,
): string | null {
  if (source === null) return 'no twin has draws or deviations: ask for an ensemble (calibration.ensembleMembers)';
  if (!isCovered) return `only ${withDraws} of ${withDraws + withoutDraws} finished twins have two draws or more`;
  return answers === 0 ? 'no answer is about a column that was drawn' : null;
}
