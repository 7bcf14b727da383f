import type { BackendTolerances } from '../contracts/backend.ts';

/**
 * float32 on any runtime: activation as of the same sources in float64, the ECG as its direct sum. The steps balance the rounding of
 * an ECG (1e-6 of 10 mV) against the curvature of upstrokes of 1 ms.
 */
export const TFJS_TOLERANCES: BackendTolerances = {
  activation_ms: 2e-5,
  ecg_mV: 2e-5,
  step: 3e-3,
  velocityStep: 3e-5,
  derivative: 1e-3,
};
