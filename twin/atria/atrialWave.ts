import type { Point } from '../anatomy/anatomy.ts';
import type { ConductionVelocity } from '../calibrate/twin.ts';
import { openLocator } from '../eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../eikonal/solve.ts';
import { countUnreached, seedPmjs, unreachedMuscle } from '../eikonal/sources.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import type { Atria } from './atria.ts';

/** Conduction in Bachmann's bundle by that of the muscle about it, as a mesh's `speed` has it; our choice, in the middle of what is told of it. */
export const BACHMANN_FACTOR = 1.5;

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
export function solveAtrialWave(mesh: TetMesh, from: Point, velocities: AtrialVelocities): Float64Array {
  return openAtria(mesh)(mesh.speed, from, velocities);
}

/**
 * Activation from the sinus node at time zero for any factor of Bachmann's bundle, ms, [nodes]; the last few factors are remembered.
 *
 * @param mesh  as `prepareAtria` makes it: its `speed` is that of the bundle at BACHMANN_FACTOR
 */
export function openAtrialActivation(
  { mesh, sinusNode }: Pick<Atria, 'mesh' | 'sinusNode'>,
  velocities: AtrialVelocities,
): (bachmannFactor: number) => Float64Array {
  const solve = openAtria(mesh);
  const known = new Map<number, Float64Array>();
  return (factor) => {
    const before = known.get(factor);
    if (before) return before;
    const speed = mesh.speed?.map((own) => 1 + ((own - 1) * (factor - 1)) / (BACHMANN_FACTOR - 1));
    const tau = solve(speed, sinusNode, velocities);
    if (known.size >= REMEMBERED) known.delete([...known.keys()][0]);
    known.set(factor, tau);
    return tau;
  };
}

/** A step of a fit asks for three factors again and again. */
const REMEMBERED = 6;

/** Tables of a mesh that serve every solve on it. */
function openAtria(mesh: TetMesh) {
  const front = openWaveFront(mesh);
  const locator = openLocator(mesh);
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  return (speed: Float32Array | undefined, from: Point, { la, ra }: AtrialVelocities): Float64Array => {
    const changed: TetMesh = speed ? { ...mesh, speed } : mesh;
    const parameters = { pmjPositions: Float64Array.from(from), pmjTimes_ms: new Float64Array(1), lv: la, rv: ra };
    tetMetric(changed, parameters, metric);
    const greatestSpeed = speed ? speed.reduce((most, own) => Math.max(most, own), 0) : 1;
    const near = { ...locator, mesh: changed, nearField: { ...locator.nearField, greatestSpeed } };
    const { tau } = solveEikonal(front, metric, seedPmjs(near, front.nodeTets, parameters));
    const unreached = countUnreached(mesh, front.nodeTets, tau);
    if (unreached > 0) throw unreachedMuscle(unreached);
    return tau.map((time) => (time === Number.POSITIVE_INFINITY ? Number.NaN : time));
  };
}
