import { bootstrapSums, countedRows } from '../statistics/bootstrapSums.ts';
import { coefficientOf, fitLeastSquares, isUndetermined } from '../statistics/leastSquares.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { withBeatAmplitudes } from './beatAmplitudes.ts';
import { COLUMN } from './columns.ts';
import { bootstrapRecord, coefficientRecord } from './estimates.ts';
import { joinBySubject } from './joinBySubject.ts';
import { completeRows, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import { type ColumnTable, numbersOf } from './table.ts';

interface Compared {
  /** Column of the cohort table */
  readonly outcome: string;
  /** The reference table's that is the same with everyone's function alike */
  readonly reference: string;
  readonly unit: string;
  /** Whether it is a time that conduction takes: then it grows in proportion when all speeds of the reference law fall */
  readonly isConduction?: boolean;
}

const COMPARED: readonly Compared[] = [
  { outcome: COLUMN.qrsRecorded, reference: 'qrsDuration_ms', unit: 'ms', isConduction: true },
  { outcome: COLUMN.qrsSimulated, reference: 'qrsDuration_ms', unit: 'ms', isConduction: true },
  { outcome: 'totalActivationTime_ms', reference: 'totalActivationTime_ms', unit: 'ms', isConduction: true },
  { outcome: 'qtIntervalRecorded_ms', reference: 'qtInterval_ms', unit: 'ms' },
  { outcome: 'qtInterval_ms', reference: 'qtInterval_ms', unit: 'ms' },
  { outcome: 'qrsAmplitudeRecorded_mV', reference: 'qrsAmplitude_mV', unit: 'mV' },
  { outcome: 'qrsAmplitude_mV', reference: 'qrsAmplitude_mV', unit: 'mV' },
  { outcome: 'tAmplitudeRecorded_mV', reference: 'tAmplitude_mV', unit: 'mV' },
  { outcome: 'tAmplitude_mV', reference: 'tAmplitude_mV', unit: 'mV' },
];

/** Under which the reference's columns stand beside the cohort's. */
const REFERENCE = 'sameFunctionReference';
/** Of the parts under the reference law as it is. */
export const AS_IT_IS = 'one function in all';
/** Of the parts under a reference law that is as slow as the cohort on average. */
export const AS_FAST = 'one function in all, as fast as the cohort';
/** What a subject's own function adds to what its anatomy gives. */
const RESIDUAL = 'residual';

/** The gap in one outcome: what anatomies make of it under one function, and what is left. All in the outcome's unit but the share. */
export interface FunctionGap {
  readonly outcome: string;
  readonly unit: string;
  readonly rows: RowsUsed;
  /** Men's mean minus women's, of the outcome as it is */
  readonly gap: Estimate;
  /** The same of the hearts under one function */
  readonly anatomy: Estimate;
  /** gap − anatomy */
  readonly function: Estimate;
  /** anatomy / gap */
  readonly share: Estimate;
  /** The same three with the reference law slowed until the cohort's mean is met; absent for what is no time of conduction */
  readonly asFast?: { readonly anatomy: Estimate; readonly function: Estimate; readonly share: Estimate };
  /** Whether the gap's interval excludes zero; a share of a gap that may be zero means nothing. */
  readonly isGapClear: boolean;
  /** Outcome less reference, by subject, on sex, alone and with age. */
  readonly regressions: readonly RegressionRecord[];
}

export interface SameFunction extends AnalysisResult {
  /** Those of which the tables have something; none without a reference table */
  readonly outcomes: readonly (FunctionGap | (Undetermined & { readonly outcome: string; readonly rows: RowsUsed }))[];
  /** Why there is no answer at all; null where there is one */
  readonly whyNone: string | null;
}

/** Estimand (c): the gap that is left when every heart runs by one function (docs/analyses.md#same-function). */
export const sameFunction: Analysis<SameFunction> = {
  name: 'sameFunction',
  run(table, settings, { reference } = {}) {
    const outcomes = reference === undefined ? [] : outcomesOf(withBeatAmplitudes(table), reference, settings);
    return {
      title: 'One function in every heart',
      question:
        'If every heart conducted and recovered by one law, how much of the sex gap would its anatomy still make?',
      definition:
        'Each subject’s heart, electrodes and torso are simulated with one reference function: conduction velocities, Purkinje front and repolarisation. The gap of means (men − women) of that is anatomy’s; what is left of the gap as it is, is function’s.',
      assumptions: [
        'The reference law is everyone’s anatomy’s own mean function, stated by ventricular coordinates; another law would give another anatomical gap.',
        'Function is all that is not geometry: velocities, the Purkinje network’s early sites and speed, repolarisation, and whatever the model lacks.',
        'Anatomies, electrodes and torso are right: an error that differs by sex counts as anatomy in one term and as function in the other.',
        'What is recorded and what is simulated are delineated alike; a difference between the two methods cancels only if it is the same in both sexes.',
      ],
      outcomes,
      whyNone: whyNone(reference, outcomes),
      regressions: outcomes.flatMap((outcome) => ('undetermined' in outcome ? [] : outcome.regressions)),
      estimates: outcomes.flatMap((outcome) => ('undetermined' in outcome ? [] : recordsOf(outcome))),
    };
  },
};

function whyNone(reference: ColumnTable | undefined, outcomes: SameFunction['outcomes']): string | null {
  if (reference === undefined) return 'no table of hearts under one reference function stands beside the cohort';
  if (outcomes.length === 0) return 'the table of hearts under one reference function has none of the outcomes';
  return null;
}

function outcomesOf(table: ColumnTable, reference: ColumnTable, settings: AnalysisSettings): SameFunction['outcomes'] {
  const isKnown = (of: ColumnTable, column: string) => numbersOf(of, column).some((value) => !Number.isNaN(value));
  return COMPARED.filter((compared) => isKnown(table, compared.outcome) && isKnown(reference, compared.reference)).map(
    (compared) => gapOf(table, reference, compared, settings),
  );
}

function gapOf(
  table: ColumnTable,
  reference: ColumnTable,
  { outcome, reference: source, unit, isConduction = false }: Compared,
  settings: AnalysisSettings,
): SameFunction['outcomes'][number] {
  const joined = joinBySubject(table, reference, { [REFERENCE]: source });
  const rows = completeRows(joined, [outcome, REFERENCE]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, outcome, rows: rows.used };
  const { women, men } = rows;
  const [own, same] = [valuesOf(rows, outcome), valuesOf(rows, REFERENCE)];
  const [gap, anatomy, left, share, ...asFast] = bootstrapSums(
    ([female, male]) => {
      const difference = (at: number) => meanOf(male, at) - meanOf(female, at);
      const middle = (at: number) => meanOf(male, at) + meanOf(female, at);
      const [whole, part] = [difference(1), difference(2)];
      const slowed = (part * middle(1)) / middle(2);
      return [whole, part, whole - part, part / whole, slowed, whole - slowed, slowed / whole];
    },
    countedRows([own, same], [women, men]),
    settings,
  );
  const [slowAnatomy, slowFunction, slowShare] = asFast;
  if (!gap || !anatomy || !left || !share || !slowAnatomy || !slowFunction || !slowShare)
    throw new RangeError('the bootstrap gave no gap');
  return {
    outcome,
    unit,
    rows: rows.used,
    gap,
    anatomy,
    function: left,
    share,
    ...(isConduction && { asFast: { anatomy: slowAnatomy, function: slowFunction, share: slowShare } }),
    isGapClear: gap.low > 0 || gap.high < 0,
    regressions: residualsBySex(joined, outcome, rows, settings.level),
  };
}

const meanOf = (sums: Float64Array | undefined, at: number): number =>
  (sums?.[at] ?? Number.NaN) / (sums?.[0] ?? Number.NaN);

/** Outcome less reference, regressed on sex, alone and with age on the rows that have one. */
function residualsBySex(joined: ColumnTable, outcome: string, alone: SexRows, level: number): RegressionRecord[] {
  const fitOn = (rows: SexRows, covariates: readonly string[]): RegressionRecord => {
    const [own, same] = [valuesOf(rows, outcome), valuesOf(rows, REFERENCE)];
    const terms = [
      { name: 'sex', values: rows.isFemale },
      ...covariates.map((name) => ({ name, values: valuesOf(rows, name) })),
    ];
    return {
      outcome: `${outcome} − reference`,
      model: `${outcome} − reference ~ ${terms.map(({ name }) => name).join(' + ')}`,
      fit: fitLeastSquares(
        own.map((value, row) => value - (same[row] ?? Number.NaN)),
        terms,
        { covariance: 'HC3', level },
      ),
    };
  };
  const aged = completeRows(joined, [outcome, REFERENCE, COLUMN.age]);
  const withAge = aged.isFemale.length === 0 ? [] : [fitOn(aged, [COLUMN.age])];
  return [fitOn(alone, []), ...withAge];
}

/** The parts of the gap, and the residual's difference by sex (women − men). */
function recordsOf(answer: FunctionGap): EstimateRecord[] {
  const { outcome, unit, rows, gap, anatomy, share, asFast, regressions } = answer;
  const named = (estimand: string, by: string, itsUnit: string) =>
    ({ analysis: 'sameFunction', estimand, outcome, by, unit: itsUnit, women: rows.women, men: rows.men }) as const;
  const bySex = regressions.flatMap(({ fit, model }, at) => {
    if (isUndetermined(fit)) return [];
    const name = named(RESIDUAL, model.endsWith(COLUMN.age) ? 'age' : '', unit);
    return [coefficientRecord(at === 0 ? { ...name, family: 'sameFunction' } : name, coefficientOf(fit, 'sex'))];
  });
  return [
    bootstrapRecord(named('gap', '', unit), gap),
    bootstrapRecord(named('anatomy', AS_IT_IS, unit), anatomy),
    bootstrapRecord(named('function', AS_IT_IS, unit), answer.function),
    bootstrapRecord(named('share', AS_IT_IS, '1'), share),
    ...(asFast
      ? [
          bootstrapRecord(named('anatomy', AS_FAST, unit), asFast.anatomy),
          bootstrapRecord(named('function', AS_FAST, unit), asFast.function),
          bootstrapRecord(named('share', AS_FAST, '1'), asFast.share),
        ]
      : []),
    ...bySex,
  ];
}
