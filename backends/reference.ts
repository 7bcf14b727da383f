import type { Backend, HeartModel, OpenHeart, Solution } from '../twin/backend.ts';
import type { ActivationParameters } from '../twin/calibrate/twin.ts';
import { openProjection, projectEcg, pullBackEcg } from '../twin/ecg/projection.ts';
import { ecgJacobian } from '../twin/ecg/projectionJacobian.ts';
import { pullBack } from '../twin/eikonal/adjoint.ts';
import { type Linearisation, linearise } from '../twin/eikonal/linearisation.ts';
import { openLocator } from '../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../twin/eikonal/metric.ts';
import { openWaveFront, SEEDED, solveEikonal, type Wave } from '../twin/eikonal/solve.ts';
import { countUnreached, type PmjSeeds, seedPmjs, unreachedMuscle } from '../twin/eikonal/sources.ts';
import { findTerritories, type Territories, territorySizes } from '../twin/eikonal/territories.ts';
import { tetCount } from '../twin/mesh/tetMesh.ts';

/** Plain TypeScript in float64 on one thread: the form that is read, and that every other backend is compared with. */
export const referenceBackend: Backend = {
  name: 'reference',
  open: async (heart) => new ReferenceHeart(heart),
};

/** One solve and what was derived from it, kept until other parameters are asked for. */
interface Solved {
  /** Bytes of the parameters, so that a caller's later changes to its arrays are noticed. */
  readonly key: Float64Array;
  readonly parameters: ActivationParameters;
  readonly seeds: PmjSeeds;
  readonly wave: Wave;
  linearisation?: Linearisation;
  territories?: Territories;
}

class ReferenceHeart implements OpenHeart {
  private readonly heart: HeartModel;
  private readonly front;
  private readonly locator;
  private readonly projection;
  private readonly metric: Float64Array;
  /** Velocities that `metric` was made with. */
  private metricVelocities: Float64Array = new Float64Array(0);
  private solved: Solved | undefined;

  constructor(heart: HeartModel) {
    this.heart = heart;
    this.front = openWaveFront(heart.mesh);
    this.locator = openLocator(heart.mesh);
    this.projection = openProjection(heart);
    this.metric = new Float64Array(METRIC_STRIDE * tetCount(heart.mesh));
  }

  async solve(parameters: ActivationParameters): Promise<Solution> {
    const { wave, seeds } = this.wave(parameters);
    // A seed that an earlier wave overtook starts nothing, so it is not told as a source.
    const nodes = seeds.nodes.filter((node) => wave.upwind[node] === SEEDED);
    return {
      activation_ms: wave.tau.slice(),
      ecg_mV: projectEcg(this.projection, wave.tau),
      sources: { nodes, times_ms: Float64Array.from(nodes, (node) => wave.tau[node]) },
    };
  }

  async gradient(parameters: ActivationParameters, ecgSensitivity: Float64Array): Promise<Float64Array> {
    const linearisation = this.linearisation(parameters);
    return pullBack(linearisation, pullBackEcg(this.projection, linearisation.wave.tau, ecgSensitivity));
  }

  async jacobian(parameters: ActivationParameters): Promise<Float32Array> {
    const territories = this.territoriesOf(parameters);
    return ecgJacobian(this.projection, this.wave(parameters).wave.tau, territories, parameters.pmjTimes_ms.length);
  }

  async territories(parameters: ActivationParameters): Promise<Uint32Array> {
    return territorySizes(this.territoriesOf(parameters), parameters.pmjTimes_ms.length);
  }

  async close(): Promise<void> {
    this.solved = undefined;
  }

  private wave(parameters: ActivationParameters): Solved {
    const key = parameterBytes(parameters);
    if (this.solved && isEqual(this.solved.key, key)) return this.solved;
    this.solved = undefined;
    const velocities = key.slice(0, 4);
    if (!isEqual(this.metricVelocities, velocities)) {
      this.metricVelocities = new Float64Array(0);
      tetMetric(this.heart.mesh, parameters, this.metric);
      this.metricVelocities = velocities;
    }
    const seeds = seedPmjs(this.locator, this.front.nodeTets, parameters);
    const wave = solveEikonal(this.front, this.metric, seeds);
    const unreached = countUnreached(this.heart.mesh, this.front.nodeTets, wave.tau);
    if (unreached > 0) throw unreachedMuscle(unreached);
    const kept = { ...parameters, pmjPositions: parameters.pmjPositions.slice() };
    this.solved = { key, parameters: kept, seeds, wave };
    return this.solved;
  }

  private linearisation(parameters: ActivationParameters): Linearisation {
    const solved = this.wave(parameters);
    solved.linearisation ??= linearise(this.heart.mesh, this.metric, solved.parameters, solved.seeds, solved.wave);
    return solved.linearisation;
  }

  private territoriesOf(parameters: ActivationParameters): Territories {
    const solved = this.wave(parameters);
    solved.territories ??= findTerritories(this.linearisation(parameters));
    return solved.territories;
  }
}

/** The four velocities, then times, then positions. */
function parameterBytes({ pmjPositions, pmjTimes_ms, lv, rv }: ActivationParameters): Float64Array {
  const bytes = new Float64Array(4 + pmjTimes_ms.length + pmjPositions.length);
  bytes.set([lv.fibre_mm_ms, lv.transverse_mm_ms, rv.fibre_mm_ms, rv.transverse_mm_ms]);
  bytes.set(pmjTimes_ms, 4);
  bytes.set(pmjPositions, 4 + pmjTimes_ms.length);
  return bytes;
}

function isEqual(one: Float64Array, other: Float64Array): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
