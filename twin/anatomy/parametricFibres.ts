import { REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { radians } from '../units.ts';
import type { AnatomySettings } from './anatomy.ts';
import type { ParametricHeart } from './parametricHeart.ts';
import type { SignedDistance } from './stuffing.ts';

/** Step of the difference quotients for surface normals, mm. */
const STEP_mm = 1e-3;

/**
 * Fibres of a parametric heart as a function of place alone, so that meshes of any edge length carry the same ones. In the plane of the wall, turned from
 * the circumferential direction by a helix angle that is linear in the depth below the endocardium:
 *
 *     f = c cos α + l sin α,   c = z × n / |z × n|,   l = n × c,   α = α_endo (1 − depth) + α_epi depth
 *
 * with n the outward normal of the ventricle's endocardium. A fibre climbs to the base while it runs anticlockwise seen from there where α > 0. The
 * septum is LV wall: its RV side has the epicardial angle.
 *
 * @returns unit vectors, [tets, 3]
 */
export function parametricFibres(
  heart: ParametricHeart,
  mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
  helix_deg: AnatomySettings['helix_deg'],
): Float64Array {
  const { points, tets, regions } = mesh;
  const { lvWall, rvWall } = heart.dimensions;
  const endo = radians(helix_deg.endo);
  const epi = radians(helix_deg.epi);
  const fibres = new Float64Array(3 * tetCount(mesh));
  for (let tet = 0; tet < regions.length; tet++) {
    let x = 0;
    let y = 0;
    let z = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * tets[4 * tet + corner];
      x += points[node] / 4;
      y += points[node + 1] / 4;
      z += points[node + 2] / 4;
    }
    const isRv = regions[tet] === REGION.rv;
    const surface: SignedDistance = isRv ? heart.rvEndo : heart.lvEndo;
    const below = surface(x, y, z);
    const depth = Math.min(1, Math.max(0, below / (isRv ? rvWall : lvWall)));
    const angle = endo * (1 - depth) + epi * depth;
    let nx = surface(x + STEP_mm, y, z) - below;
    let ny = surface(x, y + STEP_mm, z) - below;
    let nz = surface(x, y, z + STEP_mm) - below;
    const length = Math.hypot(nx, ny, nz);
    nx /= length;
    ny /= length;
    nz /= length;
    // At the very apex every direction is circumferential; any will do.
    const across = Math.hypot(nx, ny);
    const cx = across > 1e-6 ? -ny / across : 1;
    const cy = across > 1e-6 ? nx / across : 0;
    const cosine = Math.cos(angle);
    const sine = Math.sin(angle);
    const fx = cosine * cx - sine * nz * cy;
    const fy = cosine * cy + sine * nz * cx;
    const fz = sine * (nx * cy - ny * cx);
    const norm = Math.hypot(fx, fy, fz);
    fibres[3 * tet] = fx / norm;
    fibres[3 * tet + 1] = fy / norm;
    fibres[3 * tet + 2] = fz / norm;
  }
  return fibres;
}
