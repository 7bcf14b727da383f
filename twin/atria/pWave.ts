import type { ActionPotential } from '../backend.ts';
import type { ConductionVelocity } from '../calibrate/twin.ts';
import type { Prior } from '../repolarisation/repolarisation.ts';
import { BACHMANN_FACTOR } from './atrialWave.ts';

/** What a P wave is made of, besides the atria themselves. */
export interface PWaveParameters {
  /** When the wave leaves the sinus node, ms after QRS onset: below zero */
  readonly start_ms: number;
  /** Factor on all atrial velocities */
  readonly velocityFactor: number;
  /** Factor on the velocities in Bachmann's bundle, beside those of the muscle about it */
  readonly bachmannFactor: number;
  /** Factor on the voltage beyond the twin's gain: how thick atrial walls are is seldom known, and counts in full */
  readonly amplitude: number;
}

/** The parameters' order in every vector of the fit; all but the first enter it as logarithms. */
export const P_WAVE_PARAMETERS = [
  'start_ms',
  'velocityFactor',
  'bachmannFactor',
  'amplitude',
] as const satisfies readonly (keyof PWaveParameters)[];

/** The atria's activation and the P wave that it makes. */
export interface SimulatedPWave {
  readonly parameters: PWaveParameters;
  /** Standard deviation of each parameter that prior and recording leave, in its own unit (Laplace's approximation); the prior's where no P wave was recorded */
  readonly spread: PWaveParameters;
  /** ms after QRS onset, [nodes of the atria]; NaN on nodes without tetrahedra */
  readonly activation_ms: Float64Array;
  /** mV, [samples, 8 independent leads] */
  readonly ecg_mV: Float64Array;
  /** Clock of `ecg_mV`: time of the first sample, ms after QRS onset, and between samples */
  readonly start_ms: number;
  readonly interval_ms: number;
  /** Over the recorded P wave; NaN where none was recorded */
  readonly fit: {
    readonly correlation: number;
    readonly rmse_mV: number;
    /** By standard lead, [12] */
    readonly leadCorrelation: Float64Array;
    readonly leadRmse_mV: Float64Array;
    readonly iterations: number;
  };
}

/** Velocities of the atria and priors of what is fitted; the same for a whole study. A deviation of 0 holds a parameter at its mean. */
export interface PWaveSettings {
  readonly la: ConductionVelocity;
  readonly ra: ConductionVelocity;
  /** From the wave's start to QRS onset, where no P wave was recorded; its deviation counts also where one was, about the recorded onset */
  readonly start_ms: Prior;
  /** `sd` is relative: of the logarithm, here and below */
  readonly velocityFactor: Prior;
  readonly bachmannFactor: Prior;
  readonly amplitude: Prior;
}

/**
 * All ours: with these velocities idealised atria of a usual size are activated in some 110 ms; a PR interval of 160 ms lies in the middle of the normal
 * range of 120 to 200 ms.
 */
export const DEFAULT_P_WAVE: PWaveSettings = {
  la: { fibre_mm_ms: 1.2, transverse_mm_ms: 0.6 },
  ra: { fibre_mm_ms: 1.2, transverse_mm_ms: 0.6 },
  start_ms: { mean: -160, sd: 15 },
  velocityFactor: { mean: 1, sd: 0.25 },
  bachmannFactor: { mean: BACHMANN_FACTOR, sd: 0.2 },
  amplitude: { mean: 1, sd: 0.7 },
};

/** Upstroke of atrial muscle; ours: its height is usual in atrial myocytes, its width smooths what thin walls of few tetrahedra make rough. */
export const ATRIAL_UPSTROKE: ActionPotential = { rest_mV: -80, peak_mV: 20, riseTime_ms: 2 };
