import type { Backend, HeartModel, OpenHeart, Solution } from '../twin/backend.ts';
import type { ActivationParameters } from '../twin/calibrate/twin.ts';
import { openProjection, projectEcg, pullBackEcg } from '../twin/ecg/projection.ts';
import { ecgJacobian } from '../twin/ecg/projectionJacobian.ts';
import { pullBack } from '../twin/eikonal/adjoint.ts';
import { type Linearisation, linearise } from '../twin/eikonal/linearisation.ts';
import { METRIC_STRIDE, tetMetric } from '../twin/eikonal/metric.ts';
import { SEEDED, type Wave } from '../twin/eikonal/solve.ts';
import type { PmjSeeds } from '../twin/eikonal/sources.ts';
import { findTerritories, type Territories, territorySizes } from '../twin/eikonal/territories.ts';
import { tetCount } from '../twin/mesh/tetMesh.ts';
import { isEqual, parameterBytes } from './parameterBytes.ts';
import { Waves } from './wasm/waves.ts';

/** WebAssembly with SIMD on one core; activation in float32, derivatives in float64. */
export const wasmBackend: Backend = {
  name: 'wasm',
  open: async (heart) => new WasmHeart(heart),
};

/** Solved states that are kept, so that the members of an ensemble may take turns. */
const KEPT = 4;

/** One solve and what was derived from it. */
interface Solved {
  readonly key: Float64Array;
  readonly parameters: ActivationParameters;
  readonly seeds: PmjSeeds;
  readonly wave: Wave;
  linearisation?: Linearisation;
  territories?: Territories;
}

class WasmHeart implements OpenHeart {
  private readonly heart: HeartModel;
  private readonly waves: Waves;
  private readonly projection;
  private metric: Float64Array | undefined;
  private metricVelocities: Float64Array = new Float64Array(0);
  /** The latest last. */
  private solved: Solved[] = [];

  constructor(heart: HeartModel) {
    this.heart = heart;
    this.waves = new Waves(heart.mesh);
    this.projection = openProjection(heart);
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
    this.solved = [];
  }

  private wave(parameters: ActivationParameters): Solved {
    const key = parameterBytes(parameters);
    const known = this.solved.findIndex((solved) => isEqual(solved.key, key));
    if (known >= 0) {
      const [solved] = this.solved.splice(known, 1);
      this.solved.push(solved);
      return solved;
    }
    const kept = { ...parameters, pmjPositions: parameters.pmjPositions.slice() };
    const solved = { key, parameters: kept, ...this.waves.solve(kept) };
    this.solved.push(solved);
    if (this.solved.length > KEPT) this.solved.shift();
    return solved;
  }

  private linearisation(parameters: ActivationParameters): Linearisation {
    const solved = this.wave(parameters);
    if (!solved.linearisation) {
      const velocities = solved.key.slice(0, 4);
      this.metric ??= new Float64Array(METRIC_STRIDE * tetCount(this.heart.mesh));
      if (!isEqual(this.metricVelocities, velocities)) {
        tetMetric(this.heart.mesh, solved.parameters, this.metric);
        this.metricVelocities = velocities;
      }
      solved.linearisation = linearise(this.heart.mesh, this.metric, solved.parameters, solved.seeds, solved.wave);
    }
    return solved.linearisation;
  }

  private territoriesOf(parameters: ActivationParameters): Territories {
    const solved = this.wave(parameters);
    solved.territories ??= findTerritories(this.linearisation(parameters));
    return solved.territories;
  }
}
