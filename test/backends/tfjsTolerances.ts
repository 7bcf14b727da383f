import type { BackendTolerances } from '../contracts/backend.ts';

/** float32 on any runtime: activation as of the same sources in float64, the ECG as its direct sum. */
export const TFJS_TOLERANCES: BackendTolerances = {
  activation_ms: 2e-5,
  ecg_mV: 2e-5,
  isSummedByNode: true,
  derivative: 1e-3,
};
