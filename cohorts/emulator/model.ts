import type { BeatSpace } from './beatSpace.ts';
import type { Conformal } from './conformal.ts';
import { ANATOMY_INPUTS, EMULATOR_INPUTS, EMULATOR_OUTPUTS } from './inputs.ts';
import type { Networks } from './network.ts';
import type { InputScaling, Known } from './novelty.ts';

/** How well one output is emulated on hearts that nothing was learned from. */
export interface OutputScore {
  readonly output: string;
  readonly unit: string;
  /** Root mean square error */
  readonly rmse: number;
  /** 1 − Σ error² / Σ (y − mean)² */
  readonly r2: number;
  /** Share of the simulated values inside their intervals, and the intervals' mean half width */
  readonly coverage: number;
  readonly halfWidth: number;
  readonly rows: number;
}

/** The same for the beat. */
export interface BeatScore {
  /** Root mean square over rows, samples and leads, mV: of the beats about their mean, what the space itself leaves, and what its prediction leaves */
  readonly spread_mV: number;
  readonly reconstruction_mV: number;
  readonly prediction_mV: number;
}

/** Where an emulator comes from, and how good it is. */
export interface EmulatorFacts {
  /** sha256 of the cohort table that its hearts and ranges come from */
  readonly cohort: string;
  readonly settings: Readonly<Record<string, number | string>>;
  /** Subjects whose hearts were learned from, calibrated on and scored on */
  readonly split: Readonly<Record<SplitPart, readonly string[]>>;
  readonly rows: Readonly<Record<SplitPart, number>>;
  readonly scores: readonly OutputScore[];
  readonly beat: BeatScore;
  /** Share of the scored rows that were refused */
  readonly refused: number;
}
export type SplitPart = 'train' | 'calibration' | 'test';

/** All that an emulator is. `docs/emulator.md` gives the formula. */
export interface EmulatorModel {
  readonly scaling: InputScaling;
  readonly known: Known;
  /** Of the features, then the beat's coordinates, [outputs] each */
  readonly outputMean: Float64Array;
  readonly outputSd: Float64Array;
  /** Each member's straight part on standardised inputs, the last row the constant, [members][inputs + 1, outputs] */
  readonly trends: readonly Float64Array[];
  /** Deviation of what the trends leave: the unit of the networks' answers, [outputs] */
  readonly rest: Float64Array;
  /** An ensemble for each feature, then one for the beat's coordinates (`ensembleSizes`) */
  readonly networks: readonly Networks[];
  readonly beats: BeatSpace;
  /** By EMULATOR_OUTPUTS */
  readonly conformal: readonly Conformal[];
  readonly level: number;
  /** Hearts of the cohort as they are, by ANATOMY_INPUTS, [subjects, anatomy inputs] */
  readonly subjects: readonly string[];
  readonly hearts: Float64Array;
  /** The cohort's calibrated ranges by FUNCTION_INPUTS; the design's where no column tells. [function inputs] each */
  readonly cohortLow: Float64Array;
  readonly cohortHigh: Float64Array;
  readonly facts: EmulatorFacts;
}

export const INPUTS = EMULATOR_INPUTS.length;
export const ANATOMY = ANATOMY_INPUTS.length;
export const OUTPUTS = EMULATOR_OUTPUTS.length;
