import type { Point } from '../anatomy/anatomy.ts';
import type { SignedDistance } from '../anatomy/stuffing.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { ATRIUM } from './atria.ts';
import { boreDistance, type ParametricAtria } from './parametricAtria.ts';

/** Step of the difference quotients, mm. */
const STEP_mm = 1e-3;
/** Distances to openings are softened by this, mm: an opening's pull stays finite on its rim. */
const SOFT_mm = 2;

/**
 * Fibres of parametric atria as a function of place alone, so that meshes of any edge length carry the same ones: in the wall and across the gradient of
 * a pull towards the veins,
 *
 *     f = n × ∇u / |n × ∇u|,   u = ln Σ_veins (d_i + 2 mm)⁻² − ln (d_valve + 2 mm)⁻²
 *
 * with n the normal of the region's endocardium and d distances to the openings. They encircle veins and valves as `atrialFibres` do and are not the same.
 *
 * @returns unit vectors, [tets, 3]
 */
export function parametricAtrialFibres(
  atria: ParametricAtria,
  { points, tets, regions }: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
): Float64Array {
  const { veins, floor } = atria.dimensions;
  const pullOf = (side: 'la' | 'ra'): SignedDistance => {
    const own = veins.filter(({ name }) => name.endsWith('vc') === (side === 'ra'));
    return (x, y, z) => {
      let sum = 0;
      for (const vein of own) sum += (Math.max(0, boreDistance(vein, x, y, z)) + SOFT_mm) ** -2;
      return Math.log(sum) + 2 * Math.log(z - floor + SOFT_mm);
    };
  };
  const la = { endo: atria.laEndo, pull: pullOf('la') };
  const ra = { endo: atria.raEndo, pull: pullOf('ra') };
  const fibres = new Float64Array(3 * tetCount({ tets }));
  for (let tet = 0; tet < regions.length; tet++) {
    const place = centroid(points, tets, tet);
    const { endo, pull } = regions[tet] === ATRIUM.ra ? ra : la;
    const [nx, ny, nz] = gradient(endo, place);
    const [ux, uy, uz] = gradient(pull, place);
    const fx = ny * uz - nz * uy;
    const fy = nz * ux - nx * uz;
    const fz = nx * uy - ny * ux;
    const length = Math.hypot(fx, fy, fz) || 1;
    fibres.set([fx / length, fy / length, fz / length], 3 * tet);
  }
  return fibres;
}

function gradient(field: SignedDistance, [x, y, z]: Point): Point {
  const h = STEP_mm;
  return [
    (field(x + h, y, z) - field(x - h, y, z)) / (2 * h),
    (field(x, y + h, z) - field(x, y - h, z)) / (2 * h),
    (field(x, y, z + h) - field(x, y, z - h)) / (2 * h),
  ];
}

function centroid(points: Float64Array, tets: Uint32Array, tet: number): Point {
  const at = (axis: number) => {
    let sum = 0;
    for (let corner = 0; corner < 4; corner++) sum += points[3 * tets[4 * tet + corner] + axis] / 4;
    return sum;
  };
  return [at(0), at(1), at(2)];
}
