import { locateTet, openLocator } from '../eikonal/locate.ts';
import { shapeGradients } from '../mesh/shapeGradients.ts';
import type { BoundedTets } from './bisection.ts';
import { BLOCK } from './sparse.ts';

/** Carries nodal fields of one mesh to points inside it. */
export interface Interpolator {
  /** Points that no tetrahedron holds, by rising number; they take no value. */
  readonly outside: readonly number[];
  /**
   * Values of a block of fields at the points.
   *
   * @param fields  [nodes, BLOCK]
   * @param out     [points, BLOCK]
   */
  apply(fields: Float64Array, out: Float64Array): void;
}

/**
 * Interpolation that is exact for quadratic fields on a regular mesh:
 *
 *     Z(x) = Σ_i N_i(x) ( Z_i + ½ g_i · (x − x_i) )
 *
 * with the linear shape functions N_i of the tetrahedron about x and g_i the gradient at its nodes, the mean of the gradients of the tetrahedra around
 * weighted by volume. Linear interpolation alone would leave gradients that jump from tetrahedron to tetrahedron of the wrong mesh.
 *
 * @param points  mm, [points, 3]
 */
export function openInterpolator(
  { points: from, tets }: Pick<BoundedTets, 'points' | 'tets'>,
  points: Float64Array,
): Interpolator {
  const count = points.length / 3;
  const box = boxOf(points);
  const near = new Uint8Array(tets.length / 4);
  for (let tet = 0; tet < near.length; tet++) near[tet] = touches(from, tets, tet, box) ? 1 : 0;
  const none = { regions: new Uint8Array(0), fibres: new Float64Array(0) };
  const locator = openLocator({ points: from, tets, ...none }, near);
  const tetOf = new Int32Array(count);
  const shares = new Float64Array(4 * count);
  const needed = new Uint8Array(from.length / 3);
  const outside: number[] = [];
  const share = new Float64Array(4);
  for (let point = 0; point < count; point++) {
    const tet = locateTet(locator, points[3 * point], points[3 * point + 1], points[3 * point + 2], share);
    tetOf[point] = tet;
    if (tet < 0) {
      outside.push(point);
      continue;
    }
    shares.set(share, 4 * point);
    for (let corner = 0; corner < 4; corner++) needed[tets[4 * tet + corner]] = 1;
  }
  const gradients = new Float64Array(3 * BLOCK * needed.length);
  return {
    outside,
    apply(fields, out) {
      recoverGradients({ points: from, tets }, needed, fields, gradients);
      for (let point = 0; point < count; point++) {
        const tet = tetOf[point];
        const to = BLOCK * point;
        for (let k = 0; k < BLOCK; k++) out[to + k] = 0;
        if (tet < 0) continue;
        for (let corner = 0; corner < 4; corner++) {
          const node = tets[4 * tet + corner];
          const weight = shares[4 * point + corner];
          const dx = (points[3 * point] - from[3 * node]) / 2;
          const dy = (points[3 * point + 1] - from[3 * node + 1]) / 2;
          const dz = (points[3 * point + 2] - from[3 * node + 2]) / 2;
          const g = 3 * BLOCK * node;
          for (let k = 0; k < BLOCK; k++) {
            out[to + k] +=
              weight *
              (fields[BLOCK * node + k] +
                dx * gradients[g + k] +
                dy * gradients[g + BLOCK + k] +
                dz * gradients[g + 2 * BLOCK + k]);
          }
        }
      }
    },
  };
}

/** Volume-weighted means of the tetrahedra's gradients at the nodes that need one. @param out field unit per mm, [nodes, 3, BLOCK] */
function recoverGradients(
  mesh: Pick<BoundedTets, 'points' | 'tets'>,
  needed: Uint8Array,
  fields: Float64Array,
  out: Float64Array,
): void {
  const { tets } = mesh;
  const shape = new Float64Array(12);
  const gradient = new Float64Array(3 * BLOCK);
  const volumes = new Float64Array(needed.length);
  out.fill(0);
  for (let tet = 0; tet < tets.length / 4; tet++) {
    const at = 4 * tet;
    if ((needed[tets[at]] | needed[tets[at + 1]] | needed[tets[at + 2]] | needed[tets[at + 3]]) === 0) continue;
    const volume = shapeGradients(mesh, tet, shape);
    gradient.fill(0);
    for (let corner = 0; corner < 4; corner++) {
      const node = BLOCK * tets[at + corner];
      for (let axis = 0; axis < 3; axis++) {
        const weight = volume * shape[3 * corner + axis];
        for (let k = 0; k < BLOCK; k++) gradient[BLOCK * axis + k] += weight * fields[node + k];
      }
    }
    for (let corner = 0; corner < 4; corner++) {
      const node = tets[at + corner];
      if (needed[node] === 0) continue;
      volumes[node] += volume;
      for (let i = 0; i < 3 * BLOCK; i++) out[3 * BLOCK * node + i] += gradient[i];
    }
  }
  for (let node = 0; node < needed.length; node++) {
    if (needed[node] === 0) continue;
    for (let i = 0; i < 3 * BLOCK; i++) out[3 * BLOCK * node + i] /= volumes[node];
  }
}

interface Box {
  readonly min: Float64Array;
  readonly max: Float64Array;
}

function boxOf(points: Float64Array): Box {
  const min = new Float64Array(3).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(3).fill(Number.NEGATIVE_INFINITY);
  for (let at = 0; at < points.length; at++) {
    const axis = at % 3;
    if (points[at] < min[axis]) min[axis] = points[at];
    if (points[at] > max[axis]) max[axis] = points[at];
  }
  return { min, max };
}

function touches(points: Float64Array, tets: Uint32Array, tet: number, { min, max }: Box): boolean {
  for (let axis = 0; axis < 3; axis++) {
    const a = points[3 * tets[4 * tet] + axis];
    const b = points[3 * tets[4 * tet + 1] + axis];
    const c = points[3 * tets[4 * tet + 2] + axis];
    const d = points[3 * tets[4 * tet + 3] + axis];
    if (Math.max(a, b, c, d) < min[axis] || Math.min(a, b, c, d) > max[axis]) return false;
  }
  return true;
}
