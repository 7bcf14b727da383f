import { TWELVE } from '../ecg/leads.ts';

/** How two ECGs agree, over all samples of their window. */
export interface Fit {
  /** Pearson's correlation over all samples and leads; NaN where an ECG is constant */
  readonly correlation: number;
  readonly rmse_mV: number;
  /** By standard lead, [12] */
  readonly leadCorrelation: Float64Array;
  readonly leadRmse_mV: Float64Array;
}

/** Compares two twelve-lead ECGs. @param simulated, recorded mV, [samples, 12] */
export function compareEcgs(simulated: Float64Array, recorded: Float64Array): Fit {
  const leadCorrelation = new Float64Array(TWELVE);
  const leadRmse_mV = new Float64Array(TWELVE);
  for (let lead = 0; lead < TWELVE; lead++) {
    leadCorrelation[lead] = correlation(simulated, recorded, lead, TWELVE);
    leadRmse_mV[lead] = rmse(simulated, recorded, lead, TWELVE);
  }
  return {
    correlation: correlation(simulated, recorded, 0, 1),
    rmse_mV: rmse(simulated, recorded, 0, 1),
    leadCorrelation,
    leadRmse_mV,
  };
}

/** Pearson's correlation of every `stride`-th entry from `first` on; NaN where one side is constant. */
export function correlation(a: Float64Array, b: Float64Array, first = 0, stride = 1): number {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  for (let at = first; at < a.length; at += stride) {
    sumA += a[at];
    sumB += b[at];
    count++;
  }
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let at = first; at < a.length; at += stride) {
    const da = a[at] - sumA / count;
    const db = b[at] - sumB / count;
    aa += da * da;
    bb += db * db;
    ab += da * db;
  }
  return ab / Math.sqrt(aa * bb);
}

function rmse(a: Float64Array, b: Float64Array, first: number, stride: number): number {
  let squares = 0;
  let count = 0;
  for (let at = first; at < a.length; at += stride) {
    squares += (a[at] - b[at]) ** 2;
    count++;
  }
  return Math.sqrt(squares / count);
}
