import type { ConductorEdges } from './conductorMesh.ts';
import { type ConductorConductivity, DEFAULT_TORSO } from './torsoModel.ts';

/** How finely a volume conductor is meshed and solved. */
export interface ConductorSettings extends ConductorEdges {
  /** Residual over current at which the conjugate gradients stop */
  readonly tolerance: number;
}

/** Chosen by the tables of docs/lead-field.md: ECGs within some 2 % of those of a mesh four times as large. */
export const DEFAULT_CONDUCTOR_SETTINGS: ConductorSettings = {
  heartEdge_mm: 4.5,
  farEdge_mm: 16,
  growth: 0.35,
  electrodeEdges: 5,
  tolerance: 1e-7,
};

/** All of a body's conductivities: the defaults of a study's torso, and the muscle's inside as in the calibration's defaults. */
export const DEFAULT_CONDUCTOR: ConductorConductivity = {
  ...DEFAULT_TORSO.conductivity,
  intracellularFibre_S_m: 0.5272,
  intracellularTransverse_S_m: 0.2076,
};
