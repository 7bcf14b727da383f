import type { Beat } from '../ecg/beat.ts';
import { LEADS, pullBackWeights, standardLeads, weighLeads } from '../ecg/leads.ts';
import { openSampling, pullBackSamples, type Sampling, takeSamples } from './sampling.ts';

/** A recorded beat as a target. Weighted leads: their sum of squares is the sum over samples of the mean over twelve leads. */
export interface Target {
  readonly samples: number;
  readonly sampling: Sampling;
  /** Recorded, weighted, smoothed and thinned as `sampling` says, mV, [taken, 8] */
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
export const MODEL_ERROR = 0.05;

/** @param edge_mm mean edge length of the mesh that is to explain the beat: how much of its course is compared (`Sampling`) */
export function openTarget(beat: Beat, edge_mm: number): Target {
  const samples = beat.voltage_mV.length / LEADS;
  const sampling = openSampling(samples, beat.interval_ms, edge_mm);
  const course = beat.voltage_mV.slice();
  weighLeads(course);
  const weighted = new Float64Array(sampling.taken * LEADS);
  takeSamples(sampling, course, weighted);
  return {
    samples,
    sampling,
    weighted,
    standard: standardLeads(beat.voltage_mV),
    fitsGain: !beat.isCalibrated,
    modelError_mV: MODEL_ERROR * Math.sqrt(sumOfSquares(course) / samples),
  };
}

/** A simulated ECG against the target. */
export interface Mismatch {
  readonly gain: number;
  /** (gain · simulated − recorded)/modelError, weighted leads, [taken, 8] */
  readonly residual: Float64Array;
  /** Simulated, weighted, before the gain, mV, [taken, 8] */
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
  const course = ecg_mV.slice();
  weighLeads(course);
  const weighted = new Float64Array(target.weighted.length);
  takeSamples(target.sampling, course, weighted);
  let gain = 1;
  if (target.fitsGain) {
    let across = 0;
    for (let at = 0; at < weighted.length; at++) across += weighted[at] * target.weighted[at];
    gain = Math.max(across / sumOfSquares(weighted), LEAST_GAIN);
  }
  const residual = weighted.map((value, at) => (gain * value - target.weighted[at]) / target.modelError_mV);
  return { gain, residual, weighted, loss: sumOfSquares(residual) };
}

/** ∂loss/∂ECG, 1/mV, [samples, 8]; the gain stands where it makes the loss least, so that its own change does not count. */
export function mismatchSensitivity(target: Target, { gain, residual }: Mismatch): Float64Array {
  const factor = (2 * gain) / target.modelError_mV;
  const sensitivity = pullBackSamples(
    target.sampling,
    residual.map((value) => factor * value),
  );
  pullBackWeights(sensitivity);
  return sensitivity;
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
