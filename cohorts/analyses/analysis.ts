import type { RepolarisationSettings } from '../../twin/repolarisation/repolarisation.ts';
import type { BootstrapSettings, Estimate } from '../statistics/bootstrap.ts';
import type { Coefficient, LinearFit, Undetermined } from '../statistics/leastSquares.ts';
import type { TargetMargins } from '../statistics/weights.ts';
import type { ColumnTable } from './table.ts';

/** How the cohort is analysed; the same for all analyses of one report. */
export interface AnalysisSettings extends BootstrapSettings {
  /** Relative spread of the calibration's prior on each velocity, when it is known. */
  readonly velocitySpread?: number;
  /** Priors of the repolarisation's fit, where the study has its own. */
  readonly repolarisation?: RepolarisationSettings;
  /** Further covariates of the study, by column; absent: every column that is neither the table's own nor a metric's. */
  readonly covariates?: readonly string[];
  /** Shares of the population that the cohort shall speak for; absent: as many women as men. */
  readonly target?: TargetMargins;
}

/** 2,000 resamples put the ends of a 95 % interval within a few per cent of its width (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, advise 1,000 or more). */
export const DEFAULT_ANALYSIS: AnalysisSettings = { resamples: 2000, seed: 1, level: 0.95 };

/**
 * One number of an answer in the shape that all answers share: what forest plots, `estimates.csv`, the control of multiple testing and the validation
 * read, whatever the question was.
 */
export interface EstimateRecord {
  /** Name of the analysis */
  readonly analysis: string;
  /** Name of the estimand within it, lowerCamelCase: `gap`, `explained`, `share`, `difference` … */
  readonly estimand: string;
  /** Column that it is about */
  readonly outcome: string;
  /** What it is adjusted for, decomposed by, or taken among, in words of the report; empty where there is nothing to say */
  readonly by: string;
  /** `ms`, `mm/ms`, `1` for shares and ratios */
  readonly unit: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly std_error: number;
  /** Two-sided, of the estimate being 0; NaN where the answer has no test */
  readonly p_value: number;
  /** Where the interval comes from */
  readonly interval: 'BCa' | 't' | 'Rubin' | 'draws' | 'permutation' | 'Wilson' | 'none';
  readonly women: number;
  readonly men: number;
  /** Name of the family of tests within which its p value is adjusted; absent where it is none of a family */
  readonly family?: string;
  /** Holm's adjusted p value within the family */
  readonly p_holm?: number;
  /** Benjamini and Hochberg's q value within the family */
  readonly q_value?: number;
}

/** What every answer says about itself. */
export interface AnalysisResult {
  readonly title: string;
  readonly question: string;
  readonly definition: string;
  readonly assumptions: readonly string[];
  /** Its numbers, in the order of the report; none where it has no answer */
  readonly estimates: readonly EstimateRecord[];
}

/** Tables beside the cohort's that some questions need; each may be absent. */
export interface TablesBeside {
  /** Every finished subject's heart under one reference function: `REFERENCE_COLUMNS` */
  readonly reference?: ColumnTable;
  /** Twins with parts exchanged between a woman and a man: `SWAP_COLUMNS` */
  readonly swaps?: ColumnTable;
  /** Draws from each twin's posterior: `DRAW_COLUMNS` and one column a drawn metric, named as in the cohort table */
  readonly draws?: ColumnTable;
}

/** One question put to the cohort table. */
export interface Analysis<Result extends AnalysisResult> {
  readonly name: string;
  run(table: ColumnTable, settings: AnalysisSettings, beside?: TablesBeside): Result;
}

/** A regression with what it was of. Sex is coded 1 for women and 0 for men. */
export interface RegressionRecord {
  readonly outcome: string;
  /** As a formula: `qrsDuration_ms ~ sex + lvMass_g` */
  readonly model: string;
  /** Columns that each of its rows has a number in, where they are more than those of the model */
  readonly complete?: readonly string[];
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

export type { Coefficient, Estimate, Undetermined };
