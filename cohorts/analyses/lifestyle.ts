import { coefficientOf, fitLeastSquares, isUndetermined, type Term } from '../statistics/leastSquares.ts';
import { summarise } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  Coefficient,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { covariatesOf, isNumeric, knownTraits } from './covariates.ts';
import { coefficientRecord } from './estimates.ts';
import { groupByValue, withBodyMass } from './groups.ts';
import {
  completeRows,
  LEAST_PER_SEX,
  LEAST_ROWS_PER_COEFFICIENT,
  type SexRows,
  valuesOf,
  whyNotComparable,
} from './sexSize.ts';
import type { ColumnTable } from './table.ts';

const ANALYSIS = 'lifestyle';

const OUTCOMES = [
  { column: COLUMN.qrsRecorded, unit: 'ms' },
  { column: COLUMN.qrsSimulated, unit: 'ms' },
  { column: COLUMN.fridericiaRecorded, unit: 'ms' },
  { column: COLUMN.lvMass, unit: 'g' },
  { column: COLUMN.lvFibreVelocity, unit: 'mm/ms' },
] as const;
const ADJUSTED_FOR = [COLUMN.age, COLUMN.bodyMassIndex];
/** A text of more kinds than this is no grouping but remarks. */
const MOST_LEVELS = 20;

/** What one covariate goes along with: a slope per standard deviation, or a difference from the most frequent level. */
export interface LifestyleEffect {
  /** `per SD of 2.1`, `smoker instead of never` */
  readonly contrast: string;
  readonly effect: Coefficient;
}

/** One covariate on one outcome. */
export interface LifestyleAnswer {
  readonly covariate: string;
  readonly kind: 'numbers' | 'levels';
  readonly outcome: string;
  readonly unit: string;
  readonly rows: RowsUsed;
  readonly adjustedFor: readonly string[];
  readonly effects: readonly LifestyleEffect[];
  /** Levels too small to speak of, as sentences */
  readonly leftOut: readonly string[];
  readonly regressions: readonly RegressionRecord[];
}

export interface LifestyleResult extends AnalysisResult {
  readonly covariates: readonly string[];
  readonly answers: readonly (
    | LifestyleAnswer
    | (Undetermined & { readonly covariate: string; readonly outcome: string; readonly leftOut: readonly string[] })
  )[];
  readonly leftOut: readonly string[];
}

/** What the study's further covariates go along with, people of one age, sex and body mass compared. (docs/analyses.md#lifestyle) */
export const lifestyle: Analysis<LifestyleResult> = {
  name: ANALYSIS,
  run(plain, settings) {
    const table = withBodyMass(plain);
    const covariates = covariatesOf(plain, settings);
    const { known, leftOut } = knownTraits(table, ADJUSTED_FOR);
    const answers = covariates.flatMap((covariate) =>
      OUTCOMES.map((outcome) => answerOf(table, covariate, outcome, known, settings.level)),
    );
    return {
      title: 'Lifestyle and the study’s other covariates',
      question:
        'Among people of one sex, age and body mass, whose conduction, repolarisation or heart size is another?',
      definition:
        'HC3 regressions on each covariate with sex, age and body mass index. Numbers: change per standard deviation. Texts, and numbers of two values: difference from the most frequent level. False discoveries are controlled over all of them together.',
      assumptions: [
        'A covariate goes along with the outcome; nothing here says that it is the cause.',
        'Age and body mass act in straight lines, and alike in both sexes and at every level.',
        'Levels with fewer than 5 subjects are not compared: their subjects are left out of that regression, and named.',
        'Adjusting for body mass hides what a habit does by way of it.',
      ],
      covariates,
      answers,
      leftOut: covariates.length === 0 ? ['the study names no covariates beyond sex, age, height and weight'] : leftOut,
      estimates: answers.flatMap((answer) => (isUndetermined(answer) ? [] : recordsOf(answer))),
    };
  },
};

function answerOf(
  table: ColumnTable,
  covariate: string,
  { column: outcome, unit }: (typeof OUTCOMES)[number],
  adjustedFor: readonly string[],
  level: number,
): LifestyleResult['answers'][number] {
  const distinct = new Set(table.columns[covariate]?.filter((cell) => cell !== null)).size;
  const kind = isNumeric(table, covariate) && distinct !== 2 ? 'numbers' : 'levels';
  const held = adjustedFor.filter((column) => column !== covariate);
  const design =
    kind === 'numbers'
      ? numberDesign(table, covariate, outcome, held)
      : levelDesign(table, covariate, outcome, held, distinct);
  const named = { covariate, outcome, leftOut: design.leftOut };
  if (isUndetermined(design)) return { ...named, undetermined: design.undetermined };
  const { rows, terms, leftOut } = design;
  const adjustments: Term[] = [
    { name: 'sex', values: rows.isFemale },
    ...held.map((name) => ({ name, values: valuesOf(rows, name) })),
  ];
  const all = [...terms.map(({ term }) => term), ...adjustments];
  const least = LEAST_ROWS_PER_COEFFICIENT * (all.length + 1);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...named, ...reason };
  if (rows.isFemale.length < least) {
    return {
      ...named,
      undetermined: `${rows.isFemale.length} complete rows are too few: at least ${least} are needed`,
    };
  }
  const fit = fitLeastSquares(valuesOf(rows, outcome), all, { covariance: 'HC3', level });
  if (isUndetermined(fit)) return { ...named, ...fit };
  return {
    covariate,
    kind,
    outcome,
    unit,
    rows: rows.used,
    adjustedFor: ['sex', ...held],
    effects: terms.map(({ term, contrast }) => ({ contrast, effect: coefficientOf(fit, term.name) })),
    leftOut,
    regressions: [{ outcome, model: `${outcome} ~ ${all.map(({ name }) => name).join(' + ')}`, fit }],
  };
}

type Design =
  | { rows: SexRows; terms: { term: Term; contrast: string }[]; leftOut: string[] }
  | (Undetermined & { leftOut: string[] });

function numberDesign(table: ColumnTable, covariate: string, outcome: string, held: readonly string[]): Design {
  const rows = completeRows(table, [outcome, covariate, ...held]);
  const values = valuesOf(rows, covariate);
  const { mean, sd } = summarise(values);
  if (!(sd > 0)) return { undetermined: `${covariate} does not vary among the finished subjects`, leftOut: [] };
  const term = { name: `${covariate} / SD`, values: values.map((value) => (value - mean) / sd) };
  return { rows, terms: [{ term, contrast: `per SD of ${Number(sd.toPrecision(3))}` }], leftOut: [] };
}

/** Each level against the most frequent, of which rows there are enough. */
function levelDesign(
  table: ColumnTable,
  covariate: string,
  outcome: string,
  held: readonly string[],
  distinct: number,
): Design {
  if (distinct > MOST_LEVELS) {
    return {
      undetermined: `${covariate} has ${distinct} different texts, which are no groups (at most ${MOST_LEVELS})`,
      leftOut: [],
    };
  }
  const { levels, levelOf } = groupByValue(table, covariate);
  const place = `${covariate} level`;
  const coded = (isKept: (level: number) => boolean): SexRows => {
    const cells = Array.from(levelOf, (level) => (level >= 0 && isKept(level) ? level : null));
    return completeRows({ rows: table.rows, columns: { ...table.columns, [place]: cells } }, [outcome, place, ...held]);
  };
  const all = valuesOf(
    coded(() => true),
    place,
  );
  const counts = levels.map((_, level) => all.filter((own) => own === level).length);
  const leftOut = levels.flatMap((name, level) => {
    const count = counts[level] ?? 0;
    return count < LEAST_PER_SEX
      ? [`${covariate} ${name}: ${count} complete ${count === 1 ? 'row is' : 'rows are'} too few to compare`]
      : [];
  });
  const kept = levels.map((_, level) => level).filter((level) => (counts[level] ?? 0) >= LEAST_PER_SEX);
  if (kept.length < 2)
    return { undetermined: `${covariate} has fewer than 2 levels of at least ${LEAST_PER_SEX}`, leftOut };
  const reference = kept.reduce((most, level) => ((counts[level] ?? 0) > (counts[most] ?? 0) ? level : most));
  const rows = coded((level) => kept.includes(level));
  const values = valuesOf(rows, place);
  const terms = kept
    .filter((level) => level !== reference)
    .map((level) => ({
      term: { name: `${covariate}[${levels[level]}]`, values: values.map((own) => (own === level ? 1 : 0)) },
      contrast: `${levels[level]} instead of ${levels[reference]}`,
    }));
  return { rows, terms, leftOut };
}

function recordsOf({ covariate, outcome, unit, rows, effects }: LifestyleAnswer): EstimateRecord[] {
  return effects.map(({ contrast, effect }) =>
    coefficientRecord(
      {
        analysis: ANALYSIS,
        estimand: 'effect',
        outcome,
        by: `${labelOf(covariate)}: ${contrast}`,
        unit,
        women: rows.women,
        men: rows.men,
        family: ANALYSIS,
      },
      effect,
    ),
  );
}
