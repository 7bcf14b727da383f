import type { GroupComparison } from '../statistics/twoGroups.ts';
import type { Coefficient, Estimate, EstimateRecord } from './analysis.ts';

/** What a record says besides its numbers. */
export type EstimateName = Pick<
  EstimateRecord,
  'analysis' | 'estimand' | 'outcome' | 'by' | 'unit' | 'women' | 'men' | 'family'
>;

/** A bootstrap estimate as a record; it has no test. */
export const bootstrapRecord = (name: EstimateName, { estimate, low, high, std_error }: Estimate): EstimateRecord => ({
  ...name,
  estimate,
  low,
  high,
  std_error,
  p_value: Number.NaN,
  interval: 'BCa',
});

/** A regression's coefficient as a record. */
export const coefficientRecord = (name: EstimateName, coefficient: Coefficient): EstimateRecord => ({
  ...name,
  estimate: coefficient.estimate,
  low: coefficient.low,
  high: coefficient.high,
  std_error: coefficient.std_error,
  p_value: coefficient.p_value,
  interval: 't',
});

/** A difference of two means as a record. */
export const comparisonRecord = (name: EstimateName, comparison: GroupComparison): EstimateRecord => ({
  ...name,
  estimate: comparison.difference,
  low: comparison.low,
  high: comparison.high,
  std_error: comparison.std_error,
  p_value: comparison.p_value,
  interval: 't',
});
