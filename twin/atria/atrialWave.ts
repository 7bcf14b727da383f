import type { Point } from '../anatomy/anatomy.ts';
import type { ConductionVelocity } from '../calibrate/twin.ts';
import { openLocator } from '../eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../eikonal/solve.ts';
import { countUnreached, seedPmjs, unreachedMuscle } from '../eikonal/sources.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';

/** Conduction velocities of both atria. */
export interface AtrialVelocities {
  readonly la: ConductionVelocity;
  readonly ra: ConductionVelocity;
}

/**
 * Activation of the atria from one place at time zero, ms, [nodes]; NaN on nodes without tetrahedra. The same solution, near field included, as that of the
 * ventricles from one junction.
 *
 * @param mesh  regions of ATRIUM
 * @param from  inside the muscle, mm
 * @throws TwinError NoConvergence when a place of the muscle is not reached, or `from` lies outside it
 */
export function solveAtrialWave(mesh: TetMesh, from: Point, { la, ra }: AtrialVelocities): Float64Array {
  const front = openWaveFront(mesh);
  const parameters = { pmjPositions: Float64Array.from(from), pmjTimes_ms: new Float64Array(1), lv: la, rv: ra };
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, parameters, metric);
  const { tau } = solveEikonal(front, metric, seedPmjs(openLocator(mesh), front.nodeTets, parameters));
  const unreached = countUnreached(mesh, front.nodeTets, tau);
  if (unreached > 0) throw unreachedMuscle(unreached);
  return tau.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time));
}
