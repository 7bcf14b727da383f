import type { ConductionVelocity } from '../calibrate/twin.ts';
import type { RepolarisationParameters } from '../repolarisation/repolarisation.ts';

/**
 * A heart's function stated without its shape, so that any anatomy can be made to run by it: conduction velocities, a Purkinje front that moves
 * along the endocardium from the early sites of ventricular coordinates (`openPurkinjeFront`), and the law of repolarisation.
 */
export interface FunctionLaw {
  readonly lv: ConductionVelocity;
  readonly rv: ConductionVelocity;
  /** Speed of the Purkinje front along the endocardium, mm/ms */
  readonly front_mm_ms: number;
  readonly repolarisation: RepolarisationParameters;
}

/** What a simulated beat is summed up in; the same names as in the cohort table and `SWAP_COLUMNS`. NaN where there is none. */
export interface BeatFeatures {
  readonly qrsDuration_ms: number;
  readonly totalActivationTime_ms: number;
  readonly qtInterval_ms: number;
  /** Largest peak-to-peak QRS of the independent leads, mV */
  readonly qrsAmplitude_mV: number;
  /** Largest T deflection by size, signed, of the independent leads, mV */
  readonly tAmplitude_mV: number;
}
