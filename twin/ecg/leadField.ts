import { type Anatomy, ELECTRODES, type Electrodes } from '../anatomy/anatomy.ts';
import type { TissueConductivity } from '../calibrate/twin.ts';
import { TwinError } from '../errors.ts';
import { shapeGradients } from '../mesh/shapeGradients.ts';
import { nodeCount, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { LEADS, LEADS_OF_ELECTRODES } from './leads.ts';

/** mm; an electrode nearer than this to the muscle is not on the skin. Our choice: ribs and fat alone are thicker. */
const NEAREST_ELECTRODE_mm = 3;

/**
 * Lead field of every electrode in an infinite homogeneous medium: the potential when a unit current is drawn there,
 *
 *     Z_e(x) = −1 / (4π σ |x − e|),   so that   ∇·(σ ∇Z_e) = δ(x − e)
 *
 * With this sign `φ = ∫ σ_i ∇Z · ∇V` is positive when a wave comes towards the electrode (∇V points back to the muscle that is
 * already active, ∇Z away from the electrode). Unit 1/(S/m · mm): with σ_i in S/m and volumes in mm³ the projection has no unit.
 *
 * @returns [nodes, 9 electrodes] in the order of ELECTRODES
 * @throws TwinError BadAnatomy when an electrode lies inside or upon the heart's muscle
 */
export function electrodeFields(points: Float64Array, electrodes: Electrodes, torso_S_m: number): Float64Array {
  const nodes = points.length / 3;
  const out = new Float64Array(nodes * ELECTRODES.length);
  const scale = -1 / (4 * Math.PI * torso_S_m);
  for (const [column, name] of ELECTRODES.entries()) {
    const [ex, ey, ez] = electrodes[name];
    let nearest = Number.POSITIVE_INFINITY;
    for (let node = 0; node < nodes; node++) {
      const distance = Math.hypot(points[3 * node] - ex, points[3 * node + 1] - ey, points[3 * node + 2] - ez);
      if (distance < nearest) nearest = distance;
      out[node * ELECTRODES.length + column] = scale / distance;
    }
    if (!(nearest > NEAREST_ELECTRODE_mm)) {
      throw new TwinError(
        'BadAnatomy',
        `electrode ${name}: found ${nearest.toFixed(1)} mm from the muscle, expected on the skin, more than ${NEAREST_ELECTRODE_mm} mm away; check the electrodes' unit and frame`,
        { electrode: name },
      );
    }
  }
  return out;
}

/** Fields of the eight independent leads from those of the nine electrodes. @returns [nodes, 8] */
export function leadFields(fields: Float64Array | Float32Array): Float64Array {
  const electrodes = ELECTRODES.length;
  const nodes = fields.length / electrodes;
  const out = new Float64Array(nodes * LEADS);
  for (let node = 0; node < nodes; node++) {
    for (let lead = 0; lead < LEADS; lead++) {
      let sum = 0;
      for (let e = 0; e < electrodes; e++)
        sum += LEADS_OF_ELECTRODES[lead * electrodes + e] * fields[node * electrodes + e];
      out[node * LEADS + lead] = sum;
    }
  }
  return out;
}

/**
 * Projection of nodal potentials on the leads, `φ_l(t) = Σ_n b_{n,l} V_n(t)`, by linear elements:
 *
 *     b = K_{σi} Z,   K_{mn} = ∫ ∇N_mᵀ σ_i ∇N_n dx,   σ_i = σ_t I + (σ_f − σ_t) f fᵀ
 *
 * A tetrahedron without a fibre conducts by the mean (σ_f + 2σ_t)/3. Columns sum to zero over the nodes: a heart at rest gives no signal.
 *
 * @param fields  lead fields, [nodes, leads]
 * @param leads  how many; 8 by default
 * @returns mV of ECG per mV of transmembrane potential, [nodes, leads]
 */
export function leadVectors(
  mesh: TetMesh,
  fields: Float64Array,
  conductivity: TissueConductivity,
  leads: number = LEADS,
): Float32Array {
  const { tets, fibres } = mesh;
  const sum = new Float64Array(nodeCount(mesh) * leads);
  const fibre = conductivity.intracellularFibre_S_m;
  const transverse = conductivity.intracellularTransverse_S_m;
  const isotropic = (fibre + 2 * transverse) / 3;
  const gradients = new Float64Array(12);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const volume = shapeGradients(mesh, tet, gradients);
    const fx = fibres[3 * tet];
    const fy = fibres[3 * tet + 1];
    const fz = fibres[3 * tet + 2];
    const hasFibre = fx !== 0 || fy !== 0 || fz !== 0;
    const across = (hasFibre ? transverse : isotropic) * volume;
    const along = hasFibre ? (fibre - transverse) * volume : 0;
    for (let lead = 0; lead < leads; lead++) {
      let gx = 0;
      let gy = 0;
      let gz = 0;
      for (let corner = 0; corner < 4; corner++) {
        const z = fields[tets[4 * tet + corner] * leads + lead];
        gx += z * gradients[3 * corner];
        gy += z * gradients[3 * corner + 1];
        gz += z * gradients[3 * corner + 2];
      }
      const onFibre = along * (fx * gx + fy * gy + fz * gz);
      const jx = across * gx + onFibre * fx;
      const jy = across * gy + onFibre * fy;
      const jz = across * gz + onFibre * fz;
      for (let corner = 0; corner < 4; corner++) {
        sum[tets[4 * tet + corner] * leads + lead] +=
          jx * gradients[3 * corner] + jy * gradients[3 * corner + 1] + jz * gradients[3 * corner + 2];
      }
    }
  }
  return Float32Array.from(sum);
}

/**
 * Lead vectors of a heart: by the potentials of its own volume conductor where it has one, otherwise in an infinite homogeneous medium.
 *
 * @returns [nodes, 8]
 * @throws TwinError BadAnatomy as `electrodeFields`
 */
export function leadVectorsOf(
  { mesh, electrodeFields: own }: Pick<Anatomy, 'mesh' | 'electrodeFields'>,
  electrodes: Electrodes,
  conductivity: TissueConductivity,
): Float32Array {
  return own === undefined
    ? homogeneousLeadVectors(mesh, electrodes, conductivity)
    : leadVectors(mesh, leadFields(own), conductivity);
}

/** All of it: lead vectors of a heart among electrodes. @returns [nodes, 8] @throws TwinError BadAnatomy as `electrodeFields` */
export function homogeneousLeadVectors(
  mesh: TetMesh,
  electrodes: Electrodes,
  conductivity: TissueConductivity,
): Float32Array {
  return leadVectors(mesh, leadFields(electrodeFields(mesh.points, electrodes, conductivity.torso_S_m)), conductivity);
}
