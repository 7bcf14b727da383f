import { REFERENCE_LAW } from '../../twin/counterfactual/simulateLaw.ts';

import { type ColumnTable, finishedRows, numbersOf } from '../analyses/table.ts';
import { quantile } from '../statistics/bootstrap.ts';
import { FUNCTION_INPUTS, fromScale, toScale } from './inputs.ts';

/** Least and largest value of an input, in its own unit. */
export interface InputRange {
  readonly low: number;
  readonly high: number;
}

/** A cohort's extremes are those of its middle 98 %: one odd twin must not thin the design everywhere else. */
const OUTER = 0.01;
/** The design reaches beyond the cohort's range by this share of its span on either side, so that a what-if has room. Ours. */
const BEYOND = 0.25;
/** It reaches at least this far about the reference law: a relative width, and ms for what has a sign, and for the coupling. Ours. */
const LEAST_RELATIVE = 0.1;
const LEAST_ms = 10;
const LEAST_COUPLING = 0.3;
/** Speeds of the front, mm/ms, which no column tells: about the 2 that are told of man, between slow muscle and two thirds of fast Purkinje fibre. Ours. */
const FRONT: InputRange = { low: 0.8, high: 3 };

/**
 * Between which values a cohort's calibrated function lies, by FUNCTION_INPUTS; for what no column of the table tells, and where too few twins have it, undefined.
 */
export function cohortRanges(table: ColumnTable): (InputRange | undefined)[] {
  const isFinished = finishedRows(table);
  return FUNCTION_INPUTS.map(({ name, scale }) => {
    const values = numbersOf(table, name).filter(
      (value, row) => isFinished[row] && (scale === 'linear' ? Number.isFinite(value) : value > 0),
    );
    if (values.length < 2) return undefined;
    const sorted = values.sort();
    return { low: quantile(sorted, OUTER), high: quantile(sorted, 1 - OUTER) };
  });
}

/** Between which values the design draws each number of a law, by FUNCTION_INPUTS: the cohort's range and more, the reference law always inside. */
export function designBox(ranges: readonly (InputRange | undefined)[]): InputRange[] {
  return FUNCTION_INPUTS.map(({ name, scale, unit, read }, at) => {
    if (name === 'front_mm_ms') return FRONT;
    const middle = toScale(scale, read(REFERENCE_LAW));
    const least = scale === 'log' ? LEAST_RELATIVE : unit === 'ms' ? LEAST_ms : LEAST_COUPLING;
    const range = ranges[at];
    const low = range === undefined ? middle : toScale(scale, range.low);
    const high = range === undefined ? middle : toScale(scale, range.high);
    const beyond = BEYOND * (high - low);
    return {
      low: fromScale(scale, Math.min(low - beyond, middle - least)),
      high: fromScale(scale, Math.max(high + beyond, middle + least)),
    };
  });
}
