import type { Anatomy, Electrodes } from '../anatomy/anatomy.ts';
import { MODEL_ERROR, sumOfSquares } from '../calibrate/loss.ts';
import type { TissueConductivity } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';
import { leadVectorsOf } from '../ecg/leadField.ts';
import { LEADS, weighLeads } from '../ecg/leads.ts';

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
  vectorsOf(heart: Pick<Anatomy, 'mesh' | 'electrodeFields'>): Float32Array;
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
    vectorsOf: (heart) => leadVectorsOf(heart, electrodes, conductivity),
    weigh: weighLeads,
  };
}

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
  return { observation, samples, weighed, error_mV: MODEL_ERROR * Math.sqrt(sumOfSquares(weighed) / samples) };
}
