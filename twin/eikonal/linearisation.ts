import type { ActivationParameters } from '../calibrate/twin.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { type Dependencies, findDependencies } from './dependencies.ts';
import { legTime, VELOCITY_COLUMN, velocitiesByRegion } from './metric.ts';
import { SEEDED, type Wave } from './solve.ts';
import type { PmjSeeds } from './sources.ts';

/**
 * Derivatives of a solved activation, one leg at a time. With the weights held (they are at a minimum, so their own
 * change counts only to second order), for a node reached by a leg and for a seeded one:
 *
 *     dτ_n = Σ_k λ_k dτ_k + ∂leg/∂v · dv        dτ_n = dt_i + ∂leg/∂x_i · dx_i + ∂leg/∂v · dv
 */
export interface Linearisation extends Dependencies {
  readonly wave: Wave;
  readonly pmjs: number;
  /** ∂leg/∂(v_f, v_t) of the leg's region, ms per mm/ms, [nodes, 2] */
  readonly legByVelocity: Float64Array;
  /** First of that region's two velocity parameters, −1 for none, [nodes] */
  readonly velocityColumn: Int8Array;
  /** ∂leg/∂x_i on seeded nodes, ms/mm, zero on others, [nodes, 3] */
  readonly legByPosition: Float64Array;
}

/** Derivatives around a solution of `solveEikonal` from PMJs. */
export function linearise(
  mesh: TetMesh,
  metric: Float64Array,
  parameters: ActivationParameters,
  seeds: PmjSeeds,
  wave: Wave,
): Linearisation {
  const { points, tets, regions } = mesh;
  const nodes = wave.tau.length;
  const dependencies = findDependencies(metric, tets, wave);
  const { upwindNodes, weights } = dependencies;
  const byRegion = velocitiesByRegion(parameters);
  const legByVelocity = new Float64Array(2 * nodes);
  const legByPosition = new Float64Array(3 * nodes);
  const velocityColumn = new Int8Array(nodes).fill(-1);
  const leg = new Float64Array(3);
  const timed = new Float64Array(6);
  for (let node = 0; node < nodes; node++) {
    const code = wave.upwind[node];
    if (code < SEEDED) continue;
    const pmj = wave.source[node];
    const tet = code === SEEDED ? seeds.pmjTets[pmj] : code >>> 2;
    for (let axis = 0; axis < 3; axis++) {
      let x = points[3 * node + axis];
      if (code === SEEDED) x -= parameters.pmjPositions[3 * pmj + axis];
      else {
        for (let k = 3 * node; k < 3 * node + 3; k++) {
          if (upwindNodes[k] >= 0) x -= weights[k] * points[3 * upwindNodes[k] + axis];
        }
      }
      leg[axis] = x;
    }
    legTime(mesh, byRegion, tet, leg, timed);
    legByVelocity[2 * node] = timed[1];
    legByVelocity[2 * node + 1] = timed[2];
    velocityColumn[node] = VELOCITY_COLUMN[regions[tet]];
    if (code === SEEDED) for (let axis = 0; axis < 3; axis++) legByPosition[3 * node + axis] = -timed[3 + axis];
  }
  return { ...dependencies, wave, pmjs: parameters.pmjTimes_ms.length, legByVelocity, velocityColumn, legByPosition };
}
