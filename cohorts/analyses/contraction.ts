import { compareGroups, type GroupSummary, summarise } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  EstimateRecord,
  TablesBeside,
  Undetermined,
} from './analysis.ts';
import { comparisonRecord } from './estimates.ts';
import { type PosteriorParameter, posteriorParameters, posteriorsOf } from './posteriors.ts';
import { type ColumnTable, finishedRows, sexesOf } from './table.ts';

/** Below this share of the prior's standard deviation the ECG is said to say something; our choice: a third of the variance is gone. */
export const SAYS_SOMETHING = 0.8;

/** How far posteriors are narrower than priors in one group of twins. */
export interface GroupContraction extends GroupSummary {
  /** Share of the twins whose contraction is below 0.8 */
  readonly informed: number;
}

/** One parameter: posterior by prior standard deviation, 1 where the ECG says nothing of it. */
export interface ParameterContraction {
  readonly parameter: string;
  readonly label: string;
  readonly all: GroupContraction;
  readonly women: GroupContraction;
  readonly men: GroupContraction;
}

export interface ContractionBySex extends AnalysisResult {
  readonly parameters: readonly (
    | ParameterContraction
    | (Undetermined & { readonly parameter: string; readonly label: string })
  )[];
}

/** What the ECGs of the cohort say of each calibrated parameter (docs/uncertainty.md#contraction). */
export const contraction: Analysis<ContractionBySex> = {
  name: 'contraction',
  run(table, settings, beside = {}) {
    const parameters = posteriorParameters(settings).map((parameter) => contractionOf(table, parameter, beside));
    return {
      title: 'What an ECG says of each parameter',
      question: 'Which calibrated numbers come from people’s ECGs, and which from the prior?',
      definition:
        'Contraction: standard deviation of a twin’s posterior by that of the prior. 1: the ECG says nothing; 0: it says all. A twin counts as informed below 0.8.',
      assumptions: [
        'Posteriors are as wide as is said: those of an ensemble by its members’ spread, those of repolarisation by the curvature at the best fit where there is no ensemble.',
        'Above 1 says no more than 1: members that explain an ECG in different ways end farther apart than the prior’s draws.',
        'Few members give a rough deviation: in a single twin it is off by a fifth with 16 of them and by two fifths with four, both ways.',
      ],
      parameters,
      estimates: parameters.flatMap((parameter) =>
        'undetermined' in parameter ? [] : recordsOf(table, parameter, settings, beside),
      ),
    };
  },
};

function contractionOf(
  table: ColumnTable,
  parameter: PosteriorParameter,
  beside: TablesBeside,
): ContractionBySex['parameters'][number] {
  const { column, label, prior } = parameter;
  if (prior === undefined)
    return { parameter: column, label, undetermined: `${label}: its prior is not known to this analysis` };
  if (prior.sd === 0)
    return { parameter: column, label, undetermined: `${label}: it was held at its prior in the calibration` };
  const { women, men, all } = byGroup(table, parameter, beside);
  if (all.length === 0) {
    return { parameter: column, label, undetermined: `${label}: no finished twin has a standard deviation of it` };
  }
  return { parameter: column, label, all: groupOf(all), women: groupOf(women), men: groupOf(men) };
}

/** Contractions of finished twins: all, and of those whose sex is known. */
function byGroup(table: ColumnTable, parameter: PosteriorParameter, { draws }: TablesBeside) {
  const { sd } = posteriorsOf(table, parameter, draws);
  const finished = finishedRows(table);
  const sexes = sexesOf(table);
  const groups = { all: [] as number[], women: [] as number[], men: [] as number[] };
  for (const [row, value] of sd.entries()) {
    if (!finished[row] || Number.isNaN(value)) continue;
    const share = value / (parameter.prior?.sd ?? Number.NaN);
    groups.all.push(share);
    if (sexes[row] === 'female') groups.women.push(share);
    if (sexes[row] === 'male') groups.men.push(share);
  }
  return groups;
}

const groupOf = (shares: readonly number[]): GroupContraction => ({
  ...summarise(shares),
  informed: shares.filter((share) => share < SAYS_SOMETHING).length / shares.length,
});

/** Whether more is known of one sex than of the other, women − men: what draws their difference towards 0 unevenly. */
function recordsOf(
  table: ColumnTable,
  { parameter }: ParameterContraction,
  settings: AnalysisSettings,
  beside: TablesBeside,
): EstimateRecord[] {
  const found = posteriorParameters(settings).find(({ column }) => column === parameter);
  if (found === undefined) return [];
  const { women, men } = byGroup(table, found, beside);
  const comparison = compareGroups(women, men, settings.level);
  if ('undetermined' in comparison) return [];
  const name = { analysis: 'contraction', estimand: 'difference', outcome: parameter, by: '', unit: '1' } as const;
  return [comparisonRecord({ ...name, women: women.length, men: men.length }, comparison)];
}
