import type { Bindings, Gpu } from './gpu.ts';
import { CODES } from './heartTables.ts';
import type { Layout } from './layout.ts';
import { MOST_MEMBERS } from './shaders/common.ts';
import type { HeartTables } from './tables.ts';

/** Of `Batch` in the kernels. */
const UNIFORM_WORDS = 28;

/** What a kernel's `batch` may hold beside the layout and the heart's own numbers. */
export interface Selection {
  /** PMJs of the dispatch, and the first of them among the batch's */
  readonly waves?: number;
  readonly firstWave?: number;
  readonly lane?: number;
  readonly tile?: number;
  readonly firstRow?: number;
  readonly rows?: number;
  readonly pmjs?: number;
  readonly velocityScale?: number;
}

/** The arrays of a batch's members on the device; kept while the layout stays the same. */
export class MemberArrays {
  readonly layout: Layout;
  readonly uniform: GPUBuffer;
  readonly slowness: GPUBuffer;
  readonly origins: GPUBuffer;
  readonly tau: GPUBuffer;
  readonly tauNext: GPUBuffer;
  /** Times of the seeds, NEVER where there is none */
  readonly seedTau: GPUBuffer;
  /** One number past the nodes says whether any was woken. */
  readonly awake: GPUBuffer;
  readonly awakeNext: GPUBuffer;
  readonly legs: GPUBuffer;
  readonly bins: GPUBuffer;
  readonly ecg: GPUBuffer;
  private readonly gpu: Gpu;
  private readonly tables: HeartTables;
  private readonly made: GPUBuffer[] = [];

  constructor(gpu: Gpu, tables: HeartTables, layout: Layout) {
    this.gpu = gpu;
    this.tables = tables;
    this.layout = layout;
    const { invocations, members, tiles, lanes } = layout;
    const { steps, samples, leads } = tables.projection;
    const storage = (bytes: number, what: string) => {
      const buffer = gpu.storage(bytes, what);
      this.made.push(buffer);
      return buffer;
    };
    try {
      this.uniform = gpu.uniform(4 * UNIFORM_WORDS, 'batch');
      this.made.push(this.uniform);
      this.slowness = gpu.uniform(8 * CODES * MOST_MEMBERS, 'slowness');
      this.made.push(this.slowness);
      this.origins = storage(4 * tiles * lanes, 'origins');
      this.tau = storage(4 * invocations, 'times');
      this.tauNext = storage(4 * invocations, 'times');
      this.seedTau = storage(4 * invocations, 'times of seeds');
      this.awake = storage(4 * (invocations + 1), 'marks');
      this.awakeNext = storage(4 * (invocations + 1), 'marks');
      this.legs = storage(16 * invocations, 'legs');
      this.bins = storage(4 * members * steps * leads, 'ECG sums');
      this.ecg = storage(4 * members * samples * leads, 'ECGs');
    } catch (error) {
      gpu.free(...this.made);
      throw error;
    }
  }

  /** Sets the numbers that the kernels of the next submission see. */
  select(selection: Selection = {}): void {
    const { nodes, stride, members, lanes, invocations } = this.layout;
    const { leads, samples, steps, width, step_ms, halfStep_mV, rest_mV } = this.tables.projection;
    const { waves = 0, firstWave = 0, lane = 0, tile = 0, firstRow = 0, rows = 0, pmjs = 0 } = selection;
    const { cells, radius_mm } = this.tables.locator.nearField;
    const words = new Uint32Array(UNIFORM_WORDS);
    const numbers = new Float32Array(words.buffer);
    words.set([nodes, stride, members, lanes, leads, samples, steps, width, this.tables.stepUnits]);
    numbers.set([this.tables.stepShare, step_ms, halfStep_mV, rest_mV], 9);
    words.set([waves, lane, firstRow, rows, pmjs, tile, invocations, cells[0], cells[1], firstWave], 13);
    numbers.set([selection.velocityScale ?? 1, radius_mm], 24);
    this.gpu.write(this.uniform, words);
  }

  free(): void {
    this.gpu.free(...this.made);
  }
}

/** Sweeps of one submission; the number of the last is even, so that what they leave is in the first of the two arrays. */
const SWEEPS = 32;
/** Sweeps after which what still moves is left: only rounding that goes round a ring can. */
const MOST_SWEEPS = 4096;

/** One of two alternating steps of a sweep. */
export interface SweepStep {
  readonly code: string;
  readonly forth: Bindings;
  readonly back: Bindings;
  /** Where the step back says that it woke a node, and its place in words */
  readonly awake: GPUBuffer;
  readonly words: number;
  readonly invocations: number;
}

/**
 * Sweeps forth and back until the last sweep woke no node. The host asks only every `SWEEPS` sweeps; those with nothing awake cost
 * a read of the marks.
 *
 * @param before  recorded ahead of the first sweep
 * @returns sweeps made
 */
export async function sweepUntilStill(
  gpu: Gpu,
  { code, forth, back, awake, words, invocations }: SweepStep,
  before: (encoder: GPUCommandEncoder) => void,
): Promise<number> {
  let groups: readonly GPUBindGroup[] | undefined;
  for (let sweeps = 0; sweeps < MOST_SWEEPS; ) {
    const [answer] = await gpu.run(
      (encoder) => {
        if (sweeps === 0) before(encoder);
        const pipeline = gpu.pipeline(code);
        groups ??= [gpu.bind(pipeline, forth), gpu.bind(pipeline, back)];
        for (const count of [SWEEPS - 2, 2]) {
          if (count === 2) encoder.clearBuffer(awake, 4 * words, 4);
          const pass = encoder.beginComputePass();
          pass.setPipeline(pipeline);
          for (let sweep = 0; sweep < count; sweep++) {
            pass.setBindGroup(0, groups[sweep % 2]);
            gpu.dispatchBound(pass, invocations);
          }
          pass.end();
        }
      },
      [{ from: awake, offset: 4 * words, bytes: 4 }],
    );
    sweeps += SWEEPS;
    if (new Uint32Array(answer)[0] === 0) return sweeps;
  }
  return MOST_SWEEPS;
}
