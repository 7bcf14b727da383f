import { principalAxis } from '../anatomy/principalAxis.ts';
import { robustGradients } from '../anatomy/ruleBasedFibres.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { ATRIUM } from './atria.ts';
import type { AtrialFields } from './atrialCoordinates.ts';
import type { AtrialBundle } from './bundle.ts';

/**
 * Rule-based fibres of the atria, in the manner of Piersanti et al. (Comput Methods Appl Mech Eng, 2021) with fewer fields: in the plane of the wall and
 * across the gradient of the vein-to-valve field u, so that they encircle veins and valves; along a bundle where there is one:
 *
 *     f = t × ∇u / |t × ∇u|,   t = −∇φ / |∇φ|,   F = (1 − s) f fᵀ + s b bᵀ → its main axis
 *
 * with φ the field of the region's own endocardium, s a bundle's share and b its direction laid into the wall. A fibre has no sign, which is why they are
 * blended as tensors. One layer: endocardium and epicardium are not told apart.
 *
 * @returns unit vectors, [tets, 3]; zero where the fields span no plane
 */
export function atrialFibres(
  mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
  fields: AtrialFields,
  bundles: readonly AtrialBundle[],
): Float64Array {
  const toLa = robustGradients(mesh, fields.la);
  const toRa = robustGradients(mesh, fields.ra);
  const toValve = robustGradients(mesh, fields.veinToValve);
  const fibres = new Float64Array(3 * tetCount(mesh));
  const tensor = new Float64Array(6);
  const axis = new Float64Array(3);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const at = 3 * tet;
    const inward = mesh.regions[tet] === ATRIUM.ra ? toRa : toLa;
    const thick = Math.hypot(inward[at], inward[at + 1], inward[at + 2]);
    if (!(thick > 0)) continue;
    const tx = inward[at] / thick;
    const ty = inward[at + 1] / thick;
    const tz = inward[at + 2] / thick;
    let fx = ty * toValve[at + 2] - tz * toValve[at + 1];
    let fy = tz * toValve[at] - tx * toValve[at + 2];
    let fz = tx * toValve[at + 1] - ty * toValve[at];
    const length = Math.hypot(fx, fy, fz);
    if (!(length > 0)) continue;
    fx /= length;
    fy /= length;
    fz /= length;
    for (const { share, direction } of bundles) {
      const s = share[tet];
      if (s === 0) continue;
      const deep = direction[at] * tx + direction[at + 1] * ty + direction[at + 2] * tz;
      const bx = direction[at] - deep * tx;
      const by = direction[at + 1] - deep * ty;
      const bz = direction[at + 2] - deep * tz;
      const flat = Math.hypot(bx, by, bz);
      if (!(flat > 0)) continue;
      const own = 1 - s;
      const other = s / (flat * flat);
      tensor[0] = own * fx * fx + other * bx * bx;
      tensor[1] = own * fx * fy + other * bx * by;
      tensor[2] = own * fx * fz + other * bx * bz;
      tensor[3] = own * fy * fy + other * by * by;
      tensor[4] = own * fy * fz + other * by * bz;
      tensor[5] = own * fz * fz + other * bz * bz;
      principalAxis(tensor, 0, axis);
      [fx, fy, fz] = axis;
    }
    fibres[at] = fx;
    fibres[at + 1] = fy;
    fibres[at + 2] = fz;
  }
  return fibres;
}
