import type { SyntheticPerson } from '../../cohorts/population/people.ts';
import type { Point } from '../../twin/anatomy/anatomy.ts';
import { torsoOf } from '../../twin/anatomy/torso.ts';
import type { TissueConductivity } from '../../twin/calibrate/twin.ts';
import { leadVectors } from '../../twin/ecg/leadField.ts';
import { nodeCount, type TetMesh } from '../../twin/mesh/tetMesh.ts';

/** Electrodes of a body-surface map (Grandits et al., Med Image Anal 2025, study as many). */
export const BODY_SURFACE_ELECTRODES = 128;
const COLUMNS = 16;
const ROWS = 8;
/** Heights of the lowest and the highest row by the torso's height, about the heart's centre. */
const LOWEST = -0.3;
const HIGHEST = 0.3;

/**
 * Electrodes in a grid around the chest, on the skin of the elliptical cylinder that stands for a torso: 16 around, evenly by angle, in 8 rows. In the
 * torso's frame, in which the studied meshes lie.
 */
export function bodySurfaceElectrodes(person: SyntheticPerson): Point[] {
  const { halfBreadth, halfDepth, height } = torsoOf(person);
  return Array.from({ length: BODY_SURFACE_ELECTRODES }, (_, at) => {
    const angle = (2 * Math.PI * (at % COLUMNS)) / COLUMNS;
    const z = height * (LOWEST + ((HIGHEST - LOWEST) * Math.floor(at / COLUMNS)) / (ROWS - 1));
    return [halfBreadth * Math.cos(angle), halfDepth * Math.sin(angle), z];
  });
}

/** Projection on the electrodes against their mean, in the homogeneous medium, [nodes, 128]. */
export function bodySurfaceVectors(
  mesh: TetMesh,
  electrodes: readonly Point[],
  conductivity: TissueConductivity,
): Float32Array {
  const nodes = nodeCount(mesh);
  const count = electrodes.length;
  const scale = -1 / (4 * Math.PI * conductivity.torso_S_m);
  const fields = new Float64Array(nodes * count);
  for (let node = 0; node < nodes; node++) {
    const [x, y, z] = mesh.points.subarray(3 * node, 3 * node + 3);
    let mean = 0;
    for (const [at, [ex, ey, ez]] of electrodes.entries()) {
      fields[node * count + at] = scale / Math.hypot(x - ex, y - ey, z - ez);
      mean += fields[node * count + at] / count;
    }
    for (let at = 0; at < count; at++) fields[node * count + at] -= mean;
  }
  return leadVectors(mesh, fields, conductivity, count);
}
