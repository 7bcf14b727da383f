import { barycentricCoordinates, locateTet } from '../eikonal/locate.ts';
import { type PmjLayer, tetInLayer } from './pmjLayer.ts';

/** mm; longer moves are walked in steps of at most this, so that none jumps over a cavity or through a wall. */
const SUB_STEP_mm = 1;

/**
 * Moves PMJs by at most what is asked, in sub-steps of 1 mm that stay inside muscle and layer. A sub-step that would leave first loses
 * its part along the gradient of the endocardial distance, so that the PMJ glides along the layer; what still leaves is halved five times, then given up.
 *
 * @param positions  mm, inside the layer, [pmjs, 3]
 * @param moves      mm, [pmjs, 3]
 * @returns new positions, [pmjs, 3]
 */
export function movePmjs(layer: PmjLayer, positions: Float64Array, moves: Float64Array): Float64Array {
  const out = positions.slice();
  const barycentric = new Float64Array(4);
  const normal = new Float64Array(3);
  for (let pmj = 0; pmj < out.length / 3; pmj++) {
    const length = Math.hypot(moves[3 * pmj], moves[3 * pmj + 1], moves[3 * pmj + 2]);
    if (!(length > 0)) continue;
    const steps = Math.ceil(length / SUB_STEP_mm);
    for (let step = 0; step < steps; step++) {
      const x = out[3 * pmj];
      const y = out[3 * pmj + 1];
      const z = out[3 * pmj + 2];
      let dx = moves[3 * pmj] / steps;
      let dy = moves[3 * pmj + 1] / steps;
      let dz = moves[3 * pmj + 2] / steps;
      let isInside = tetInLayer(layer, x + dx, y + dy, z + dz, barycentric) >= 0;
      if (!isInside) {
        const tet = locateTet(layer.locator, x, y, z, barycentric);
        if (tet < 0) break;
        depthGradient(layer, tet, normal);
        const along = dx * normal[0] + dy * normal[1] + dz * normal[2];
        dx -= along * normal[0];
        dy -= along * normal[1];
        dz -= along * normal[2];
        for (let attempt = 0; attempt < 6; attempt++) {
          isInside = tetInLayer(layer, x + dx, y + dy, z + dz, barycentric) >= 0;
          if (isInside) break;
          dx /= 2;
          dy /= 2;
          dz /= 2;
        }
      }
      if (!isInside) break;
      out[3 * pmj] = x + dx;
      out[3 * pmj + 1] = y + dy;
      out[3 * pmj + 2] = z + dz;
    }
  }
  return out;
}

/** Unit direction in which the endocardial distance rises in a tetrahedron; zero where it is level. @param out [3] */
function depthGradient({ locator, endocardialDistance }: PmjLayer, tet: number, out: Float64Array): void {
  const { points, tets } = locator.mesh;
  // Barycentric coordinates are affine: their change over a unit step along an axis is the shape functions' gradient.
  const here = new Float64Array(4);
  const there = new Float64Array(4);
  const node = 3 * tets[4 * tet];
  const [x, y, z] = points.subarray(node, node + 3);
  barycentricCoordinates(locator.mesh, tet, x, y, z, here);
  for (let axis = 0; axis < 3; axis++) {
    barycentricCoordinates(
      locator.mesh,
      tet,
      x + (axis === 0 ? 1 : 0),
      y + (axis === 1 ? 1 : 0),
      z + (axis === 2 ? 1 : 0),
      there,
    );
    let slope = 0;
    for (let corner = 0; corner < 4; corner++) {
      slope += (there[corner] - here[corner]) * endocardialDistance[tets[4 * tet + corner]];
    }
    out[axis] = slope;
  }
  const length = Math.hypot(out[0], out[1], out[2]);
  for (let axis = 0; axis < 3; axis++) out[axis] = length > 1e-12 ? out[axis] / length : 0;
}
