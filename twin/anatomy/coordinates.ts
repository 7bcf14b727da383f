import { nodeCount, REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import type { Point, Surfaces, VentricularCoordinates } from './anatomy.ts';
import type { HarmonicFields } from './harmonicFields.ts';
import { tetGradients } from './laplace.ts';

/**
 * Ventricular coordinates on nodes (after Bayer et al., Med Image Anal 2018):
 *
 * - apicobasal: the harmonic field from apex to base, relabelled so that equal steps are equal lengths on average (`arcLength`)
 * - transmural: 1 − φ of the node's own ventricle; the RV side of the septum, being LV muscle, has 1
 * - rotational: angle about the LV's long axis, 0 at the direction of the RV's cavity (mid-septum), positive by the right hand about the
 *   axis apex → base, which is towards the anterior wall; the RV is seen from the same axis and spans only part of the circle
 * - transventricular: 0 in LV and septum, 1 in the RV; a node on their border belongs to the side with more of the muscle around it
 *
 * @param ventricles REGION.lv or REGION.rv of every tetrahedron, scars included, [tets]
 */
export function ventricularCoordinates(
  mesh: Pick<TetMesh, 'points' | 'tets'>,
  surfaces: Surfaces,
  fields: HarmonicFields,
  ventricles: Uint8Array,
): VentricularCoordinates {
  const volumes = tetVolumes(mesh);
  const transventricular = majority(mesh, volumes, ventricles);
  return {
    apicobasal: arcLength(mesh, volumes, fields.base),
    transmural: transventricular.map((rv, node) => 1 - (rv === 1 ? fields.rv[node] : fields.lv[node])),
    rotational: angles(mesh, surfaces, fields, transventricular),
    transventricular,
  };
}

/** 0 where most of the muscle around a node is LV, 1 where it is RV, NaN where there is none, [nodes]. @param volumes [tets] */
export function majority(
  mesh: Pick<TetMesh, 'points' | 'tets'>,
  volumes: Float64Array,
  ventricles: Uint8Array,
): Float64Array {
  const balance = new Float64Array(nodeCount(mesh)).fill(Number.NaN);
  for (let corner = 0; corner < mesh.tets.length; corner++) {
    const tet = corner >> 2;
    const node = mesh.tets[corner];
    const before = Number.isNaN(balance[node]) ? 0 : balance[node];
    balance[node] = before + (ventricles[tet] === REGION.rv ? volumes[tet] : -volumes[tet]);
  }
  return balance.map((value) => (Number.isNaN(value) ? value : value > 0 ? 1 : 0));
}

/** Levels at which a harmonic field's mean slope is taken; a heart's wall has some ten to a hundred layers of tetrahedra from apex to base. */
const LEVELS = 200;

/**
 * Relabels a harmonic field u so that its level sets stay and their labels become lengths along its gradient, 0 … 1:
 *
 *     L(u) = ∫₀ᵘ 1 / ⟨|∇u|⟩ du / ∫₀¹ …,   ⟨|∇u|⟩ = volume mean over the tetrahedra at that level
 *
 * A field from a single apical node rises steeply there, and would otherwise put half the heart into its last tenth.
 */
function arcLength(mesh: Pick<TetMesh, 'points' | 'tets'>, volumes: Float64Array, field: Float64Array): Float64Array {
  const gradients = tetGradients(mesh, field);
  const slope = new Float64Array(LEVELS);
  const weight = new Float64Array(LEVELS);
  // Levels are ranks, so that each holds the same share of muscle however the field is stretched.
  const means = new Float64Array(tetCount(mesh));
  for (let tet = 0; tet < means.length; tet++) {
    for (let corner = 0; corner < 4; corner++) means[tet] += field[mesh.tets[4 * tet + corner]] / 4;
  }
  const order = Uint32Array.from(means.keys()).sort((a, b) => means[a] - means[b] || a - b);
  const tops = new Float64Array(LEVELS).fill(1);
  for (let rank = 0; rank < order.length; rank++) {
    const tet = order[rank];
    const level = Math.floor((rank * LEVELS) / order.length);
    slope[level] += volumes[tet] * Math.hypot(gradients[3 * tet], gradients[3 * tet + 1], gradients[3 * tet + 2]);
    weight[level] += volumes[tet];
    if (level < LEVELS - 1) tops[level] = means[tet];
  }
  const lengths = new Float64Array(LEVELS + 1);
  for (let level = 0; level < LEVELS; level++) {
    const step = tops[level] - (level === 0 ? 0 : tops[level - 1]);
    lengths[level + 1] = lengths[level] + (slope[level] > 0 ? (step * weight[level]) / slope[level] : 0);
  }
  return field.map((value) => {
    if (Number.isNaN(value)) return value;
    let low = 0;
    let high = LEVELS - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tops[middle] < value) low = middle + 1;
      else high = middle;
    }
    const bottom = low === 0 ? 0 : tops[low - 1];
    const share = tops[low] > bottom ? (value - bottom) / (tops[low] - bottom) : 0;
    return (lengths[low] + share * (lengths[low + 1] - lengths[low])) / lengths[LEVELS];
  });
}

function angles(
  { points }: Pick<TetMesh, 'points'>,
  { rvEndo }: Pick<Surfaces, 'rvEndo'>,
  { lvAxis: { baseCentre, direction } }: HarmonicFields,
  transventricular: Float64Array,
): Float64Array {
  const towardsRv = [0, 0, 0];
  for (const node of rvEndo) {
    for (let axis = 0; axis < 3; axis++)
      towardsRv[axis] += (points[3 * node + axis] - baseCentre[axis]) / rvEndo.length;
  }
  const along = towardsRv[0] * direction[0] + towardsRv[1] * direction[1] + towardsRv[2] * direction[2];
  const [rx, ry, rz] = towardsRv.map((value, axis) => value - along * direction[axis]);
  const [px, py, pz] = cross(direction, [rx, ry, rz]);
  return transventricular.map((side, node) => {
    if (Number.isNaN(side)) return side;
    const x = points[3 * node] - baseCentre[0];
    const y = points[3 * node + 1] - baseCentre[1];
    const z = points[3 * node + 2] - baseCentre[2];
    return Math.atan2(x * px + y * py + z * pz, x * rx + y * ry + z * rz);
  });
}

const cross = ([ax, ay, az]: Point, [bx, by, bz]: Point): Point => [
  ay * bz - az * by,
  az * bx - ax * bz,
  ax * by - ay * bx,
];
