import type { Surfaces } from '../twin/anatomy/anatomy.ts';
import { findRims } from '../twin/anatomy/boundary.ts';
import { inverseAffine, positionOf } from '../twin/images/affine.ts';
import type { Tissue } from '../twin/images/labelImage.ts';
import type { TissueImage } from '../twin/images/tissueImage.ts';
import { REGION, type TetMesh } from '../twin/mesh/tetMesh.ts';

/** Tissues of the maps made here, in the order of their codes. */
const TISSUES = ['lvMuscle', 'lvBlood', 'rvMuscle', 'rvBlood'] as const satisfies readonly Tissue[];

/** A heart's mesh as a label map: voxels whose centres lie in a tetrahedron are muscle, those inside an endocardium and its flat lid at the base are blood. */
export function meshToTissues(
  mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
  surfaces: Surfaces,
  affine: readonly number[],
  size: readonly [number, number, number],
): TissueImage {
  const voxels = new Uint8Array(size[0] * size[1] * size[2]);
  const inverse = inverseAffine(affine);
  // A little aside, so that no voxel's column runs through a corner.
  const places = new Float64Array(mesh.points.length);
  for (let at = 0; at < places.length; at += 3) {
    const [i, j, k] = positionOf(inverse, mesh.points[at], mesh.points[at + 1], mesh.points[at + 2]);
    places.set([i + 1.3e-6, j + 2.7e-6, k], at);
  }
  fillBlood(places, surfaces.rvEndo, size, 4, voxels);
  fillBlood(places, surfaces.lvEndo, size, 2, voxels);
  fillMuscle(places, mesh, size, voxels);
  return { size, voxels, tissues: TISSUES, affine, findings: [] };
}

/** Voxels inside a closed surface by parity along columns. */
function fillBlood(
  places: Float64Array,
  endo: Uint32Array,
  [ni, nj, nk]: readonly [number, number, number],
  code: number,
  out: Uint8Array,
): void {
  const lids = findRims(places, endo).map(({ edges, centre }) => ({ edges, centre }));
  const crossings = new Map<number, number[]>();
  const cross = (corners: readonly (readonly number[])[]): void => {
    const [a, b, c] = corners;
    for (let i = Math.ceil(Math.min(a[0], b[0], c[0])); i <= Math.max(a[0], b[0], c[0]); i++) {
      for (let j = Math.ceil(Math.min(a[1], b[1], c[1])); j <= Math.max(a[1], b[1], c[1]); j++) {
        const area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
        const u = ((i - a[0]) * (c[1] - a[1]) - (j - a[1]) * (c[0] - a[0])) / area;
        const v = ((b[0] - a[0]) * (j - a[1]) - (b[1] - a[1]) * (i - a[0])) / area;
        if (!(u >= 0 && v >= 0 && u + v <= 1) || i < 0 || j < 0 || i >= ni || j >= nj) continue;
        const column = i + ni * j;
        const found = crossings.get(column) ?? [];
        found.push(a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2]));
        crossings.set(column, found);
      }
    }
  };
  const place = (node: number) => [...places.subarray(3 * node, 3 * node + 3)];
  for (let at = 0; at < endo.length; at += 3) cross([place(endo[at]), place(endo[at + 1]), place(endo[at + 2])]);
  for (const { edges, centre } of lids) for (const [a, b] of edges) cross([place(a), place(b), centre]);
  for (const [column, found] of crossings) {
    found.sort((a, b) => a - b);
    for (let at = 0; at + 1 < found.length; at += 2) {
      for (let k = Math.max(0, Math.ceil(found[at])); k <= Math.min(nk - 1, found[at + 1]); k++) {
        out[column + ni * nj * k] = code;
      }
    }
  }
}

function fillMuscle(
  places: Float64Array,
  { tets, regions }: Pick<TetMesh, 'tets' | 'regions'>,
  [ni, nj, nk]: readonly [number, number, number],
  out: Uint8Array,
): void {
  const low = [0, 0, 0];
  const high = [0, 0, 0];
  const most = [ni - 1, nj - 1, nk - 1];
  for (let tet = 0; tet < regions.length; tet++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((corner) => 3 * tets[4 * tet + corner]);
    for (let axis = 0; axis < 3; axis++) {
      const values = [places[a + axis], places[b + axis], places[c + axis], places[d + axis]];
      low[axis] = Math.max(0, Math.ceil(Math.min(...values)));
      high[axis] = Math.min(most[axis], Math.floor(Math.max(...values)));
    }
    const code = regions[tet] === REGION.rv ? 3 : 1;
    const corners = [a, b, c, d].map((at) => places.subarray(at, at + 3));
    for (let k = low[2]; k <= high[2]; k++) {
      for (let j = low[1]; j <= high[1]; j++) {
        for (let i = low[0]; i <= high[0]; i++) {
          if (isInside(corners, Float64Array.of(i, j, k))) out[i + ni * (j + nj * k)] = code;
        }
      }
    }
  }
}

/** Whether a place lies in a tetrahedron: each corner replaced by it leaves the orientation. */
function isInside(corners: readonly Float64Array[], place: Float64Array): boolean {
  const whole = volume6(corners);
  return corners.every((_, at) => volume6(corners.map((own, other) => (other === at ? place : own))) / whole >= -1e-9);
}

function volume6([o, u, v, w]: readonly Float64Array[]): number {
  const [ux, uy, uz] = [u[0] - o[0], u[1] - o[1], u[2] - o[2]];
  const [vx, vy, vz] = [v[0] - o[0], v[1] - o[1], v[2] - o[2]];
  const [wx, wy, wz] = [w[0] - o[0], w[1] - o[1], w[2] - o[2]];
  return (uy * vz - uz * vy) * wx + (uz * vx - ux * vz) * wy + (ux * vy - uy * vx) * wz;
}
