import type { Point } from '../anatomy/anatomy.ts';
import type { Finding } from '../errors.ts';
import { REGION, type TetMesh } from '../mesh/tetMesh.ts';

/** Regions of an atrial mesh. The kernels know two regions with velocities of their own; in a mesh of atria these are the two atria. */
export const ATRIUM = { la: REGION.lv, ra: REGION.rv } as const;

/**
 * Coordinates on the nodes of the atria: transmural 0 endocardium … 1 epicardium; veinToValve 0 at the atrium's veins … 1 at its valve;
 * transatrial 0 LA … 1 RA; rotational −π … π around the valve. [nodes] each.
 */
export interface AtrialCoordinates {
  readonly veinToValve: Float64Array;
  readonly transmural: Float64Array;
  readonly rotational: Float64Array;
  readonly transatrial: Float64Array;
}

/** Boundary of the atrial muscle by part, triangles as nodes, outward, [triangles, 3] each; valves and veins are the openings between them. */
export interface AtrialSurfaces {
  readonly laEndo: Uint32Array;
  readonly raEndo: Uint32Array;
  readonly epi: Uint32Array;
}

/** Both atria as a mesh of their own, in the frame of the ventricles' mesh: the fibrous ring between them conducts nothing. */
export interface Atria {
  /** Regions are those of ATRIUM; fibres by rule where the file has none */
  readonly mesh: TetMesh;
  readonly surfaces: AtrialSurfaces;
  readonly coordinates: AtrialCoordinates;
  /** Where the sinus node's wave starts, mm, on the RA's epicardium beside the superior vena cava */
  readonly sinusNode: Point;
  /** As the ventricles' own (`Anatomy.electrodeFields`), at the nodes of the atria, [nodes, 9 electrodes]; absent in an infinite homogeneous medium */
  readonly electrodeFields?: Float32Array;
  readonly findings: readonly Finding[];
}
