import type { CalibrationSettings } from '../twin/calibrate/twin.ts';
export const DEFAULT_CALIBRATION: CalibrationSettings = {
  pmjs: 300,
  layer_mm: 2.5,
  seed: 1,
  maxIterations: 60,
  targetCorrelation: 0.994,
  coarseEdges_mm: [3, 2],
  velocitySpread: 0.2,
  conductivity: { intracellularFibre_S_m: 0.5272, intracellularTransverse_S_m: 0.2076, torso_S_m: 0.6667 },
};
