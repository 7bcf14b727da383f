import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { HeartModel } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { type Locator, openLocator } from '../../twin/eikonal/locate.ts';
import { seedPmjs, unreachedMuscle } from '../../twin/eikonal/sources.ts';
import { type Csr, nodeTets } from '../../twin/mesh/nodeTets.ts';
import { nodeCount, tetCount } from '../../twin/mesh/tetMesh.ts';
import { UNREACHED_ms } from './cornerTimes.ts';
import type { TensorRuntime } from './runtime.ts';
import { openSeedDerivatives, type SeedDerivatives, type SeededMember } from './seedTables.ts';
import { closeTensorEcg, openTensorEcg, pullBackTensorEcg, type TensorEcg, tensorEcg } from './tensorEcg.ts';
import { closeTensorMesh, openTensorMesh, type TensorMesh } from './tensorMesh.ts';
import { closeWave, solveWave, type TensorWave } from './wave.ts';
import { pullBackWave, type WaveGradient } from './waveGradient.ts';

/** A heart on the device: its tables, and how many members a batch may have. */
export interface TensorHeart {
  readonly runtime: TensorRuntime;
  readonly heart: HeartModel;
  readonly mesh: TensorMesh;
  readonly ecg: TensorEcg;
  readonly nodeTets: Csr;
  readonly locator: Locator;
  /** Most members that are solved at once. */
  readonly batch: number;
}

/** The longest tensors of a sweep have a number for each corner's three edges. */
const EDGES_OF_CORNERS = 12;

export function openTensorHeart(runtime: TensorRuntime, heart: HeartModel): TensorHeart {
  runtime.enter();
  const { tf, elements } = runtime;
  const most = Math.max(1, Math.floor(elements / EDGES_OF_CORNERS));
  const mesh = openTensorMesh(tf, heart.mesh, most);
  return {
    runtime,
    heart,
    mesh,
    ecg: openTensorEcg(runtime, mesh, heart),
    nodeTets: nodeTets(heart.mesh.tets, nodeCount(heart.mesh)),
    locator: openLocator(heart.mesh),
    batch: Math.max(1, Math.floor(most / tetCount(heart.mesh))),
  };
}

export function closeTensorHeart({ runtime, mesh, ecg }: TensorHeart): void {
  runtime.enter();
  closeTensorMesh(mesh);
  closeTensorEcg(ecg);
}

/** Finds where a member's PMJs seed. @throws TwinError NoConvergence when a PMJ lies outside the mesh */
export const seedMember = ({ locator, nodeTets }: TensorHeart, parameters: ActivationParameters): SeededMember => ({
  parameters,
  seeds: seedPmjs(locator, nodeTets, parameters),
});

/** Solves a batch. @throws TwinError NoConvergence when a member leaves muscle that no wave reaches */
export async function solveMembers(heart: TensorHeart, members: readonly SeededMember[]): Promise<TensorWave> {
  const wave = await solveWave(heart.runtime, heart.mesh, members);
  const { tf } = heart.runtime;
  const counts = tf.tidy(() => tf.sum(tf.cast(tf.greaterEqual(wave.tau, UNREACHED_ms / 2), 'float32'), 0));
  const unreached = Math.max(...(await counts.data()));
  counts.dispose();
  if (unreached === 0) return wave;
  heart.runtime.enter();
  closeWave(wave);
  throw unreachedMuscle(unreached);
}

/** Downloads a batch's activation; ms, Infinity on nodes that no tetrahedron uses, [members][nodes]. */
export async function downloadActivation({ heart, mesh }: TensorHeart, wave: TensorWave): Promise<Float64Array[]> {
  const members = wave.sweeps.length;
  const tau = await wave.tau.data();
  return Array.from({ length: members }, (_, member) => {
    const activation = new Float64Array(nodeCount(heart.mesh)).fill(Number.POSITIVE_INFINITY);
    for (let node = 0; node < mesh.nodes; node++) activation[mesh.meshNodes[node]] = tau[node * members + member];
    return activation;
  });
}

/** ECGs of a solved batch; mV, [members, samples · leads]. */
export const ecgOfWave = ({ runtime, ecg }: TensorHeart, wave: TensorWave): Tensor2D =>
  tensorEcg(runtime, ecg, wave.tau);

/** Prepares the gradient of a solved batch: differentiates the seeds that started its waves. */
export async function differentiateSeeds(
  { runtime, mesh }: TensorHeart,
  wave: TensorWave,
  members: readonly SeededMember[],
): Promise<SeedDerivatives> {
  const tau = await wave.tau.data();
  runtime.enter();
  return openSeedDerivatives(runtime.tf, mesh, members, tau);
}

/** The whole forward's adjoint. @param sensitivity loss/mV, [members, samples · leads] */
export function gradientOfWave(
  { runtime, mesh, ecg }: TensorHeart,
  wave: TensorWave,
  seeds: SeedDerivatives,
  sensitivity: Tensor2D,
): WaveGradient {
  const atNodes = pullBackTensorEcg(runtime, ecg, wave.tau, sensitivity);
  const gradient = pullBackWave(runtime, mesh, wave, seeds, atNodes);
  atNodes.dispose();
  return gradient;
}

/** Parameters of a batch as tensors. */
export interface ParameterTensors {
  /** ms, [pmjs, members] */
  readonly times: Tensor2D;
  /** mm, one tensor an axis, [3][pmjs, members] */
  readonly positions: readonly [Tensor2D, Tensor2D, Tensor2D];
  /** mm/ms: LV along, across, RV along, across, [4, members] */
  readonly velocities: Tensor2D;
}

/**
 * The ECG of a solved batch as a differentiable function of the parameters that it was solved with, for TensorFlow.js's own
 * gradients and optimisers: its gradient is the implicit function's, not that of the sweeps.
 *
 * @returns mV, [members, samples · leads]
 */
export function differentiableEcg(
  heart: TensorHeart,
  wave: TensorWave,
  seeds: SeedDerivatives,
  { times, positions, velocities }: ParameterTensors,
): Tensor2D {
  const { tf } = heart.runtime;
  const forward = tf.customGrad(() => ({
    value: ecgOfWave(heart, wave),
    gradFunc: (sensitivity) => {
      const gradient = gradientOfWave(heart, wave, seeds, sensitivity as Tensor2D);
      return [gradient.times, ...gradient.positions, gradient.velocities];
    },
  }));
  return forward(times, ...positions, velocities) as Tensor2D;
}
