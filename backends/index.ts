import type { Backend } from '../twin/backend.ts';
import { TwinError } from '../twin/errors.ts';

/** A compute backend that this machine may or may not be able to run. */
interface BackendEntry {
  /** What it is, for people */
  readonly description: string;
  /** @throws TwinError BadStudy when this machine lacks what it needs */
  readonly open: (options: BackendOptions) => Promise<Backend>;
}

/** Where a backend computes, for those that have a choice. */
export interface BackendOptions {
  /** Description of a graphics adapter; the most powerful one where it is not said */
  readonly adapter?: string;
}

/** Compute backends by name, each loaded when it is first asked for. */
const BACKENDS: Readonly<Record<string, BackendEntry>> = {
  wasm: {
    description: 'WebAssembly with SIMD, float32 activation, float64 derivatives: the default on a CPU',
    open: async () => (await import('./wasm.ts')).wasmBackend,
  },
  webgpu: {
    description: 'WGSL kernels on a graphics device of any vendor, many members of an ensemble in one dispatch',
    open: async ({ adapter }) =>
      (await import('./webgpu.ts')).openWebgpuBackend(adapter === undefined ? {} : { adapter }),
  },
  tfjs: {
    description:
      "TensorFlow.js: TensorFlow's own library or WebGPU where a machine has them, otherwise JavaScript; tensor operations",
    open: async () => (await import('./tfjs.ts')).openTfjsBackend(),
  },
  reference: {
    description: 'plain TypeScript, float64, one thread: the oracle of the others',
    open: async () => (await import('./reference.ts')).referenceBackend,
  },
};

/** Every name that `openBackend` takes. */
export const BACKEND_NAMES: readonly string[] = Object.keys(BACKENDS);

/** @throws TwinError BadStudy when there is no such backend, or this machine lacks what it needs */
export async function openBackend(name: string, options: BackendOptions = {}): Promise<Backend> {
  const entry = BACKENDS[name];
  if (entry === undefined) {
    throw new TwinError('BadStudy', `backend: found "${name}", expected one of ${BACKEND_NAMES.join(', ')}`);
  }
  return entry.open(options);
}

/**
 * The backend; where this machine lacks what it needs, one of its name that says so when a heart is solved on it: a worker that only prepares
 * and publishes needs no device, and names its run's backend all the same.
 *
 * @throws TwinError BadStudy when there is no such backend
 */
export async function openBackendIfHere(name: string, options: BackendOptions = {}): Promise<Backend> {
  try {
    return await openBackend(name, options);
  } catch (error) {
    if (!(error instanceof TwinError) || BACKENDS[name] === undefined) throw error;
    // No TwinError: another worker may have the device, so this is no verdict on the subject.
    return { name, open: () => Promise.reject(new Error(error.message)) };
  }
}

/** A backend, and why it was taken. */
export interface BackendChoice {
  readonly backend: Backend;
  readonly reason: string;
}

/**
 * The backend that was asked for, or with `auto` the default one: chosen once a run, so that all its workers compute with the same. `auto` does not
 * take a graphics device, on which none of this was measured (`docs/decisions/0017-graphics-roofline.md`).
 *
 * @throws TwinError BadStudy as `openBackend`
 */
export async function chooseBackend(asked: string): Promise<BackendChoice> {
  if (asked === 'auto') return { backend: await openBackend('wasm'), reason: 'the fastest that was measured on a CPU' };
  return { backend: await openBackend(asked), reason: 'as asked' };
}

/** What a machine can say of a backend. */
export interface BackendState {
  readonly name: string;
  readonly description: string;
  readonly isAvailable: boolean;
  /** What it would compute on, where that differs by machine */
  readonly runsOn?: string;
  /** Why it is not available */
  readonly reason?: string;
}

/** Tries every backend. */
export async function surveyBackends(): Promise<BackendState[]> {
  const states: BackendState[] = [];
  for (const [name, { description, open }] of Object.entries(BACKENDS)) {
    try {
      const { runsOn } = await open({});
      states.push({ name, description, isAvailable: true, ...(runsOn === undefined ? {} : { runsOn }) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      states.push({ name, description, isAvailable: false, reason });
    }
  }
  return states;
}
