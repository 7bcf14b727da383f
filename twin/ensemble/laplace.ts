import { withConductionSpeed } from '../anatomy/conductionSpeed.ts';
import { factorCholesky } from '../calibrate/cholesky.ts';
import { bringIntoLayer } from '../calibrate/pmjLayer.ts';
import type { ActivationParameters } from '../calibrate/twin.ts';
import { TERRITORIES, type Territories } from '../eikonal/territories.ts';
import { TwinError } from '../errors.ts';
import type { EnsembleInput } from './ensemble.ts';
import {
  FROM_FAR,
  FROM_NEAR,
  fitWhitened,
  normalEquations,
  type WhitenedProblem,
  type WhitenedState,
} from './fitWhitened.ts';
import { openObserved } from './leadSystem.ts';
import { openLevel, openPlacement } from './placement.ts';
import { activationSensitivity } from './sensitivity.ts';
import { MIDDLE_VELOCITIES, sizeOf, type WhitenedSpace } from './whitened.ts';

/** What is left to know after an ECG was seen, by the curvature at the likeliest parameters. */
export interface Laplace {
  readonly parameters: ActivationParameters;
  readonly correlation: number;
  /** ms, [nodes] */
  readonly activation_ms: Float64Array;
  /** ms, [pmjs] */
  readonly timeSd_ms: Float64Array;
  /** Relative covariance of the velocities, in the order of `velocityVector`, [4, 4] */
  readonly velocityCovariance: Float64Array;
  /** Posterior by prior standard deviation, of times [pmjs], velocities [4] and activation [nodes]: 1 where the ECG says nothing */
  readonly contraction: {
    readonly times: Float64Array;
    readonly velocities: Float64Array;
    readonly activation: Float64Array;
  };
  /** ms, [nodes]; NaN on nodes without tetrahedra */
  readonly activationSd_ms: Float64Array;
}

const VELOCITIES = 4;

/**
 * Laplace approximation: the likeliest twin under the same prior as an ensemble's, started from the prior's mean, and the covariance that the
 * Gauss–Newton Hessian gives there. With P = B Bᵀ the prior's covariance (B: F and the spreads of velocities),
 *
 *     C = B (I + Bᵀ Jᵀ J B/e²)⁻¹ Bᵀ  =  P − P Jᵀ (J P Jᵀ + e² I)⁻¹ J P
 *
 * of which the left side has the size of the parameters and the right that of the data. Per-node deviations follow by the territories'
 * derivatives of activation. It sees one explanation and its neighbourhood: for others, see `calibrateEnsemble`.
 *
 * @throws TwinError as `calibrateEnsemble`
 */
export async function calibrateLaplace(
  input: Omit<EnsembleInput, 'members' | 'lanes' | 'of' | 'onProgress'>,
): Promise<Laplace> {
  const { anatomy, coarser = [], observation, settings } = input;
  const target = openObserved(observation);
  let space: WhitenedSpace | undefined;
  let w: Float64Array | undefined;
  for (const heart of [...coarser, anatomy]) {
    if (input.signal?.aborted) throw new TwinError('Cancelled', 'Laplace approximation: ended because it was asked to');
    const level = await openLevel(input, heart, target);
    try {
      if (space === undefined) {
        const { positions, times } = openPlacement(input, level, settings.seed);
        space = {
          positions,
          times,
          base_ms: times.mean_ms,
          baseVelocities: MIDDLE_VELOCITIES,
          velocitySpread: settings.velocitySpread,
          fitsGain: !observation.isCalibrated,
        };
      }
      const problem: WhitenedProblem = {
        heart: level.heart,
        target,
        space: { ...space, positions: bringIntoLayer(level.layer, space.positions) },
      };
      const state = await fitWhitened(problem, w ?? new Float64Array(sizeOf(space)), w ? FROM_NEAR : FROM_FAR);
      ({ w } = state);
      if (heart === anatomy) {
        const mesh = withConductionSpeed(anatomy.mesh, anatomy.endocardialDistance, settings);
        return await laplaceAt(problem, state, mesh);
      }
    } finally {
      await level.heart.close();
    }
  }
  throw new TwinError('NoConvergence', 'Laplace approximation: found no mesh to end on, expected the anatomy itself');
}

/** The approximation around a fitted state. */
export async function laplaceAt(
  problem: WhitenedProblem,
  state: WhitenedState,
  mesh: Parameters<typeof activationSensitivity>[0],
): Promise<Laplace> {
  const { space } = problem;
  const { matrix } = await normalEquations(problem, state, { errorFactor: 1, movesVelocities: true });
  const size = sizeOf(space);
  if (!factorCholesky(matrix, size)) {
    throw new TwinError(
      'NoConvergence',
      'Laplace approximation: found a curvature that is not finite; fit the twin first',
    );
  }
  const { factor, size: pmjs, rank } = space.times;
  // Rows of B Lᵀ⁻¹, one for each time and velocity: their inner products are the covariance.
  const posterior = new Float64Array((pmjs + VELOCITIES) * size);
  const prior = new Float64Array((pmjs + VELOCITIES) * size);
  for (let pmj = 0; pmj < pmjs; pmj++) {
    for (let column = 0; column < rank; column++) prior[pmj * size + column] = factor[pmj * rank + column];
  }
  for (let velocity = 0; velocity < VELOCITIES; velocity++) {
    prior[(pmjs + velocity) * size + rank + velocity] = space.velocitySpread;
  }
  for (let row = 0; row < pmjs + VELOCITIES; row++) {
    const out = posterior.subarray(row * size, (row + 1) * size);
    out.set(prior.subarray(row * size, (row + 1) * size));
    for (let i = 0; i < size; i++) {
      let sum = out[i];
      for (let k = 0; k < i; k++) sum -= matrix[i * size + k] * out[k];
      out[i] = sum / matrix[i * size + i];
    }
  }
  const sdOf = (rows: Float64Array, row: number) => Math.sqrt(inner(rows, row * size, row * size, size));
  const timeSd_ms = Float64Array.from({ length: pmjs }, (_, pmj) => sdOf(posterior, pmj));
  const velocityCovariance = new Float64Array(VELOCITIES * VELOCITIES);
  for (let a = 0; a < VELOCITIES; a++) {
    for (let b = 0; b < VELOCITIES; b++) {
      velocityCovariance[a * VELOCITIES + b] = inner(posterior, (pmjs + a) * size, (pmjs + b) * size, size);
    }
  }
  const territories = activationSensitivity(mesh, state.parameters);
  const velocities = [state.parameters.lv, state.parameters.rv].flatMap((own) => [
    own.fibre_mm_ms,
    own.transverse_mm_ms,
  ]);
  const activationSd_ms = propagate(territories, velocities, posterior, pmjs, size);
  const activationPriorSd_ms = propagate(territories, velocities, prior, pmjs, size);
  return {
    parameters: state.parameters,
    correlation: state.correlation,
    activation_ms: state.solution.activation_ms.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time)),
    timeSd_ms,
    velocityCovariance,
    contraction: {
      times: timeSd_ms.map((sd, pmj) => sd / sdOf(prior, pmj)),
      velocities: Float64Array.from(
        { length: VELOCITIES },
        (_, at) => sdOf(posterior, pmjs + at) / space.velocitySpread,
      ),
      activation: activationSd_ms.map((sd, node) => sd / activationPriorSd_ms[node]),
    },
    activationSd_ms,
  };
}

/** Deviation of each node's time: |Σ ∂τ/∂p · row of p|, [nodes]. @param velocities mm/ms; their rows are of logarithms */
function propagate(
  { sources, derivatives, byVelocity }: Territories,
  velocities: readonly number[],
  rows: Float64Array,
  pmjs: number,
  size: number,
): Float64Array {
  const nodes = sources.length / TERRITORIES;
  const out = new Float64Array(nodes);
  const sum = new Float64Array(size);
  for (let node = 0; node < nodes; node++) {
    if (sources[TERRITORIES * node] < 0) {
      out[node] = Number.NaN;
      continue;
    }
    sum.fill(0);
    for (let at = TERRITORIES * node; at < TERRITORIES * (node + 1) && sources[at] >= 0; at++) {
      const row = sources[at] * size;
      const weight = derivatives[4 * at];
      for (let column = 0; column < size; column++) sum[column] += weight * rows[row + column];
    }
    for (let velocity = 0; velocity < VELOCITIES; velocity++) {
      const weight = byVelocity[VELOCITIES * node + velocity] * (velocities[velocity] as number);
      const row = (pmjs + velocity) * size;
      for (let column = 0; column < size; column++) sum[column] += weight * rows[row + column];
    }
    out[node] = Math.sqrt(inner(sum, 0, 0, size));
  }
  return out;
}

function inner(rows: Float64Array, one: number, other: number, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at++) sum += rows[one + at] * rows[other + at];
  return sum;
}
