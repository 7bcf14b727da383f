import { encodeEmulator } from '../activities/encoding/encodeEmulator.ts';
import { sha256 } from '../activities/stores/artifacts.ts';
import { openTensorRuntime, TENSOR_RUNTIMES, type TensorRuntimeName } from '../backends/tfjs/runtime.ts';
import type { EmulatorFacts } from '../cohorts/emulator/model.ts';
import { DEFAULT_EMULATOR, trainEmulator } from '../cohorts/emulator/trainEmulator.ts';
import { designOfRun } from './emulateDesign.ts';
import { pointToEmulator, writeEmulatorFile } from './emulateFolder.ts';

/** Names of `--runtime`, and which of TensorFlow.js's ways to compute they allow. */
export const RUNTIMES: Readonly<Record<string, readonly TensorRuntimeName[]>> = {
  auto: TENSOR_RUNTIMES,
  node: ['tfjs-node-gpu', 'tfjs-node'],
  webgpu: ['tfjs-webgpu'],
  cpu: ['tfjs-cpu'],
};

export interface TrainEmulatorOptions {
  readonly rows: number;
  readonly seed: number;
  readonly runtime: string;
  readonly epochs?: number;
  readonly signal?: AbortSignal;
  tell(line: string): void;
}

/** What became of a training. */
export interface TrainedEmulator {
  readonly path: string;
  readonly sha256: string;
  /** What the networks were trained on, in words */
  readonly runsOn: string;
  readonly skipped: readonly string[];
  readonly facts: EmulatorFacts;
}

/** Lines of progress: each tenth of the way. */
function tenths(tell: (line: string) => void, what: string): (done: number, of: number) => void {
  let told = 0;
  return (done, of) => {
    const tenth = Math.floor((10 * done) / of);
    if (tenth <= told) return;
    told = tenth;
    tell(`${what}: ${done} of ${of}`);
  };
}

/**
 * Simulates a run's design, learns an emulator of it, and keeps both beside the run's tables.
 *
 * @throws TwinError BadInput where the runtime asked for does not open here; BadStudy with too few finished twins
 */
export async function trainEmulatorOfRun(run: string, options: TrainEmulatorOptions): Promise<TrainedEmulator> {
  const { rows, seed, runtime: asked, epochs, signal, tell } = options;
  // Before minutes of simulation: a runtime that is not there is said at once.
  const runtime = await openTensorRuntime({ order: RUNTIMES[asked] ?? [], allowSoftwareAdapter: asked === 'webgpu' });
  const beside = { ...(signal && { signal }) };
  const { design, wasFound, key, ...of } = await designOfRun(run, {
    rows,
    seed,
    ...beside,
    onProgress: tenths(tell, 'beats simulated'),
  });
  if (wasFound) tell(`design found from before: ${design.heart.length} beats`);
  const trained = tenths(tell, 'training, passes');
  const training = { ...DEFAULT_EMULATOR.training, seed, ...(epochs === undefined ? {} : { epochs }) };
  const model = await trainEmulator(runtime, {
    design,
    settings: { ...DEFAULT_EMULATOR, training },
    ...of,
    facts: { rows, design: key, runtime: runtime.name },
    ...beside,
    onEpoch: trained,
  });
  const bytes = encodeEmulator(model);
  const path = writeEmulatorFile(run, bytes, 'emulator');
  pointToEmulator(run, sha256(bytes), model.facts.cohort);
  return {
    path,
    sha256: sha256(bytes),
    runsOn: `${runtime.name}: ${runtime.device}`,
    skipped: design.skipped,
    facts: model.facts,
  };
}
