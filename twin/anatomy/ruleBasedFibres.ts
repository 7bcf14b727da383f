import { nodeCount, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import { radians } from '../units.ts';
import type { AnatomySettings } from './anatomy.ts';
import type { HarmonicFields } from './harmonicFields.ts';
import { tetGradients } from './laplace.ts';
import { bislerp, firstColumn, quaternionOfColumns } from './quaternion.ts';

/**
 * Fibres by the Laplace–Dirichlet rule (Bayer, Blake, Plank, Trayanova; Ann Biomed Eng 40:2243, 2012): frames of the LV's endocardium, the
 * RV's and the epicardium, each turned by its helix angle about the transmural axis and blended as quaternions, first between the ventricles
 * by d = φ_rv / (φ_lv + φ_rv), then towards the epicardium by φ_epi. The helix angle is measured from the circumferential direction, positive
 * where a fibre climbs towards the base while it runs anticlockwise seen from the base (a right-handed helix).
 *
 *     α(d, φ_epi) = (1 − 2 d) (α_endo (1 − φ_epi) + α_epi φ_epi)
 *
 * The paper turns the endocardial frames by their endocardial angle alone; blended with the epicardial frame, whose angle already falls
 * with φ_epi, that leaves α_endo/2 in mid-wall. With one angle for all frames it falls linearly (docs/decisions/0052-fibre-rule.md).
 *
 * @param helix_deg angle on the endocardium and on the epicardium; 0 is an angle like any other
 * @returns unit vectors, [tets, 3]
 */
export function ruleBasedFibres(
  mesh: Pick<TetMesh, 'points' | 'tets'>,
  fields: HarmonicFields,
  helix_deg: AnatomySettings['helix_deg'],
): Float64Array {
  const { tets } = mesh;
  const count = tetCount(mesh);
  const endo = radians(helix_deg.endo);
  const epi = radians(helix_deg.epi);
  const toBase = robustGradients(mesh, fields.base);
  const toLv = robustGradients(mesh, fields.lv);
  const toRv = robustGradients(mesh, fields.rv);
  const toEpi = robustGradients(mesh, fields.epi);

  const fibres = new Float64Array(3 * count);
  const lvFrame = new Float64Array(4);
  const rvFrame = new Float64Array(4);
  const epiFrame = new Float64Array(4);
  const workspace: FrameWorkspace = {
    longitudinal: new Float64Array(3),
    transmural: new Float64Array(3),
    circumferential: new Float64Array(3),
    turned: new Float64Array(3),
    rest: new Float64Array(3),
  };
  for (let tet = 0; tet < count; tet++) {
    let lv = 0;
    let rv = 0;
    let outside = 0;
    for (let corner = 0; corner < 4; corner++) {
      const node = tets[4 * tet + corner];
      lv += fields.lv[node] / 4;
      rv += fields.rv[node] / 4;
      outside += fields.epi[node] / 4;
    }
    const right = lv + rv > 0 ? rv / (lv + rv) : 0;
    const helix = endo * (1 - outside) + epi * outside;
    const at = 3 * tet;
    const hasLv = turnedFrame(toBase, toLv, -1, at, (1 - 2 * right) * helix, workspace, lvFrame);
    const hasRv = turnedFrame(toBase, toRv, 1, at, (1 - 2 * right) * helix, workspace, rvFrame);
    const hasEpi = turnedFrame(toBase, toEpi, 1, at, helix, workspace, epiFrame);
    if (hasLv && hasRv) bislerp(lvFrame, rvFrame, right, lvFrame);
    else if (hasRv) lvFrame.set(rvFrame);
    if (hasEpi && (hasLv || hasRv)) bislerp(lvFrame, epiFrame, outside, lvFrame);
    else if (hasEpi) lvFrame.set(epiFrame);
    if (hasLv || hasRv || hasEpi) firstColumn(lvFrame, fibres, at);
  }
  return fibres;
}

/**
 * Gradients that do not vanish: where all four corners of a tetrahedron lie on one surface its own gradient is zero, and the mean of its
 * corners' (each the volume mean about a node) stands for it. [tets, 3]
 */
export function robustGradients(mesh: Pick<TetMesh, 'points' | 'tets'>, field: Float64Array): Float64Array {
  const { tets } = mesh;
  const gradients = tetGradients(mesh, field);
  const volumes = tetVolumes(mesh);
  const sums = new Float64Array(3 * nodeCount(mesh));
  for (let corner = 0; corner < tets.length; corner++) {
    const tet = corner >> 2;
    for (let axis = 0; axis < 3; axis++) sums[3 * tets[corner] + axis] += volumes[tet] * gradients[3 * tet + axis];
  }
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const at = 3 * tet;
    if (Math.hypot(gradients[at], gradients[at + 1], gradients[at + 2]) > FLAT) continue;
    for (let corner = 0; corner < 4; corner++) {
      for (let axis = 0; axis < 3; axis++) gradients[at + axis] += sums[3 * tets[4 * tet + corner] + axis];
    }
  }
  return gradients;
}

/** Gradients below this, 1/mm, are rounding of the Laplace solution: a wall of 1 m would be steeper. */
const FLAT = 1e-8;

/** Vectors of one frame while it is made, [3] each. */
interface FrameWorkspace {
  readonly longitudinal: Float64Array;
  readonly transmural: Float64Array;
  readonly circumferential: Float64Array;
  readonly turned: Float64Array;
  readonly rest: Float64Array;
}

/**
 * The frame (circumferential, longitudinal, transmural) from two gradients, turned about its transmural axis, as a quaternion into `out`.
 * The transmural axis is kept whole and the longitudinal one made orthogonal to it, so that fibres stay in the wall.
 *
 * @returns false where the gradients span no frame
 */
function turnedFrame(
  base: Float64Array,
  across: Float64Array,
  sign: number,
  at: number,
  angle_rad: number,
  { longitudinal, transmural, circumferential, turned, rest }: FrameWorkspace,
  out: Float64Array,
): boolean {
  const thick = Math.hypot(across[at], across[at + 1], across[at + 2]);
  if (!(thick > 0)) return false;
  for (let axis = 0; axis < 3; axis++) transmural[axis] = (sign * across[at + axis]) / thick;
  const along = base[at] * transmural[0] + base[at + 1] * transmural[1] + base[at + 2] * transmural[2];
  for (let axis = 0; axis < 3; axis++) longitudinal[axis] = base[at + axis] - along * transmural[axis];
  const length = Math.hypot(longitudinal[0], longitudinal[1], longitudinal[2]);
  if (!(length > 0)) return false;
  for (let axis = 0; axis < 3; axis++) longitudinal[axis] /= length;
  circumferential[0] = longitudinal[1] * transmural[2] - longitudinal[2] * transmural[1];
  circumferential[1] = longitudinal[2] * transmural[0] - longitudinal[0] * transmural[2];
  circumferential[2] = longitudinal[0] * transmural[1] - longitudinal[1] * transmural[0];
  const cosine = Math.cos(angle_rad);
  const sine = Math.sin(angle_rad);
  for (let axis = 0; axis < 3; axis++) {
    turned[axis] = cosine * circumferential[axis] + sine * longitudinal[axis];
    rest[axis] = cosine * longitudinal[axis] - sine * circumferential[axis];
  }
  quaternionOfColumns(turned, rest, transmural, out);
  return true;
}
