import type { TwinResidual } from '../../twin/calibrate/twinResidual.ts';

/**
 * What two backends may differ by on one twin's parameters, where nothing is fitted: at least sixty times the most that was seen
 * (docs/provenance.md#between-backends).
 */
export const RESIDUAL_TOLERANCE: TwinResidual = { activation_ms: 1e-3, ecg_mV: 1e-4 };

/**
 * By unit: what a metric may differ by where another backend fits the twin anew. Rounding decides when a fit is good enough to stop, so
 * that two fits are two explanations of one ECG (docs/provenance.md#between-backends).
 */
const BY_UNIT: Readonly<Record<string, number>> = { ms: 9, mV: 0.3, deg: 10, '1': 0.2, 'mm/ms': 0.08 };
/** Both must explain the ECG as a whole equally well. */
const BY_COLUMN: Readonly<Record<string, number>> = { fitCorrelation: 0.005 };

/** Where a wave is first or last is a place among many that are nearly as early or late: it may leap, and is told without judging. */
const LEAPING = /^(earliest|latest)/;

/** What a metric may differ by between fits of two backends, in its unit; 0 for what no backend touches (masses, volumes, lengths). */
export const toleranceOf = (column: string, unit: string): number =>
  LEAPING.test(column) ? Number.POSITIVE_INFINITY : (BY_COLUMN[column] ?? BY_UNIT[unit] ?? 0);

/** Whether a recorded twin is what its parameters give on the other backend; a twin whose bytes are lost is not judged by it. */
export const isResidualWithin = (residual: TwinResidual | null): boolean =>
  residual === null ||
  (residual.activation_ms <= RESIDUAL_TOLERANCE.activation_ms && residual.ecg_mV <= RESIDUAL_TOLERANCE.ecg_mV);
