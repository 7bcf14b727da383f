import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import { coefficientOf, isUndetermined } from '../statistics/leastSquares.ts';
import type { WaldTest } from '../statistics/robustModel.ts';
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
import { knownTraits } from './covariates.ts';
import { bootstrapRecord, coefficientRecord } from './estimates.ts';
import { type Grouping, groupByAge, groupByBodyMass, withBodyMass } from './groups.ts';
import { completeRows, LEAST_PER_SEX, regressOnSex, whyNotComparable } from './sexSize.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from './table.ts';
import { type TraitCurve, traitCurve } from './traitCurve.ts';

const ANALYSIS = 'ageAndBody';

const OUTCOMES = [
  { column: COLUMN.qrsRecorded, unit: 'ms' },
  { column: COLUMN.qrsSimulated, unit: 'ms' },
  { column: COLUMN.fridericiaRecorded, unit: 'ms' },
  { column: COLUMN.lvMass, unit: 'g' },
  { column: COLUMN.lvFibreVelocity, unit: 'mm/ms' },
  { column: COLUMN.ariMean, unit: 'ms' },
] as const;

/** Steps in which a straight line is told: a decade, and the width of a group of body mass. */
const TRAITS = [
  { column: COLUMN.age, other: COLUMN.bodyMassIndex, step: 10, stepName: 'per 10 years of age', groups: groupByAge },
  {
    column: COLUMN.bodyMassIndex,
    other: COLUMN.age,
    step: 5,
    stepName: 'per 5 kg/m² of body mass index',
    groups: groupByBodyMass,
  },
] as const;

/** Mean of an outcome in one group of one sex. */
export interface GroupMean {
  readonly sex: 'female' | 'male';
  /** `40-49`, `overweight` … */
  readonly group: string;
  readonly n: number;
  /** A sentence where fewer than 5 are in the group */
  readonly mean: Estimate | Undetermined;
}

/** One outcome along one trait. */
export interface TraitOutcome {
  readonly outcome: string;
  readonly unit: string;
  /** `age_y` or `bmi_kg_m2` */
  readonly trait: string;
  readonly rows: RowsUsed;
  readonly groups: readonly GroupMean[];
  /** Straight line, sex and the other trait held: for a step of so much of the trait */
  readonly slope: (Coefficient & { readonly step: number; readonly stepName: string }) | Undetermined;
  readonly regressions: readonly RegressionRecord[];
  readonly curve: TraitCurve | Undetermined;
}

export interface AgeAndBody extends AnalysisResult {
  readonly answers: readonly (TraitOutcome | (Undetermined & { readonly outcome: string; readonly trait: string }))[];
  readonly leftOut: readonly string[];
}

/** How heart and conduction go with age and body mass, in each sex. (docs/analyses.md#age-and-body) */
export const ageAndBody: Analysis<AgeAndBody> = {
  name: ANALYSIS,
  run(plain, settings) {
    const table = withBodyMass(plain);
    const { known, leftOut } = knownTraits(
      table,
      TRAITS.map(({ column }) => column),
    );
    const answers = TRAITS.flatMap((trait) =>
      OUTCOMES.map((outcome) => answerOf(table, outcome, trait, known, settings)),
    );
    return {
      title: 'Age and body mass',
      question:
        'How do QRS duration, repolarisation, heart size and conduction go with age and body mass, and otherwise in women than in men?',
      definition:
        'Means by sex in decades of age and in the World Health Organization’s groups of body mass index, with BCa intervals; straight lines (HC3) with sex and the other trait held; and restricted cubic splines with a curve for each sex, tested by robust Wald F for being parallel and for being straight.',
      assumptions: [
        'People of one time stand for one person over time: an older person was born earlier, lives otherwise and has survived.',
        'What goes along with age or body mass (blood pressure, fitness, illness) is not held and speaks through them.',
        'Bands hold at each place by itself, not for the curve as a whole.',
        'Body mass index says nothing of where the mass is; height and weight that were told rather than measured flatten its lines.',
      ],
      answers,
      leftOut,
      estimates: answers.flatMap((answer) => (isUndetermined(answer) ? [] : recordsOf(answer))),
    };
  },
};

function answerOf(
  table: ColumnTable,
  { column: outcome, unit }: (typeof OUTCOMES)[number],
  { column: trait, other, step, stepName, groups }: (typeof TRAITS)[number],
  known: readonly string[],
  settings: AnalysisSettings,
): AgeAndBody['answers'][number] {
  const held = known.includes(other) ? [other] : [];
  const rows = completeRows(table, [outcome, trait, ...held]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, outcome, trait };
  const record = regressOnSex(rows, outcome, [trait, ...held], settings.level);
  return {
    outcome,
    unit,
    trait,
    rows: rows.used,
    groups: meansOf(table, outcome, groups(table), settings),
    slope: isUndetermined(record.fit)
      ? record.fit
      : { ...timesStep(coefficientOf(record.fit, trait), step), step, stepName },
    regressions: [record],
    curve: traitCurve(rows, { outcome, trait, held, level: settings.level }),
  };
}

/** A mean for each group of each sex that holds anyone with a number in the outcome. */
function meansOf(
  table: ColumnTable,
  outcome: string,
  { levels, levelOf }: Grouping,
  settings: AnalysisSettings,
): GroupMean[] {
  const [values, finished, sexes] = [numbersOf(table, outcome), finishedRows(table), sexesOf(table)];
  const groups = (['female', 'male'] as const).flatMap((sex) =>
    levels.map((group, level) => ({
      sex,
      group,
      rows: Array.from(levelOf.keys()).filter(
        (row) => finished[row] && sexes[row] === sex && levelOf[row] === level && !Number.isNaN(values[row]),
      ),
    })),
  );
  const large = groups.filter(({ rows }) => rows.length >= LEAST_PER_SEX);
  const means = bootstrapSums(
    (sums) => sums.map((sum) => (sum[1] ?? Number.NaN) / (sum[0] ?? Number.NaN)),
    countedRows(
      [values],
      large.map(({ rows }) => rows),
    ),
    settings,
  );
  return groups
    .filter(({ rows }) => rows.length > 0)
    .map(({ sex, group, rows }) => {
      const mean = means[large.findIndex((other) => other.sex === sex && other.group === group)];
      const n = rows.length;
      return {
        sex,
        group,
        n,
        mean: mean ?? { undetermined: `${n} are too few for a mean: ${LEAST_PER_SEX} are needed` },
      };
    });
}

function timesStep(coefficient: Coefficient, step: number): Coefficient {
  const { estimate, std_error, low, high } = coefficient;
  return { ...coefficient, estimate: step * estimate, std_error: step * std_error, low: step * low, high: step * high };
}

function recordsOf({ outcome, unit, trait, rows, groups, slope, curve }: TraitOutcome): EstimateRecord[] {
  const { women, men } = rows;
  const name = (estimand: string, by: string, of: string) => ({
    analysis: ANALYSIS,
    estimand,
    outcome,
    by,
    unit: of,
    women,
    men,
  });
  const records: EstimateRecord[] = [];
  if (!isUndetermined(slope)) {
    records.push(coefficientRecord({ ...name('slope', slope.stepName, unit), family: ANALYSIS }, slope));
  }
  if (!isUndetermined(curve)) {
    for (const [estimand, test] of [
      ['sexInteraction', curve.interaction],
      ['bend', curve.bend],
    ] as const) {
      if (isUndetermined(test)) continue;
      records.push(testRecord({ ...name(estimand, labelOf(trait), '1'), family: `${ANALYSIS}: ${estimand}` }, test));
    }
  }
  for (const { sex, group, n, mean } of groups) {
    if (isUndetermined(mean)) continue;
    const counts = { women: sex === 'female' ? n : 0, men: sex === 'male' ? n : 0 };
    const by = `${labelOf(trait)} ${group}, ${sex === 'female' ? 'women' : 'men'}`;
    records.push(bootstrapRecord({ ...name('groupMean', by, unit), ...counts }, mean));
  }
  return records;
}

/** A test without an interval: its F stands as the estimate. */
function testRecord(
  name: Omit<EstimateRecord, 'estimate' | 'low' | 'high' | 'std_error' | 'p_value' | 'interval'>,
  { f, p_value }: WaldTest,
): EstimateRecord {
  const none = Number.NaN;
  return { ...name, estimate: f, low: none, high: none, std_error: none, p_value, interval: 'none' };
}
