import type { BeatFeatures } from '../../twin/counterfactual/functionLaw.ts';
import type { ReferenceFront } from '../../twin/counterfactual/referenceFronts.ts';

const FEATURES = [
  'qrsDuration_ms',
  'totalActivationTime_ms',
  'qtInterval_ms',
  'qrsAmplitude_mV',
  'tAmplitude_mV',
] as const satisfies readonly (keyof BeatFeatures)[];

/** The reference law's fronts, the faster first. */
export const FRONTS: readonly ReferenceFront[] = ['lawFront', 'slowFront'];

/** Where a feature stands in the reference's table: under its own name with the law's own front, as `slowFrontQrsDuration_ms` and the like with the slow one. */
export const frontColumn = (front: ReferenceFront, feature: string): string =>
  front === 'lawFront' ? feature : `${front}${feature.charAt(0).toUpperCase()}${feature.slice(1)}`;

/**
 * Columns of the tables that stand beside the cohort's: the one place where they are written. Metrics in them are named as in the cohort table.
 *
 * `reference.parquet`: a row for each finished subject. Its own heart and electrodes, made to run by the reference function that is the same for all, with each
 * of its fronts.
 */
export const REFERENCE_COLUMNS: readonly string[] = [
  'subject',
  ...FRONTS.flatMap((front) => FEATURES.map((feature) => frontColumn(front, feature))),
];

/** What is exchanged between a woman and a man, one factor a column of `swaps.parquet`. */
export const SWAP_FACTORS = ['heartShape', 'heartSize', 'heartPosition', 'torso', 'function'] as const;
export type SwapFactor = (typeof SWAP_FACTORS)[number];

/** `swaps.parquet`: 2⁵ rows for each pair of a woman and a man; each factor's cell says whose it is, `female` or `male`. */
export const SWAP_COLUMNS = ['pair', 'femaleSubject', 'maleSubject', ...SWAP_FACTORS, ...FEATURES] as const;

/** `draws.parquet`: some rows for each finished subject, each a draw from its posterior. */
export const DRAW_COLUMNS = ['subject', 'draw'] as const;
