import { coefficientOf, isUndetermined } from '../statistics/leastSquares.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, EstimateRecord } from './analysis.ts';
import { withBeatAmplitudes } from './beatAmplitudes.ts';
import { COLUMN } from './columns.ts';
import { bootstrapRecord, coefficientRecord } from './estimates.ts';
import { AS_FAST, type Compared, type FunctionGap, gapOf, isKnown, type NoGap } from './functionGap.ts';
import type { ColumnTable } from './table.ts';

const { qrsRecorded, qrsSimulated } = COLUMN;
const COMPARED: readonly Compared[] = [
  { outcome: qrsRecorded, reference: 'qrsDuration_ms', unit: 'ms', qrs: qrsRecorded },
  { outcome: qrsSimulated, reference: 'qrsDuration_ms', unit: 'ms', qrs: qrsSimulated },
  { outcome: 'totalActivationTime_ms', reference: 'totalActivationTime_ms', unit: 'ms', qrs: qrsSimulated },
  { outcome: 'qtIntervalRecorded_ms', reference: 'qtInterval_ms', unit: 'ms', qrs: qrsRecorded },
  { outcome: 'qtInterval_ms', reference: 'qtInterval_ms', unit: 'ms', qrs: qrsSimulated },
  { outcome: 'qrsAmplitudeRecorded_mV', reference: 'qrsAmplitude_mV', unit: 'mV', qrs: qrsRecorded },
  { outcome: 'qrsAmplitude_mV', reference: 'qrsAmplitude_mV', unit: 'mV', qrs: qrsSimulated },
  { outcome: 'tAmplitudeRecorded_mV', reference: 'tAmplitude_mV', unit: 'mV', qrs: qrsRecorded },
  { outcome: 'tAmplitude_mV', reference: 'tAmplitude_mV', unit: 'mV', qrs: qrsSimulated },
];

/** What a subject's own function adds to what its anatomy gives. */
const RESIDUAL = 'residual';

export interface SameFunction extends AnalysisResult {
  /** Those of which the tables have something; none without a reference table */
  readonly outcomes: readonly (FunctionGap | NoGap)[];
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
        'Each subject’s heart, electrodes and torso are simulated with one reference function: conduction velocities, Purkinje front and repolarisation. The front is as fast as the cohort’s mean QRS duration asks for, the same for women and men. The gap of means (men − women) of that is anatomy’s; what is left of the gap as it is, is function’s. The same with the reference’s own fronts says how much the answer hangs on it.',
      assumptions: [
        'The reference law is the middle of the calibration’s priors, stated by ventricular coordinates. Of it only the front is taken from the cohort; another law would give another anatomical gap.',
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
  return COMPARED.filter((compared) => isKnown(table, compared.outcome) && isKnown(reference, compared.reference)).map(
    (compared) => gapOf(table, reference, compared, settings),
  );
}

/** The parts of the gap, and the residual's difference by sex (women − men). */
function recordsOf(answer: FunctionGap): EstimateRecord[] {
  const { outcome, unit, rows, gap, front, parts, regressions } = answer;
  const named = (estimand: string, by: string, itsUnit: string) =>
    ({ analysis: 'sameFunction', estimand, outcome, by, unit: itsUnit, women: rows.women, men: rows.men }) as const;
  const bySex = regressions.flatMap(({ fit, model }, at) => {
    if (isUndetermined(fit)) return [];
    const name = named(RESIDUAL, model.endsWith(COLUMN.age) ? 'age' : '', unit);
    return [coefficientRecord(at === 0 ? { ...name, family: 'sameFunction' } : name, coefficientOf(fit, 'sex'))];
  });
  return [
    bootstrapRecord(named('gap', '', unit), gap),
    // A share is of one answer alone: those beside it say how far it hangs on the front.
    ...parts.flatMap(({ by, anatomy, function: left, share }, at) => [
      bootstrapRecord(named('anatomy', by, unit), anatomy),
      bootstrapRecord(named('function', by, unit), left),
      ...(at === 0 ? [bootstrapRecord(named('share', by, '1'), share)] : []),
    ]),
    ...('undetermined' in front ? [] : [bootstrapRecord(named('front', AS_FAST, 'mm/ms'), front)]),
    ...bySex,
  ];
}
