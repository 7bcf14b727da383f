import type { Finding } from '../errors.ts';
import type { TorsoFrame } from './torsoFrame.ts';

/** A closed surface of triangles, outward. */
export interface TriangleSurface {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** [triangles, 3] */
  readonly triangles: Uint32Array;
}

/** The body around a heart as a volume conductor, in the frame of the heart's mesh. */
export interface TorsoModel {
  readonly skin: TriangleSurface;
  /** Inside the skin, outside the heart; none where the torso's source has none */
  readonly lungs: readonly TriangleSurface[];
  /** Blood in the chambers and great vessels, as far as its walls are known; where they overlap the muscle, the muscle counts */
  readonly blood: readonly TriangleSurface[];
  readonly origin: 'file' | 'labels' | 'statistical';
  /** How the torso lies in the mesh's frame; absent where left, back and head are the mesh's own x, y and z (LPS) */
  readonly frame?: TorsoFrame;
  readonly findings: readonly Finding[];
}

/** Conductivities of the volume conductor, S/m. The heart conducts in both spaces (bidomain bulk: intracellular + extracellular). */
export interface ConductorConductivity {
  readonly intracellularFibre_S_m: number;
  readonly intracellularTransverse_S_m: number;
  readonly extracellularFibre_S_m: number;
  readonly extracellularTransverse_S_m: number;
  readonly blood_S_m: number;
  readonly lungs_S_m: number;
  /** Everything else in the body */
  readonly torso_S_m: number;
}

/** What surrounds the hearts of a study electrically. */
export interface TorsoSettings {
  /**
   * `homogeneous`: an infinite medium of one conductivity, in closed form. `body`: the subject's own torso where the sheet names one, otherwise a
   * statistical one, by finite elements.
   */
  readonly model: 'homogeneous' | 'body';
  /** Of the body; what conducts inside muscle cells stands with the calibration's settings */
  readonly conductivity: BodyConductivity;
}

/** The volume conductor but for the inside of the heart's cells. */
export type BodyConductivity = Omit<ConductorConductivity, 'intracellularFibre_S_m' | 'intracellularTransverse_S_m'>;

export const DEFAULT_TORSO: TorsoSettings = {
  model: 'body',
  conductivity: {
    extracellularFibre_S_m: 1.0732,
    extracellularTransverse_S_m: 0.4227,
    blood_S_m: 0.7,
    lungs_S_m: 0.0714,
    torso_S_m: 0.22,
  },
};
