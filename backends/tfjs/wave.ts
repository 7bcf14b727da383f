import type { Tensor2D } from '@tensorflow/tfjs-core';
import { TwinError } from '../../twin/errors.ts';
import { type CornerCoefficients, closeCoefficients, cornerCoefficients } from './cornerCoefficients.ts';
import { cornerTimes, UNREACHED_ms } from './cornerTimes.ts';
import { foldCorners } from './fold.ts';
import type { TensorRuntime } from './runtime.ts';
import { type SeededMember, seedTimes } from './seedTables.ts';
import { type TensorMesh, VELOCITY_ROWS, velocityTables } from './tensorMesh.ts';

/** A solved activation of a batch of members, on the device until it is closed. */
export interface TensorWave {
  /** ms, UNREACHED_ms where no wave came, [nodes, members] */
  readonly tau: Tensor2D;
  /** Seed times, ms, UNREACHED_ms where there is none, [nodes, members] */
  readonly seeds: Tensor2D;
  /** By chunk */
  readonly coefficients: readonly CornerCoefficients[];
  /** v_f and v_t by velocity row, mm/ms, [VELOCITY_ROWS, members] */
  readonly along: Tensor2D;
  readonly across: Tensor2D;
  /** Sweeps after which each member stood still, [members] */
  readonly sweeps: readonly number[];
}

/** Sweeps between two looks at what still moves; a look waits for the device. */
export const SWEEPS_A_LOOK = 8;
/** No heart's waves cross more elements than this one after the other. */
const MOST_SWEEPS = 8192;

/**
 * Activation by Jacobi sweeps over all corners of all members, from the seeds to the fixed point of float32 itself: a member is
 * done when a sweep moves none of its nodes by one bit, so more sweeps for the sake of others in the batch leave it as it is.
 *
 * @throws TwinError NoConvergence when times still move after `MOST_SWEEPS`
 */
export async function solveWave(
  runtime: TensorRuntime,
  mesh: TensorMesh,
  members: readonly SeededMember[],
): Promise<TensorWave> {
  const { tf } = runtime;
  runtime.enter();
  const seeds = seedTimes(tf, mesh, members);
  const table = velocityTables(members.map(({ parameters }) => parameters));
  const along = tf.tensor2d(table.along, [VELOCITY_ROWS, members.length]);
  const across = tf.tensor2d(table.across, [VELOCITY_ROWS, members.length]);
  const coefficients = mesh.chunks.map((chunk) => cornerCoefficients(tf, chunk, along, across));
  const sweeps = new Array<number>(members.length).fill(0);
  let tau = tf.clone(seeds);
  const wave = () => ({ tau, seeds, coefficients, along, across, sweeps });
  for (let sweep = 1; sweep <= MOST_SWEEPS; sweep++) {
    runtime.enter();
    const next = sweepWave(runtime, mesh, coefficients, tau);
    const isLook = sweep % SWEEPS_A_LOOK === 0;
    const moved = isLook ? tf.tidy(() => tf.max(tf.sub(tau, next), 0)) : undefined;
    tau.dispose();
    tau = next;
    if (moved === undefined) continue;
    const moves = await moved.data();
    moved.dispose();
    for (let member = 0; member < sweeps.length; member++) {
      if (sweeps[member] === 0 && moves[member] === 0) sweeps[member] = sweep;
    }
    if (sweeps.every((count) => count > 0)) return wave();
  }
  closeWave(wave());
  throw new TwinError(
    'NoConvergence',
    `activation: times still move after ${MOST_SWEEPS} sweeps over the muscle, expected them to stand; mend the mesh or its velocities`,
  );
}

function sweepWave(
  { tf }: TensorRuntime,
  mesh: TensorMesh,
  coefficients: readonly CornerCoefficients[],
  tau: Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const times = mesh.chunks.map((chunk, at) => cornerTimes(tf, chunk, coefficients[at], tau));
    return tf.minimum(tau, foldCorners(tf, mesh, times, UNREACHED_ms, tf.minimum)) as Tensor2D;
  });
}

export function closeWave({ tau, seeds, coefficients, along, across }: TensorWave): void {
  tau.dispose();
  seeds.dispose();
  for (const each of coefficients) closeCoefficients(each);
  along.dispose();
  across.dispose();
}
