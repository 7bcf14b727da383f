import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import {
  type AngleComparison,
  compareAngles,
  directionOf_deg,
  shortTurn_deg,
  summariseAngles,
  unitVectors,
} from '../statistics/circular.ts';
import { coefficientOf, fitLeastSquares, isUndetermined } from '../statistics/leastSquares.ts';
import { pickRows } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Coefficient,
  Estimate,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { bootstrapRecord, coefficientRecord } from './estimates.ts';
import { differenceRecords, type SexDifference, sexDifference } from './sexDifference.ts';
import { completeRows, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import { type ColumnTable, numbersOf } from './table.ts';

const ANALYSIS = 'qtBySex';
const RATE = [COLUMN.rrInterval];
const AGE_AND_RATE = [COLUMN.age, COLUMN.rrInterval];

/** What is compared, recorded before simulated: column, unit, and whether a share of the men's mean has a meaning. */
const OUTCOMES: readonly { column: string; unit: string; hasRatio: boolean }[] = [
  ...[COLUMN.qtRecorded, COLUMN.qtSimulated].map(asInterval),
  ...[COLUMN.fridericiaRecorded, COLUMN.fridericiaSimulated, COLUMN.framinghamRecorded].map(asInterval),
  ...[COLUMN.framinghamSimulated, COLUMN.hodgesRecorded, COLUMN.hodgesSimulated].map(asInterval),
  ...[COLUMN.bazettRecorded, COLUMN.bazettSimulated, COLUMN.jtRecorded, COLUMN.jtSimulated].map(asInterval),
  ...[COLUMN.rrInterval].map(asInterval),
  ...[COLUMN.tV2Recorded, COLUMN.tV2Simulated, COLUMN.tV5Recorded, COLUMN.tV5Simulated].map((column) => ({
    column,
    unit: 'mV',
    hasRatio: false,
  })),
  ...[COLUMN.spatialAngleRecorded, COLUMN.spatialAngleSimulated].map((column) => ({
    column,
    unit: 'deg',
    hasRatio: false,
  })),
];
const AXES = [COLUMN.tAxisRecorded, COLUMN.tAxisSimulated] as const;
/** Corrected intervals, of whom it is asked what dependence on the heart rate they keep. */
const CORRECTED: readonly string[] = [
  COLUMN.fridericiaRecorded,
  COLUMN.framinghamRecorded,
  COLUMN.hodgesRecorded,
  COLUMN.bazettRecorded,
];

/** One interval, amplitude or angle, women against men. */
export interface QtDifference extends SexDifference {
  readonly outcome: string;
  readonly unit: string;
  /** Of a recorded QTc: by how many ms it still grows with each ms of RR among people of one sex; 0 is what a correction is for */
  readonly rateSlope?: Coefficient;
}

/** A frontal axis, women against men; directions, not numbers. */
export interface AxisDifference {
  readonly outcome: string;
  readonly rows: RowsUsed;
  /** Women's mean direction minus men's the short way, degrees; its interval does not break at ±180° */
  readonly difference: Estimate;
  readonly test: AngleComparison | Undetermined;
  /** Turn from the cohort's mean direction on sex, age and RR interval */
  readonly regressions: readonly RegressionRecord[];
}

export interface QtBySex extends AnalysisResult {
  readonly outcomes: readonly (QtDifference | (Undetermined & { readonly outcome: string; readonly rows: RowsUsed }))[];
  readonly axes: readonly (AxisDifference | (Undetermined & { readonly outcome: string; readonly rows: RowsUsed }))[];
  /** One sentence for the reader. */
  readonly verdict: string;
}

/** Is women's QT longer, and does that outlast the heart rate? (docs/analyses.md#qt-by-sex) */
export const qtBySex: Analysis<QtBySex> = {
  name: ANALYSIS,
  run(table, settings) {
    const outcomes = OUTCOMES.map((outcome) => differenceOf(table, outcome, settings));
    const axes = AXES.map((axis) => axisDifference(table, axis, settings));
    return {
      title: 'QT and the T wave by sex',
      question: 'Do women’s and men’s ventricles take unlike times to recover, once the heart rate is allowed for?',
      definition:
        'Difference of means (women − men) of QT, of QT corrected for the heart rate in four ways, of JT, T amplitude and the spatial QRS–T angle: Welch’s test, BCa intervals, and HC3 regressions on sex with the RR interval and with age besides. T axes are directions: difference of mean directions with a bootstrap interval and the test of Watson and Williams.',
      assumptions: [
        'The heart rate is that of the recording, at rest and steady; QT follows a change of rate only after minutes.',
        'A formula of QTc takes the whole effect of the rate away. None does in every cohort: the slope on RR that each leaves stands beside it, and where it is not 0 a difference in rate passes for one of repolarisation.',
        'The RR interval is held as if it were no consequence of sex; the unadjusted difference is the one to quote where it is.',
        'Nobody’s QT is prolonged by drugs, electrolytes or conduction disease more often in one sex than in the other.',
      ],
      outcomes,
      axes,
      verdict: verdictOf(outcomes),
      estimates: [
        ...outcomes.flatMap((outcome) => (isUndetermined(outcome) ? [] : recordsOf(outcome))),
        ...axes.flatMap((axis) => (isUndetermined(axis) ? [] : axisRecords(axis))),
      ],
    };
  },
};

function asInterval(column: string): (typeof OUTCOMES)[number] {
  return { column, unit: 'ms', hasRatio: true };
}

function differenceOf(
  table: ColumnTable,
  { column, unit }: (typeof OUTCOMES)[number],
  settings: AnalysisSettings,
): QtBySex['outcomes'][number] {
  const adjustments = column === COLUMN.rrInterval ? [[], [COLUMN.age]] : [[], RATE, AGE_AND_RATE];
  const answer = sexDifference(table, column, adjustments, settings);
  if (isUndetermined(answer)) return { ...answer, outcome: column };
  const { values: _, ...difference } = answer;
  const rateSlope = CORRECTED.includes(column) ? slopeOnRate(difference) : undefined;
  return { ...difference, outcome: column, unit, ...(rateSlope && { rateSlope }) };
}

/** The coefficient of RR in the regression on sex and RR alone. */
function slopeOnRate({ regressions }: SexDifference): Coefficient | undefined {
  const found = regressions.find(({ model }) => model.endsWith(`~ sex + ${COLUMN.rrInterval}`));
  return found && !isUndetermined(found.fit) ? coefficientOf(found.fit, COLUMN.rrInterval) : undefined;
}

function recordsOf(answer: QtDifference): EstimateRecord[] {
  const { outcome, unit, rows, rateSlope } = answer;
  const hasRatio = OUTCOMES.some(({ column, hasRatio: has }) => column === outcome && has);
  const records = differenceRecords({ analysis: ANALYSIS, outcome, unit }, answer).filter(
    ({ estimand }) => hasRatio || estimand !== 'relative',
  );
  if (!rateSlope) return records;
  const name = { analysis: ANALYSIS, estimand: 'rateSlope', outcome, by: 'sex', unit: '1' };
  return [...records, coefficientRecord({ ...name, women: rows.women, men: rows.men }, rateSlope)];
}

function axisDifference(table: ColumnTable, outcome: string, settings: AnalysisSettings): QtBySex['axes'][number] {
  const rows = completeRows(table, [outcome]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, outcome, rows: rows.used };
  const angles = valuesOf(rows, outcome);
  const [women, men] = [pickRows(angles, rows.women), pickRows(angles, rows.men)];
  const centre = shortTurn_deg(summariseAngles(women).mean_deg - summariseAngles(men).mean_deg);
  const { cosines, sines } = unitVectors(angles);
  const [difference] = bootstrapSums(
    ([ofWomen, ofMen]) => [centre + shortTurn_deg(directionIn(ofWomen) - directionIn(ofMen) - centre)],
    countedRows([cosines, sines], [rows.women, rows.men]),
    settings,
  );
  if (!difference) throw new RangeError('the bootstrap gave no difference of directions');
  return {
    outcome,
    rows: rows.used,
    difference,
    test: compareAngles(women, men),
    regressions: turnRegressions(table, outcome, settings.level),
  };
}

const directionIn = (sums: Float64Array | undefined): number =>
  directionOf_deg(sums?.[1] ?? Number.NaN, sums?.[2] ?? Number.NaN);

/** Turns from the mean direction of all are numbers that a regression may have, as long as few lie near 180°. */
function turnRegressions(table: ColumnTable, outcome: string, level: number): RegressionRecord[] {
  const known = AGE_AND_RATE.filter((column) => numbersOf(table, column).some((value) => !Number.isNaN(value)));
  if (known.length === 0) return [];
  const rows: SexRows = completeRows(table, [outcome, ...known]);
  const angles = valuesOf(rows, outcome);
  const { mean_deg } = summariseAngles(angles);
  const name = `turn_${outcome}`;
  const terms = [
    { name: 'sex', values: rows.isFemale },
    ...known.map((column) => ({ name: column, values: valuesOf(rows, column) })),
  ];
  const turns = angles.map((angle) => shortTurn_deg(angle - mean_deg));
  const model = `${name} ~ ${terms.map((term) => term.name).join(' + ')}`;
  return [{ outcome: name, model, fit: fitLeastSquares(turns, terms, { covariance: 'HC3', level }) }];
}

function axisRecords({
  outcome,
  rows: { women, men },
  difference,
  test,
  regressions,
}: AxisDifference): EstimateRecord[] {
  const named = (estimand: string, by: string) =>
    ({ analysis: ANALYSIS, estimand, outcome, by, unit: 'deg', women, men }) as const;
  const tested = isUndetermined(test) ? {} : { p_value: test.p_value, family: ANALYSIS };
  const records = [{ ...bootstrapRecord(named('difference', ''), difference), ...tested }];
  for (const { fit, model } of regressions) {
    if (isUndetermined(fit)) continue;
    const by = model.split(' ~ sex + ')[1]?.split(' + ').map(labelOf).join(', ') ?? '';
    const name = { ...named('adjustedDifference', by), family: `${ANALYSIS}: ${by}` };
    records.push(coefficientRecord(name, coefficientOf(fit, 'sex')));
  }
  return records;
}

/** What the corrected QT says, and by how much the formulas disagree. */
function verdictOf(outcomes: QtBySex['outcomes']): string {
  const known = outcomes.flatMap((outcome) => (isUndetermined(outcome) ? [] : [outcome]));
  const fridericia = known.find(({ outcome }) => outcome === COLUMN.fridericiaRecorded);
  if (!fridericia) {
    const [first] = outcomes;
    const why =
      first && isUndetermined(first) ? first.undetermined : 'no recording has both a T wave and an RR interval';
    return `Nothing can be said of QT by sex: ${why}.`;
  }
  const { estimate, low, high } = fridericia.difference;
  const formulas = known
    .filter(({ outcome }) => CORRECTED.includes(outcome))
    .map(({ difference }) => difference.estimate);
  const spread = `${Math.min(...formulas).toFixed(1)} to ${Math.max(...formulas).toFixed(1)} ms by formula`;
  const size = `${Math.abs(estimate).toFixed(1)} ms (women − men: ${low.toFixed(1)} to ${high.toFixed(1)})`;
  if (low <= 0 && high >= 0) {
    return `Women’s recorded QTc (Fridericia) cannot be told from men’s: it differs by ${size}; ${spread}.`;
  }
  return `Women’s recorded QTc (Fridericia) is ${size} ${estimate > 0 ? 'longer' : 'shorter'} than men’s; ${spread}.`;
}
