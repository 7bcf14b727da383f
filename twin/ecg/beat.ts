import type { Finding } from '../errors.ts';
import type { RecorderMeasurements } from '../formats/format.ts';

/** The eight independent leads, in the order of every array with a lead axis inside the calibration. */
export const INDEPENDENT_LEADS = ['I', 'II', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
/** The twelve standard leads, in the order of every file and table. */
export const STANDARD_LEADS = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const;
export type LeadName = (typeof STANDARD_LEADS)[number];

/** One representative beat of a recorded ECG, ready to be fitted: baseline at zero before the QRS, sampled every `interval_ms`. */
export interface Beat {
  readonly interval_ms: number;
  /** mV, [samples, 8 independent leads], from the start of the window */
  readonly voltage_mV: Float64Array;
  /** QRS onset and offset across all leads, ms from the start of the window. The onset is where the model's time zero lies. */
  readonly qrsOnset_ms: number;
  readonly qrsOffset_ms: number;
  /** False when the recording's gain is unknown; the calibration then fits one scale. */
  readonly isCalibrated: boolean;
  readonly findings: readonly Finding[];
  /** Mean time between the recording's beats; absent where there is one. */
  readonly rr_ms?: number;
  /** What the recorder itself measured; absent where its file says nothing of it. */
  readonly measurements?: RecorderMeasurements;
  /** The same beat on to past its T wave; absent where the recording shows none, which a finding then says why. */
  readonly qrst?: QrstWindow;
  /** The P wave before it; absent where the recording shows none */
  readonly pWave?: PWave;
  /** What else was read off the recording; absent in beats that come from elsewhere */
  readonly reading?: BeatReading;
}

/** A beat from before its QRS to after its T wave, on the QRS window's clock and from its first sample. */
export interface QrstWindow {
  /** mV, zero before the QRS and after the T wave, [samples, 8 independent leads] */
  readonly voltage_mV: Float64Array;
  /** T peak and T end over all leads (`delineateT`), ms from the start of the window */
  readonly tPeak_ms: number;
  readonly tEnd_ms: number;
}

/** A P wave on the clock of the QRS window, before whose first sample it lies: its times are negative or small. */
export interface PWave {
  /** mV, zero at its onset, every `interval_ms` of the beat, [samples, 8 independent leads] */
  readonly voltage_mV: Float64Array;
  /** Time of the first sample */
  readonly start_ms: number;
  /** P onset and offset over all leads (`delineateP`) */
  readonly onset_ms: number;
  readonly offset_ms: number;
}

/** What a recording shows beside what is fitted to it. Times in ms, places on the QRS window's clock. */
export interface BeatReading {
  /** QRS duration over all leads when waves half as faint count too, and when only those twice as strong do (`delineateQrs`) */
  readonly qrsDurationLoose_ms: number;
  readonly qrsDurationStrict_ms: number;
  /** QRS of each standard lead by itself, [12]; NaN where it shows none (`delineateLeads`) */
  readonly leadOnset_ms: Float64Array;
  readonly leadOffset_ms: Float64Array;
  /** T end of each standard lead by itself, [12]; NaN where it shows none */
  readonly leadTEnd_ms: Float64Array;
  /** Standard deviation of noise above 25 Hz, mV, [8 independent leads] */
  readonly noise_mV: Float64Array;
  /** Largest |III − (II − I)|, mV; NaN where one of them was not recorded */
  readonly einthovenResidual_mV: number;
}

/** How recordings become beats; the same for a whole study. */
export interface BeatSettings {
  /** Sampling of the beat that is fitted, ms. */
  readonly interval_ms: number;
  /** Kept before the QRS onset and after its offset, ms. */
  readonly margin_ms: number;
  /** `recording`: trust the file's mV; `fit`: the calibration fits one scale. */
  readonly gain: 'recording' | 'fit';
}

export const DEFAULT_BEAT: BeatSettings = { interval_ms: 2, margin_ms: 10, gain: 'recording' };
