import type { Backend, EcgReading, HeartModel, OpenHeart, Solution } from '../twin/backend.ts';
import type { ActivationParameters } from '../twin/calibrate/twin.ts';
import { openProjection } from '../twin/ecg/projection.ts';
import { velocitiesByRegion } from '../twin/eikonal/metric.ts';
import { SEEDED } from '../twin/eikonal/solve.ts';
import { seedLegs } from '../twin/eikonal/sources.ts';
import { territorySizes } from '../twin/eikonal/territories.ts';
import { isEqual, parameterBytes } from './parameterBytes.ts';
import { Dependence } from './wasm/dependence.ts';
import { EcgKernels } from './wasm/ecg.ts';
import { openLinearStep } from './wasm/linearStep.ts';
import { openHeartPool } from './wasm/pool.ts';
import { type NumberedWave, Waves } from './wasm/waves.ts';

/** WebAssembly with SIMD on one core; activation and Jacobian in float32, other derivatives and the ECG in float64. */
export const wasmBackend: Backend = {
  name: 'wasm',
  open: async (heart) => new WasmHeart(heart),
  step: openLinearStep(),
};

/**
 * The same on several threads: calls on one heart that overlap, as those of an ensemble, are shared out among them. A thread opens the
 * heart for itself, so this is for hearts whose calls do overlap. Answers are the same bytes for any number.
 */
export function openWasmBackend({ threads }: { readonly threads: number }): Backend {
  if (threads <= 1) return wasmBackend;
  return { ...wasmBackend, open: async (heart) => openHeartPool(heart, threads) };
}

/** Solved states are kept, so that the members of an ensemble may take turns: as many as fit into this, bytes, and 4 at least. */
const KEPT_BYTES = 2 ** 26;
/** Bytes of a state, a node: its time, its upwind code and its source. */
const STATE_BYTES = 16;

/** One solve. */
interface Solved extends NumberedWave {
  readonly key: Float64Array;
  readonly parameters: ActivationParameters;
}

class WasmHeart implements OpenHeart {
  private readonly waves: Waves;
  private readonly ecg: EcgKernels;
  /** Made when derivatives are first asked for; holds those of one solve. */
  private dependence: Dependence | undefined;
  private linearised: Solved | undefined;
  private divided: Solved | undefined;
  /** The latest last. */
  private solved: Solved[] = [];

  constructor(heart: HeartModel) {
    this.waves = new Waves(heart.mesh);
    this.ecg = new EcgKernels(this.waves.arena, openProjection(heart), this.waves.numbers.nodeOf);
  }

  async solve(parameters: ActivationParameters): Promise<Solution> {
    const { wave, seeds, seedPlaces } = this.wave(parameters);
    const { placeOf } = this.waves.numbers;
    // A seed that an earlier wave overtook starts nothing, so it is not told as a source.
    const isSource = (_: number, seed: number) => wave.upwind[seedPlaces[seed]] === SEEDED;
    const activation_ms = new Float64Array(placeOf.length);
    for (let node = 0; node < placeOf.length; node++) activation_ms[node] = wave.tau[placeOf[node]];
    return {
      activation_ms,
      ecg_mV: this.ecg.projectEcg(wave.tau),
      sources: { nodes: seeds.nodes.filter(isSource), times_ms: seeds.times_ms.filter(isSource) },
    };
  }

  async gradient(parameters: ActivationParameters, ecgSensitivity: Float64Array): Promise<Float64Array> {
    const solved = this.wave(parameters);
    const nodeSensitivity = this.ecg.pullBackEcg(solved.wave.tau, ecgSensitivity);
    return this.linearisation(solved).pullBack(nodeSensitivity, parameters.pmjTimes_ms.length);
  }

  async jacobian(parameters: ActivationParameters): Promise<Float32Array> {
    return this.ecg.ecgJacobian(this.territoriesOf(this.wave(parameters)), parameters.pmjTimes_ms.length);
  }

  async readJacobian(parameters: ActivationParameters, reading: EcgReading): Promise<Float32Array> {
    return this.ecg.ecgJacobian(this.territoriesOf(this.wave(parameters)), parameters.pmjTimes_ms.length, reading);
  }

  async territories(parameters: ActivationParameters): Promise<Uint32Array> {
    return territorySizes(this.territoriesOf(this.wave(parameters)), parameters.pmjTimes_ms.length);
  }

  async close(): Promise<void> {
    this.solved = [];
    this.linearised = undefined;
    this.divided = undefined;
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
    if (this.solved.length > Math.max(4, KEPT_BYTES / (STATE_BYTES * solved.wave.tau.length))) this.solved.shift();
    return solved;
  }

  private linearisation(solved: Solved): Dependence {
    this.dependence ??= new Dependence(this.waves.arena, this.waves.front);
    if (this.linearised !== solved) {
      this.linearised = undefined;
      const legs = seedLegs(
        solved.seeds,
        solved.parameters,
        (seed) => solved.wave.upwind[solved.seedPlaces[seed]] === SEEDED,
      );
      this.dependence.linearise(solved.wave, solved.seedPlaces, legs, velocitiesByRegion(solved.parameters));
      this.linearised = solved;
    }
    return this.dependence;
  }

  private territoriesOf(solved: Solved): Dependence {
    const dependence = this.linearisation(solved);
    if (this.divided !== solved) {
      dependence.findTerritories();
      this.divided = solved;
    }
    return dependence;
  }
}
