import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { edgesOfCorners } from './cornerCoefficients.ts';
import { cornerShares, othersOfCorners, UNREACHED_ms } from './cornerTimes.ts';
import { foldCorners, foldRows } from './fold.ts';
import type { Tensorflow, TensorRuntime } from './runtime.ts';
import type { SeedDerivatives } from './seedTables.ts';
import type { TensorMesh, TetChunk } from './tensorMesh.ts';
import { tidyAll } from './tidy.ts';
import type { TensorWave } from './wave.ts';

/** Sensitivities of a batch's parameters. */
export interface WaveGradient {
  /** loss/ms, [pmjs, members] */
  readonly times: Tensor2D;
  /** loss/mm by axis, [3][pmjs, members] */
  readonly positions: readonly Tensor2D[];
  /** loss/(mm/ms): LV along, across, RV along, across, [4, members] */
  readonly velocities: Tensor2D;
}

/** Where the times of a chunk's corners came from. */
interface Upwind {
  /** Share of each node's time that came by this corner: 1, or its part among corners that tie, 0 elsewhere, [4 · tets, members] */
  readonly chosen: Tensor2D;
  /** λ of the corner's three others */
  readonly shares: readonly Tensor2D[];
}

/**
 * Pulls sensitivities of nodal times back to the parameters through the implicit function at the fixed point. At a minimum the
 * weights' own change counts to second order only, so with W the nodes' upwind weights
 *
 *     s = g + Wᵀ s,   ∂/∂t_i = Σ_{n seeded by i} s_n,   ∂/∂v = Σ_n s_n ∂leg_n/∂v
 *
 * solved by as many sweeps as the wave took: no chain of dependence is longer.
 * Wᵀ needs no scatter either: a node gives to the other corners of its tetrahedra, and takes by the same tables as times do.
 *
 * @param sensitivity  g, loss/ms, [nodes, members]
 */
export function pullBackWave(
  { tf }: TensorRuntime,
  mesh: TensorMesh,
  wave: TensorWave,
  seeds: SeedDerivatives,
  sensitivity: Tensor2D,
): WaveGradient {
  return tidyAll(tf, (): WaveGradient => {
    const { upwinds, isSeeded } = findUpwinds(tf, mesh, wave);
    const taken = upwinds.map((upwind, at) => tf.tidy(() => takenFromOthers(tf, mesh.chunks[at], upwind)));
    const through = accumulate(tf, mesh, wave, taken, sensitivity);
    const atSeeds = tf.mul(through, isSeeded) as Tensor2D;
    const seeded = sumSeeds(tf, seeds, atSeeds);
    const velocities = tf.tidy(() => {
      const legs = upwinds.map((upwind, at) => legsByVelocity(tf, wave, mesh.chunks[at], upwind, through));
      return legs.reduce((sum, part) => tf.add(sum, part), seeded.velocities) as Tensor2D;
    });
    return { times: seeded.times, positions: seeded.positions, velocities };
  });
}

function findUpwinds(
  tf: Tensorflow,
  mesh: TensorMesh,
  { tau, coefficients, seeds }: TensorWave,
): { upwinds: Upwind[]; isSeeded: Tensor2D } {
  return tf.tidy(() => {
    const solutions = mesh.chunks.map((chunk, at) => cornerShares(tf, chunk, coefficients[at], tau));
    const earliest = foldCorners(
      tf,
      mesh,
      solutions.map(({ time }) => time),
      UNREACHED_ms,
      tf.minimum,
    );
    const isSeeded = tf.cast(tf.lessEqual(seeds, earliest), 'float32') as Tensor2D;
    const ties = mesh.chunks.map((chunk, at) =>
      tf.tidy(() => tf.cast(tf.equal(solutions[at].time, tf.gather(earliest, chunk.corners)), 'float32') as Tensor2D),
    );
    const part = tf.div(tf.sub(1, isSeeded), foldCorners(tf, mesh, ties, 0, tf.add)) as Tensor2D;
    const upwinds = mesh.chunks.map((chunk, at) => ({
      chosen: tf.mul(ties[at], tf.gather(part, chunk.corners)) as Tensor2D,
      shares: solutions[at].shares,
    }));
    return { upwinds, isSeeded };
  });
}

/** Weights by receiver: how much each corner takes of its three others' sensitivities, [3][4 · tets, members]. */
function takenFromOthers(tf: Tensorflow, { tets }: TetChunk, { chosen, shares }: Upwind): Tensor2D[] {
  const members = chosen.shape[1];
  const [a, b, c] = shares.map((share) => {
    const weight = tf.mul(chosen, share) as Tensor2D;
    return [0, 1, 2, 3].map((corner) => tf.slice(weight, [corner * tets, 0], [tets, members]));
  });
  return [
    tf.concat([a[1], a[0], b[0], c[0]]),
    tf.concat([a[2], b[2], b[1], c[1]]),
    tf.concat([a[3], b[3], c[3], c[2]]),
  ];
}

/** s: what a later loss feels of a delay at each node, [nodes, members]. */
function accumulate(
  tf: Tensorflow,
  mesh: TensorMesh,
  { sweeps }: TensorWave,
  taken: readonly (readonly Tensor2D[])[],
  sensitivity: Tensor2D,
): Tensor2D {
  const most = Math.max(...sweeps);
  let passing = tf.clone(sensitivity);
  let through = tf.clone(sensitivity);
  for (let sweep = 1; sweep <= most; sweep++) {
    const [nextPassing, nextThrough] = tf.tidy(() => {
      const received = mesh.chunks.map((chunk, at) => receive(tf, chunk, taken[at], passing));
      const alone = foldCorners(tf, mesh, received, 0, tf.add);
      const next = tf.mul(alone, stillSwept(tf, sweeps, sweep)) as Tensor2D;
      return [next, tf.add(through, next) as Tensor2D];
    });
    passing.dispose();
    through.dispose();
    passing = nextPassing;
    through = nextThrough;
  }
  passing.dispose();
  return through;
}

/** 1 for members whose wave took this many sweeps, so that each member's sum has the same terms in any batch; [1, members]. */
function stillSwept(tf: Tensorflow, sweeps: readonly number[], sweep: number): Tensor {
  if (sweeps.every((count) => sweep <= count)) return tf.scalar(1);
  return tf.tensor2d([sweeps.map((count) => (sweep <= count ? 1 : 0))]);
}

function receive(tf: Tensorflow, chunk: TetChunk, taken: readonly Tensor2D[], passing: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const given = othersOfCorners(tf, tf.gather(passing, chunk.corners), chunk.tets);
    const [one, two, three] = given.map((value, place) => tf.mul(value, taken[place]));
    return tf.add(tf.add(one, two), three) as Tensor2D;
  });
}

/** Sums over the seeds of each PMJ, and over all seeds for the velocities. @param atSeeds s on seeded nodes, zero on others */
function sumSeeds(
  tf: Tensorflow,
  { pmjs, ranks, places, derivatives }: SeedDerivatives,
  atSeeds: Tensor2D,
): WaveGradient {
  return tidyAll(tf, (): WaveGradient => {
    const members = atSeeds.shape[1];
    const flat = tf.concat([tf.reshape(atSeeds, [atSeeds.size]), tf.zeros([1])]);
    const bySeed = tf.reshape(tf.gather(flat, places), [ranks, pmjs * members]) as Tensor2D;
    const overRanks = (values: Tensor2D) => tf.reshape(foldRows(tf, values, tf.add), [pmjs, members]) as Tensor2D;
    const [x, y, z, ...velocities] = derivatives.map((derivative) => overRanks(tf.mul(bySeed, derivative) as Tensor2D));
    return {
      times: overRanks(bySeed),
      positions: [x, y, z],
      velocities: tf.concat(velocities.map((byPmj) => foldRows(tf, byPmj, tf.add))),
    };
  });
}

/**
 * Sensitivity of the velocities by the legs. With F and G the parts of a squared length that 1/v_f² and 1/v_t² multiply,
 *
 *     leg² = F/v_f² + G/v_t²,   ∂leg/∂v_f = −F/(v_f³ leg),   F = Σ λ_i F_vi − Σ_{i<j} λ_i λ_j F_ij
 *
 * @returns [4, members]
 */
function legsByVelocity(
  tf: Tensorflow,
  { along, across }: TensorWave,
  chunk: TetChunk,
  { chosen, shares }: Upwind,
  through: Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const [a, b, c] = shares;
    const products = [a, b, c, tf.neg(tf.mul(a, b)), tf.neg(tf.mul(a, c)), tf.neg(tf.mul(b, c))];
    const square = (byEdge: Tensor2D) =>
      tf.relu(
        edgesOfCorners(tf, byEdge, chunk.tets)
          .map((ofEdge, place): Tensor => tf.mul(ofEdge, products[place]))
          .reduce((sum, part) => tf.add(sum, part)),
      );
    const ofCorners = (byRow: Tensor2D) => tf.gather(byRow, tf.slice(chunk.velocityRows, [0], [4 * chunk.tets]));
    const [fibre, transverse] = [ofCorners(along), ofCorners(across)];
    const [squareAlong, squareAcross] = [square(chunk.squareAlong), square(chunk.squareAcross)];
    const leg = tf.sqrt(tf.add(tf.div(squareAlong, tf.square(fibre)), tf.div(squareAcross, tf.square(transverse))));
    const felt = tf.divNoNan(tf.mul(tf.mul(chosen, tf.gather(through, chunk.corners)), -1), leg);
    const byAlong = tf.div(tf.mul(felt, squareAlong), tf.mul(tf.square(fibre), fibre));
    const byAcross = tf.div(tf.mul(felt, squareAcross), tf.mul(tf.square(transverse), transverse));
    const rows = tf.reshape(tf.slice(chunk.velocityRows, [0], [4 * chunk.tets]), [4 * chunk.tets, 1]);
    const sums = [0, 1].flatMap((row) => {
      const isRow = tf.cast(tf.equal(rows, tf.scalar(row, 'int32')), 'float32');
      return [byAlong, byAcross].map((values) => foldRows(tf, tf.mul(values, isRow) as Tensor2D, tf.add));
    });
    return tf.concat(sums);
  });
}
