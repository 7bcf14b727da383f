import { DEFAULT_REPOLARISATION, type Prior } from '../../twin/repolarisation/repolarisation.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, EstimateRecord, RowsUsed, Undetermined } from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { differenceRecords, type SexDifference, sexDifference } from './sexDifference.ts';
import { type ColumnTable, finishedRows, numbersOf } from './table.ts';

/** Parameters of the T wave's fit: column, column of its standard deviation, unit, prior. */
const PARAMETERS = [
  { column: COLUMN.ariMean, sd: 'ariMeanSd_ms', unit: 'ms', prior: 'ari_ms' },
  { column: COLUMN.ariApicobasal, sd: 'ariApicobasalSd_ms', unit: 'ms', prior: 'apicobasal_ms' },
  { column: COLUMN.ariTransmural, sd: 'ariTransmuralSd_ms', unit: 'ms', prior: 'transmural_ms' },
  { column: COLUMN.ariInterventricular, sd: 'ariInterventricularSd_ms', unit: 'ms', prior: 'interventricular_ms' },
  { column: COLUMN.ariCoupling, sd: 'ariCouplingSd', unit: 'ms/ms', prior: 'coupling' },
] as const;

/** What a regression on sex is adjusted for, one set after the other. */
const ADJUSTMENTS = [
  [],
  [COLUMN.rrInterval],
  [COLUMN.age, COLUMN.height],
  [COLUMN.age, COLUMN.height, COLUMN.lvMass, COLUMN.rrInterval],
];
/** Below this share of the prior's variance taken away, a difference between groups would show at less than half its size. */
const HALF = 0.5;

/** How much of one parameter is the T wave's, and how much the prior's. */
export interface Contraction {
  readonly n: number;
  readonly priorSd: number;
  /** Mean over subjects of posterior SD / prior SD: 0 all was learned, 1 nothing */
  readonly contraction: number;
  /** 1 − contraction */
  readonly shrinkage: number;
  /** Mean over subjects of 1 − (posterior SD / prior SD)²: the share of its size at which a true difference shows */
  readonly resolvedShare: number;
  readonly canHide: boolean;
  readonly sentence: string;
}

/** One parameter, women against men. */
export interface RepolarisationDifference extends SexDifference {
  readonly parameter: string;
  readonly contraction: Contraction | Undetermined;
}

export interface RepolarisationBySex extends AnalysisResult {
  readonly parameters: readonly (
    | RepolarisationDifference
    | (Undetermined & { readonly parameter: string; readonly rows: RowsUsed })
  )[];
}

/** Estimand (b), for recovery: do twins of women and men repolarise differently? (docs/analyses.md#repolarisation-by-sex) */
export const repolarisationBySex: Analysis<RepolarisationBySex> = {
  name: 'repolarisationBySex',
  run(table, settings) {
    const parameters = PARAMETERS.map((parameter) => differenceOf(table, parameter, settings));
    return {
      title: 'Calibrated repolarisation by sex',
      question:
        'With each heart’s own shape and activation accounted for, does its muscle recover later, or in another order, in women than in men?',
      definition:
        'Difference of mean calibrated parameters (women − men): mean activation–recovery interval, its gradients from apex to base, through the wall and between the ventricles, and its change per delay of activation; alone and in regressions on sex with the RR interval, with age and height, and with LV mass besides.',
      assumptions: [
        'The activation map is right: recovery is fitted upon it, and what is wrong with it goes into the gradients.',
        'The torso’s errors do not differ by sex; T waves are small, and the homogeneous torso changes them as it changes the QRS.',
        'The prior pulls every parameter towards one middle, women’s and men’s alike, so that true differences appear smaller than they are: by the contraction that stands beside each.',
        'The heart rate acts on the mean interval in a straight line where the RR interval is held.',
      ],
      parameters,
      estimates: parameters.flatMap((answer) => ('undetermined' in answer ? [] : recordsOf(answer))),
    };
  },
};

/** The relative difference is of the mean interval only: gradients may be about zero. */
function recordsOf(answer: RepolarisationDifference): EstimateRecord[] {
  const { parameter: outcome, rows, contraction } = answer;
  const unit = PARAMETERS.find(({ column }) => column === outcome)?.unit ?? 'ms';
  const records = differenceRecords({ analysis: 'repolarisationBySex', outcome, unit }, answer).filter(
    ({ estimand }) => estimand !== 'relative' || outcome === COLUMN.ariMean,
  );
  if ('undetermined' in contraction) return records;
  const none = Number.NaN;
  const shown = {
    low: none,
    high: none,
    std_error: none,
    p_value: none,
    interval: 'none',
    women: rows.women,
    men: rows.men,
  } as const;
  const named = { analysis: 'repolarisationBySex', outcome, by: '', unit: '1' } as const;
  return [
    ...records,
    { ...named, ...shown, estimand: 'contraction', estimate: contraction.contraction },
    { ...named, ...shown, estimand: 'resolvedShare', estimate: contraction.resolvedShare },
  ];
}

function differenceOf(
  table: ColumnTable,
  { column, sd, prior }: (typeof PARAMETERS)[number],
  settings: AnalysisSettings,
): RepolarisationBySex['parameters'][number] {
  const answer = sexDifference(table, column, ADJUSTMENTS, settings);
  if ('undetermined' in answer) return { ...answer, parameter: column };
  const { values: _, ...difference } = answer;
  const priors = settings.repolarisation ?? DEFAULT_REPOLARISATION;
  return { ...difference, parameter: column, contraction: contractionOf(table, column, sd, priors[prior]) };
}

function contractionOf(table: ColumnTable, column: string, sd: string, prior: Prior): Contraction | Undetermined {
  if (prior.sd === 0)
    return { undetermined: `${labelOf(column)} was held fixed in the fit: it says nothing about sex` };
  const finished = finishedRows(table);
  const ratios = Array.from(numbersOf(table, sd), (value) => value / prior.sd).filter(
    (ratio, row) => finished[row] && !Number.isNaN(ratio),
  );
  const n = ratios.length;
  if (n === 0) return { undetermined: `the table has no standard deviations of ${labelOf(column)} (column ${sd})` };
  const contraction = ratios.reduce((sum, ratio) => sum + ratio, 0) / n;
  const resolvedShare = ratios.reduce((sum, ratio) => sum + Math.max(0, 1 - ratio ** 2), 0) / n;
  const canHide = resolvedShare < HALF;
  return {
    n,
    priorSd: prior.sd,
    contraction,
    shrinkage: 1 - contraction,
    resolvedShare,
    canHide,
    sentence: `The T wave left ${Math.round(100 * contraction)} % of the prior’s standard deviation (${prior.sd}): a true difference shows at about ${Math.round(100 * resolvedShare)} % of its size${canHide ? ', so that one between the sexes could be hidden' : ''}.`,
  };
}
