import type { Anatomy } from '../anatomy/anatomy.ts';
import { nodeCount, tetCount } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import type { RepolarisationParameters } from './repolarisation.ts';

/** Fields that an ARI is made of: one, four gradients, and the activation. */
export const ARI_FIELDS = 6;

/** Below this height the angle about the long axis loses its meaning; the anteroposterior field falls to zero at the apex. */
const APEX_HEIGHT = 0.25;

/**
 * The fields c_k of `RepolarisationParameters` on nodes: one, apicobasal, transmural, transventricular, and ½ sin(rotational) · min(1, apicobasal/0.25),
 * and τ; each but the first less its mean over the muscle, so that the first parameter is the mean ARI whatever the others are.
 *
 * @returns [nodes, 6]; NaN on nodes without tetrahedra
 */
export function ariFields(
  { mesh, coordinates }: Pick<Anatomy, 'mesh' | 'coordinates'>,
  activation_ms: Float64Array,
): Float64Array {
  const nodes = nodeCount(mesh);
  const volumes = tetVolumes(mesh);
  const shares = new Float64Array(nodes);
  for (let corner = 0; corner < 4 * tetCount(mesh); corner++) shares[mesh.tets[corner]] += volumes[corner >> 2] / 4;
  const out = new Float64Array(nodes * ARI_FIELDS);
  const means = new Float64Array(ARI_FIELDS);
  let whole = 0;
  for (let node = 0; node < nodes; node++) {
    const at = node * ARI_FIELDS;
    const height = coordinates.apicobasal[node];
    out[at] = shares[node] > 0 ? 1 : Number.NaN;
    out[at + 1] = height;
    out[at + 2] = coordinates.transmural[node];
    out[at + 3] = coordinates.transventricular[node];
    out[at + 4] = 0.5 * Math.sin(coordinates.rotational[node]) * Math.min(1, height / APEX_HEIGHT);
    out[at + 5] = activation_ms[node];
    if (shares[node] === 0) continue;
    whole += shares[node];
    for (let field = 1; field < ARI_FIELDS; field++) means[field] += shares[node] * out[at + field];
  }
  // The first field's mean stays 0 here: it is the one that is not centred.
  for (let at = 0; at < out.length; at++) out[at] -= means[at % ARI_FIELDS] / whole;
  return out;
}

/** ρ = τ + ARI, ms, [nodes]. @param fields as `ariFields` gives them */
export function repolarisationTimes(
  activation_ms: Float64Array,
  fields: Float64Array,
  parameters: RepolarisationParameters,
): Float64Array {
  const { ari_ms, apicobasal_ms, transmural_ms, interventricular_ms, anteroposterior_ms, coupling } = parameters;
  return activation_ms.map((tau, node) => {
    const at = node * ARI_FIELDS;
    return (
      tau +
      ari_ms * fields[at] +
      apicobasal_ms * fields[at + 1] +
      transmural_ms * fields[at + 2] +
      interventricular_ms * fields[at + 3] +
      anteroposterior_ms * fields[at + 4] +
      coupling * fields[at + 5]
    );
  });
}
