import type { ConductorEdges } from './conductorMesh.ts';
import type { ConductorConductivity } from './torsoModel.ts';

/** How finely a volume conductor is meshed and solved. */
export interface ConductorSettings extends ConductorEdges {
  /** Residual over current at which the conjugate gradients stop */
  readonly tolerance: number;
}

export const DEFAULT_CONDUCTOR_SETTINGS: ConductorSettings = {
  heartEdge_mm: 4.5,
  farEdge_mm: 12,
  growth: 0.25,
  electrodeEdges: 6,
  tolerance: 1e-7,
};

export const DEFAULT_CONDUCTOR: ConductorConductivity = {
  intracellularFibre_S_m: 0.5272,
  intracellularTransverse_S_m: 0.2076,
  extracellularFibre_S_m: 1.0732,
  extracellularTransverse_S_m: 0.4227,
  blood_S_m: 0.7,
  lungs_S_m: 0.0714,
  torso_S_m: 0.6667,
};
