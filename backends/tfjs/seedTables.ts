import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { type PmjSeeds, seedLegs } from '../../twin/eikonal/sources.ts';
import { UNREACHED_ms } from './cornerTimes.ts';
import type { Tensorflow } from './runtime.ts';
import type { TensorMesh } from './tensorMesh.ts';

/** Parameters with where they seed: found and timed on the host in float64, some hundred ways a PMJ. */
export interface SeededMember {
  readonly parameters: ActivationParameters;
  readonly seeds: PmjSeeds;
}

/** Seed times of a batch; ms, UNREACHED_ms on nodes without seed, [nodes, members]. */
export function seedTimes(tf: Tensorflow, { nodes, inside }: TensorMesh, members: readonly SeededMember[]): Tensor2D {
  const times = new Float32Array(nodes * members.length).fill(UNREACHED_ms);
  for (const [member, { seeds }] of members.entries()) {
    for (let seed = 0; seed < seeds.nodes.length; seed++) {
      times[inside[seeds.nodes[seed]] * members.length + member] = seeds.times_ms[seed];
    }
  }
  return tf.tensor2d(times, [nodes, members.length]);
}

/** How the seeds of a batch that no wave overtook depend on its parameters, in rows that are summed over each PMJ's seeds. */
export interface SeedDerivatives {
  readonly pmjs: number;
  /** Most seeds of one PMJ, and zeros up to a power of two: folded by halves, a PMJ's sum then adds in one order whatever its batch needs. */
  readonly ranks: number;
  /** Of each PMJ's seeds the places `node · members + member`; `nodes · members` for none, [ranks · pmjs · members] int32 */
  readonly places: Tensor1D;
  /** ∂(seed time)/∂(x, y, z of the PMJ, then the four velocities), zero where there is none, [7][ranks, pmjs · members] */
  readonly derivatives: readonly Tensor2D[];
}

const COLUMNS = 3 + VELOCITY_PARAMETERS;

/**
 * @param members  of one number of PMJs
 * @param tau      of the solved wave, ms, [nodes, members]
 */
export function openSeedDerivatives(
  tf: Tensorflow,
  { nodes, inside }: TensorMesh,
  members: readonly SeededMember[],
  tau: ArrayLike<number>,
): SeedDerivatives {
  const batch = members.length;
  const pmjs = members[0].parameters.pmjTimes_ms.length;
  const stands = members.map(({ seeds }, member) =>
    Uint8Array.from(seeds.nodes, (node, seed) =>
      tau[inside[node] * batch + member] >= Math.fround(seeds.times_ms[seed]) ? 1 : 0,
    ),
  );
  let most = 1;
  for (const [member, { seeds }] of members.entries()) {
    const counts = new Uint32Array(pmjs);
    for (let seed = 0; seed < seeds.nodes.length; seed++) counts[seeds.origins[seed]] += stands[member][seed];
    for (const count of counts) most = Math.max(most, count);
  }
  const ranks = 2 ** Math.ceil(Math.log2(most));
  const width = pmjs * batch;
  const places = new Int32Array(ranks * width).fill(nodes * batch);
  const derivatives = Array.from({ length: COLUMNS }, () => new Float32Array(ranks * width));
  for (const [member, { parameters, seeds }] of members.entries()) {
    const legs = seedLegs(seeds, parameters, (seed) => stands[member][seed] === 1);
    const next = new Uint32Array(pmjs);
    for (let seed = 0; seed < seeds.nodes.length; seed++) {
      if (stands[member][seed] === 0) continue;
      const pmj = seeds.origins[seed];
      const at = next[pmj]++ * width + pmj * batch + member;
      places[at] = inside[seeds.nodes[seed]] * batch + member;
      for (let axis = 0; axis < 3; axis++) derivatives[axis][at] = legs.byPosition[3 * seed + axis];
      for (let velocity = 0; velocity < VELOCITY_PARAMETERS; velocity++) {
        derivatives[3 + velocity][at] = legs.byVelocity[VELOCITY_PARAMETERS * seed + velocity];
      }
    }
  }
  return {
    pmjs,
    ranks,
    places: tf.tensor1d(places, 'int32'),
    derivatives: derivatives.map((values) => tf.tensor2d(values, [ranks, width])),
  };
}

export function closeSeedDerivatives({ places, derivatives }: SeedDerivatives): void {
  places.dispose();
  for (const tensor of derivatives) tensor.dispose();
}
