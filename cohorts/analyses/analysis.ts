import type { BootstrapSettings, Estimate } from '../statistics/bootstrap.ts';
import type { LinearFit, Undetermined } from '../statistics/leastSquares.ts';
import type { ColumnTable } from './table.ts';

/** How the cohort is analysed; the same for all analyses of one report. */
export interface AnalysisSettings extends BootstrapSettings {
  /** Relative spread of the calibration's prior on each velocity, when it is known. */
  readonly velocitySpread?: number;
}

/** 2,000 resamples put the ends of a 95 % interval within a few per cent of its width (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, advise 1,000 or more). */
export const DEFAULT_ANALYSIS: AnalysisSettings = { resamples: 2000, seed: 1, level: 0.95 };

/** What every answer says about itself. */
export interface AnalysisResult {
  readonly title: string;
  readonly question: string;
  readonly definition: string;
  readonly assumptions: readonly string[];
}

/** One question put to the cohort table. */
export interface Analysis<Result extends AnalysisResult> {
  readonly name: string;
  run(table: ColumnTable, settings: AnalysisSettings): Result;
}

/** A regression with what it was of. Sex is coded 1 for women and 0 for men. */
export interface RegressionRecord {
  readonly outcome: string;
  /** As a formula: `qrsDuration_ms ~ sex + lvMass_g` */
  readonly model: string;
  readonly fit: LinearFit | Undetermined;
}

/** Rows that an answer rests on, and those it had to leave out. */
export interface RowsUsed {
  readonly women: number;
  readonly men: number;
  /** Rows without a finished twin */
  readonly quarantined: number;
  readonly withoutSex: number;
  /** Finished rows left out for a missing value, by column; a row that lacks two is counted in both */
  readonly missing: Readonly<Record<string, number>>;
}

export type { Estimate, Undetermined };
