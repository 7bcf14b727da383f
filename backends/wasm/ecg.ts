import { type EcgReading, VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import type { Projection } from '../../twin/ecg/projection.ts';
import { TERRITORIES } from '../../twin/eikonal/territories.ts';
import { isEqual } from '../parameterBytes.ts';
import type { Arena } from './arena.ts';
import type { Dependence } from './dependence.ts';
import { compileModule, instantiate } from './load.ts';

/** Functions of `assembly/projection.ts`; arrays are pointers. */
interface ProjectionKernels {
  projectEcg(...pointers: readonly number[]): void;
  pullBackEcg(...pointers: readonly number[]): void;
  ecgJacobian(...pointers: readonly number[]): void;
}

const projectionModule = compileModule('projection');

/** Lanes of leads come in groups of this many. */
const GROUP = 8;

/** Sums over grid times as a kernel takes them: see `Projection`. */
interface OpenReading {
  readonly samples: number;
  readonly width: number;
  readonly kernel: Float32Array;
  readonly firsts: Int32Array;
  readonly mix: Float32Array | undefined;
}

/** `projectEcg`, `pullBackEcg` and `ecgJacobian` (twin/ecg) in an arena. */
export class EcgKernels {
  private readonly arena: Arena;
  private readonly kernels: ProjectionKernels;
  private readonly projection: Projection;
  private readonly nodes: number;
  /** Leads, padded. */
  private readonly lanes: number;
  private readonly leadVectors: Float32Array;
  private readonly kernel: Float64Array;
  private readonly whole: OpenReading;
  /** The last reading that was asked for. */
  private reading: { readonly key: Float64Array; readonly open: OpenReading } | undefined;
  private readonly firsts: Int32Array;
  private readonly tau: Float64Array;
  private readonly nodeSensitivity: Float64Array;
  private readonly binned: Float64Array;
  private readonly ecg: Float64Array;
  private readonly moving: Float32Array;
  private readonly places: Int32Array;
  private readonly gathered: Float32Array;
  private readonly line: Float32Array;
  private starts: Int32Array = new Int32Array(0);
  private jacobian: Float32Array = new Float32Array(0);

  /**
   * @param nodeOf  number of each node of the arena's mesh in the projection's, [nodes]
   */
  constructor(arena: Arena, projection: Projection, nodeOf: ArrayLike<number>) {
    const { leads, samples, steps, leadVectors } = projection;
    const nodes = nodeOf.length;
    const lanes = GROUP * Math.ceil(leads / GROUP);
    this.arena = arena;
    this.kernels = instantiate<ProjectionKernels>(projectionModule, arena.memory);
    this.projection = projection;
    this.nodes = nodes;
    this.lanes = lanes;
    this.leadVectors = arena.float32(nodes * lanes);
    for (let node = 0; node < nodes; node++) {
      for (let lead = 0; lead < leads; lead++) {
        this.leadVectors[node * lanes + lead] = leadVectors[nodeOf[node] * leads + lead];
      }
    }
    this.kernel = arena.float64(projection.kernel.length);
    this.kernel.set(projection.kernel);
    this.firsts = arena.int32(samples);
    this.firsts.set(projection.firsts);
    const { width } = projection;
    this.whole = { samples, width, kernel: arena.float32(samples * width), firsts: this.firsts, mix: undefined };
    this.whole.kernel.set(projection.kernel);
    this.tau = arena.float64(nodes);
    this.nodeSensitivity = arena.float64(nodes);
    this.binned = arena.float64(steps * lanes);
    this.ecg = arena.float64(samples * lanes);
    this.moving = arena.float32(4 * nodes);
    this.places = arena.int32(TERRITORIES * nodes);
    this.gathered = arena.float32(steps * 4 * lanes);
    this.line = arena.float32(5 * lanes);
  }

  /** ECG of an activation, mV, [samples, leads]. @param tau ms, [nodes] */
  projectEcg(tau: Float64Array): Float64Array {
    const { leads, samples, steps, width, start_ms, step_ms, rest_mV, halfStep_mV } = this.projection;
    this.tau.set(tau);
    this.kernels.projectEcg(
      this.nodes,
      this.lanes,
      samples,
      steps,
      width,
      start_ms,
      step_ms,
      rest_mV,
      halfStep_mV,
      this.tau.byteOffset,
      this.leadVectors.byteOffset,
      this.kernel.byteOffset,
      this.firsts.byteOffset,
      this.binned.byteOffset,
      this.ecg.byteOffset,
    );
    const ecg_mV = new Float64Array(samples * leads);
    for (let sample = 0; sample < samples; sample++) {
      for (let lead = 0; lead < leads; lead++) ecg_mV[sample * leads + lead] = this.ecg[sample * this.lanes + lead];
    }
    return ecg_mV;
  }

  /** ∂loss/∂τ, loss/ms, [nodes], until the next call. @param ecgSensitivity loss/mV, [samples, leads] */
  pullBackEcg(tau: Float64Array, ecgSensitivity: Float64Array): Float64Array {
    const { leads, samples, steps, width, start_ms, step_ms, halfStep_mV } = this.projection;
    this.tau.set(tau);
    for (let sample = 0; sample < samples; sample++) {
      for (let lead = 0; lead < this.lanes; lead++) {
        this.ecg[sample * this.lanes + lead] = lead < leads ? ecgSensitivity[sample * leads + lead] : 0;
      }
    }
    this.kernels.pullBackEcg(
      this.nodes,
      this.lanes,
      samples,
      steps,
      width,
      start_ms,
      step_ms,
      halfStep_mV,
      this.tau.byteOffset,
      this.leadVectors.byteOffset,
      this.kernel.byteOffset,
      this.firsts.byteOffset,
      this.ecg.byteOffset,
      this.binned.byteOffset,
      this.nodeSensitivity.byteOffset,
    );
    return this.nodeSensitivity;
  }

  /**
   * As `ecgJacobian` (twin/ecg/projectionJacobian.ts), or of a reading of the ECG.
   *
   * @param territories  of which `findTerritories` was called, in the same arena
   */
  ecgJacobian(territories: Dependence, pmjs: number, reading?: EcgReading): Float32Array {
    const { leads, steps, start_ms, step_ms, halfStep_mV } = this.projection;
    const { samples, width, kernel, firsts, mix } = reading ? this.openReading(reading) : this.whole;
    const length = (4 * pmjs + VELOCITY_PARAMETERS) * samples * leads;
    if (this.jacobian.length < length) this.jacobian = this.arena.float32(length);
    if (this.starts.length < pmjs + 2) this.starts = this.arena.int32(pmjs + 2);
    this.kernels.ecgJacobian(
      this.nodes,
      pmjs,
      leads,
      this.lanes,
      samples,
      steps,
      width,
      start_ms,
      step_ms,
      halfStep_mV,
      territories.tau.byteOffset,
      this.leadVectors.byteOffset,
      kernel.byteOffset,
      firsts.byteOffset,
      territories.sources.byteOffset,
      territories.derivatives.byteOffset,
      territories.byVelocity.byteOffset,
      this.moving.byteOffset,
      this.starts.byteOffset,
      this.places.byteOffset,
      this.gathered.byteOffset,
      this.line.byteOffset,
      mix?.byteOffset ?? 0,
      this.jacobian.byteOffset,
    );
    return this.jacobian.slice(0, length);
  }

  /** The sums over grid times that give a reading. */
  private openReading(reading: EcgReading): OpenReading {
    const { taken, firsts, width, weights, mix } = reading;
    const key = Float64Array.of(taken, width, ...firsts, ...weights, ...mix);
    if (this.reading && isEqual(this.reading.key, key)) return this.reading.open;
    const { leads, kernel, width: reach, firsts: places } = this.projection;
    const starts = Int32Array.from({ length: taken }, (_, at) => places[firsts[at]]);
    let span = 0;
    for (let at = 0; at < taken; at++) span = Math.max(span, places[firsts[at] + width - 1] + reach - starts[at]);
    const before = this.reading?.open;
    const open = {
      samples: taken,
      width: span,
      kernel: before && before.kernel.length >= taken * span ? before.kernel : this.arena.float32(taken * span),
      firsts: before && before.firsts.length >= taken ? before.firsts : this.arena.int32(taken),
      mix: before?.mix ?? this.arena.float32(this.lanes * this.lanes),
    };
    open.firsts.set(starts);
    for (let at = 0; at < taken; at++) {
      const row = new Float64Array(span);
      for (let place = 0; place < width; place++) {
        const sample = firsts[at] + place;
        const offset = places[sample] - starts[at];
        for (let k = 0; k < reach; k++) row[offset + k] += weights[at * width + place] * kernel[sample * reach + k];
      }
      open.kernel.set(row, at * span);
    }
    for (let lead = 0; lead < leads; lead++) {
      for (let of = 0; of < leads; of++) open.mix[of * this.lanes + lead] = mix[lead * leads + of];
    }
    this.reading = { key, open };
    return open;
  }
}
