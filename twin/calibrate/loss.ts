import type { Beat } from '../ecg/beat.ts';
import { LEADS, standardLeads, weighLeads } from '../ecg/leads.ts';

/** A recorded beat as a target. Weighted leads: their sum of squares is the sum over samples of the mean over twelve leads. */
export interface Target {
  readonly samples: number;
  /** Recorded, weighted, mV, [samples, 8] */
  readonly weighted: Float64Array;
  /** Recorded, mV, [samples, 12] */
  readonly standard: Float64Array;
  readonly fitsGain: boolean;
  /** Standard deviation that the model is thought to miss the ECG by, mV: what a residual of weight 1 is divided by. */
  readonly modelError_mV: number;
}

/**
 * Share of the recorded ECG's root mean square that a good twin may still miss: noise, homogeneous torso, one action potential for all
 * muscle. Our choice; it sets how strongly the priors hold against the data, and nothing else.
 */
const MODEL_ERROR = 0.05;

export function openTarget(beat: Beat): Target {
  const weighted = beat.voltage_mV.slice();
  weighLeads(weighted);
  const samples = weighted.length / LEADS;
  const meanSquare = sumOfSquares(weighted) / samples;
  return {
    samples,
    weighted,
    standard: standardLeads(beat.voltage_mV),
    fitsGain: !beat.isCalibrated,
    modelError_mV: MODEL_ERROR * Math.sqrt(meanSquare),
  };
}

/** A simulated ECG against the target. */
export interface Mismatch {
  readonly gain: number;
  /** (gain · simulated − recorded)/modelError, weighted leads, [samples, 8] */
  readonly residual: Float64Array;
  /** Simulated, weighted, before the gain, mV, [samples, 8] */
  readonly weighted: Float64Array;
  /** Σ residual² */
  readonly loss: number;
}

/**
 * The residual, with the gain that makes it least where the recording's own is unknown (variable projection, Golub & Pereyra 1973):
 *
 *     gain = ⟨simulated, recorded⟩ / ⟨simulated, simulated⟩, over the weighted leads
 *
 * A gain is kept positive: a twin whose ECG stands on its head is not explained by the recorder.
 *
 * @param ecg_mV  [samples, 8]
 */
export function compareWithTarget(target: Target, ecg_mV: Float64Array): Mismatch {
  const weighted = ecg_mV.slice();
  weighLeads(weighted);
  let gain = 1;
  if (target.fitsGain) {
    let across = 0;
    for (let at = 0; at < weighted.length; at++) across += weighted[at] * target.weighted[at];
    gain = Math.max(across / sumOfSquares(weighted), LEAST_GAIN);
  }
  const residual = weighted.map((value, at) => (gain * value - target.weighted[at]) / target.modelError_mV);
  return { gain, residual, weighted, loss: sumOfSquares(residual) };
}

/** Share of the recorded ECG's power that is left in the residual. */
export const unexplainedShare = ({ samples }: Target, { loss }: Mismatch): number =>
  (loss / samples) * MODEL_ERROR ** 2;

/** A gain below this would say that the heart gives no signal. */
const LEAST_GAIN = 1e-3;

export function sumOfSquares(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] * values[at];
  return sum;
}
