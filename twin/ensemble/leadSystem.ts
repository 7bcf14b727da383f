import type { Electrodes } from '../anatomy/anatomy.ts';
import type { TissueConductivity } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';
import { homogeneousLeadVectors } from '../ecg/leadField.ts';
import { LEADS, weighLeads } from '../ecg/leads.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';

/** What was recorded, on any set of leads, and how a heart's waves are seen by them. */
export interface Observation {
  readonly leads: number;
  /** mV, [samples, leads] */
  readonly voltage_mV: Float64Array;
  readonly interval_ms: number;
  /** From the first sample, ms; the model's time zero */
  readonly qrsOnset_ms: number;
  readonly qrsOffset_ms: number;
  /** False when the recording's gain is unknown and one factor is fitted */
  readonly isCalibrated: boolean;
  /** Projection of nodal potentials on the leads, [nodes, leads] */
  vectorsOf(mesh: TetMesh): Float32Array;
  /** Weighs rows of leads in place, so that their plain sum of squares is that of a mean over leads. @param out [rows, leads] */
  weigh(out: Float64Array | Float32Array): void;
}

/** The eight independent leads of a beat, weighed so that squares are means over the twelve standard ones. */
export function twelveLeads(beat: Beat, electrodes: Electrodes, conductivity: TissueConductivity): Observation {
  const { voltage_mV, interval_ms, qrsOnset_ms, qrsOffset_ms, isCalibrated } = beat;
  return {
    leads: LEADS,
    voltage_mV,
    interval_ms,
    qrsOnset_ms,
    qrsOffset_ms,
    isCalibrated,
    vectorsOf: (mesh) => homogeneousLeadVectors(mesh, electrodes, conductivity),
    weigh: weighLeads,
  };
}

/**
 * Share of the recording's root mean square that a good twin may still miss: noise, homogeneous torso, one action potential for all muscle. The
 * same as a calibration's (`docs/decisions/0022-priors-of-pmjs.md`).
 */
const MODEL_ERROR = 0.05;

/** A recording ready to be compared with: weighed, with the unit of its residuals. */
export interface ObservedTarget {
  readonly observation: Observation;
  readonly samples: number;
  /** [samples, leads] */
  readonly weighed: Float64Array;
  readonly error_mV: number;
}

export function openObserved(observation: Observation): ObservedTarget {
  const weighed = observation.voltage_mV.slice();
  observation.weigh(weighed);
  const samples = weighed.length / observation.leads;
  let squares = 0;
  for (const value of weighed) squares += value * value;
  return { observation, samples, weighed, error_mV: MODEL_ERROR * Math.sqrt(squares / samples) };
}

/** Pearson's correlation of two weighed recordings over all samples and leads. */
export function weighedCorrelation(one: Float64Array, other: Float64Array): number {
  let sumOne = 0;
  let sumOther = 0;
  for (let at = 0; at < one.length; at++) {
    sumOne += one[at];
    sumOther += other[at];
  }
  let oneSquares = 0;
  let otherSquares = 0;
  let products = 0;
  for (let at = 0; at < one.length; at++) {
    const a = one[at] - sumOne / one.length;
    const b = other[at] - sumOther / other.length;
    oneSquares += a * a;
    otherSquares += b * b;
    products += a * b;
  }
  return products / Math.sqrt(oneSquares * otherSquares);
}
