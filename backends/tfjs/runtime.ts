import nodeUtil from 'node:util';
import { TwinError } from '../../twin/errors.ts';
import { openNavigatorGpu } from './dawn.ts';

/** TensorFlow.js's operations, whichever package brings them. */
export type Tensorflow = typeof import('@tensorflow/tfjs-core');

/** Ways to run tensor operations, best first. */
export const TENSOR_RUNTIMES = ['tfjs-node-gpu', 'tfjs-node', 'tfjs-webgpu', 'tfjs-cpu'] as const;
export type TensorRuntimeName = (typeof TENSOR_RUNTIMES)[number];

/** TensorFlow.js with one of its backends chosen. */
export interface TensorRuntime {
  readonly tf: Tensorflow;
  readonly name: TensorRuntimeName;
  /** The adapter of a GPU, or the version of the native library, in words */
  readonly device: string;
  /** What was tried before, and why it was not taken. */
  readonly tried: readonly { readonly name: TensorRuntimeName; readonly reason: string }[];
  /** Elements of one intermediate tensor: enough to fill the device, few enough that dozens fit its memory. */
  readonly elements: number;
  /** Makes this runtime the one that operations run on: TensorFlow.js knows one at a time in a process. Call before each synchronous run of operations. */
  enter(): void;
}

export interface TensorRuntimeOptions {
  /** Which to try, in this order; all of `TENSOR_RUNTIMES` when absent. */
  readonly order?: readonly TensorRuntimeName[];
  /** Whether an adapter that computes on the CPU is good enough for `tfjs-webgpu`; false when absent, since `tfjs-cpu` then does as well. */
  readonly allowSoftwareAdapter?: boolean;
}

/** 2^20: 4 MB a tensor in float32. */
const ELEMENTS_CPU = 1 << 20;
/** 2^22: 16 MB a tensor, past the launch cost of any GPU and within the 128 MiB that every WebGPU adapter binds. */
const ELEMENTS_GPU = 1 << 22;

/**
 * Loads TensorFlow.js: a native binding where the user has added one, otherwise WebGPU on a GPU, otherwise plain JavaScript.
 * `@tensorflow/tfjs-node-gpu` and `@tensorflow/tfjs-node` are optional peers (`docs/gpu.md` says how to add them).
 *
 * @throws TwinError BadInput when nothing in `order` can be opened
 */
export async function openTensorRuntime(options: TensorRuntimeOptions = {}): Promise<TensorRuntime> {
  const tried: { name: TensorRuntimeName; reason: string }[] = [];
  for (const name of options.order ?? TENSOR_RUNTIMES) {
    try {
      const { tf, device, backend, elements } = await open(name, options.allowSoftwareAdapter ?? false);
      const enter = () => {
        // Opened above, so the choice takes effect before the promise is made.
        if (tf.getBackend() !== backend) void tf.setBackend(backend);
      };
      return { tf, name, device, tried, elements, enter };
    } catch (error) {
      // Any failure of an optional runtime, a missing package or a driver's, has the same answer: the next one.
      tried.push({ name, reason: firstLine(error) });
    }
  }
  throw new TwinError(
    'BadInput',
    `TensorFlow.js: found no runtime that opens here (${tried.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}), expected one of ${TENSOR_RUNTIMES.join(', ')}; tfjs-cpu needs nothing`,
  );
}

interface Opened {
  readonly tf: Tensorflow;
  readonly device: string;
  /** TensorFlow.js's own name of the backend */
  readonly backend: string;
  readonly elements: number;
}

async function open(name: TensorRuntimeName, allowSoftwareAdapter: boolean): Promise<Opened> {
  switch (name) {
    case 'tfjs-node-gpu':
    case 'tfjs-node':
      return openNative(name);
    case 'tfjs-webgpu':
      return openWebgpu(allowSoftwareAdapter);
    case 'tfjs-cpu':
      return openCpu();
    default:
      return name satisfies never;
  }
}

async function openNative(name: 'tfjs-node-gpu' | 'tfjs-node'): Promise<Opened> {
  const specifier = `@tensorflow/${name}`;
  try {
    import.meta.resolve(specifier);
  } catch {
    // Not being there is the usual case and says nothing but its name.
    throw new Error(`${specifier} is not installed`);
  }
  restoreRemovedChecks();
  const tf = tensorflowOf(await import(specifier));
  await use(tf, 'tensorflow');
  const version = (tf as { version?: { 'tfjs-node'?: string } }).version?.['tfjs-node'];
  return {
    tf,
    device: `TensorFlow's C library through ${specifier} ${version ?? ''}`.trim(),
    backend: 'tensorflow',
    elements: name === 'tfjs-node-gpu' ? ELEMENTS_GPU : ELEMENTS_CPU,
  };
}

async function openWebgpu(allowSoftwareAdapter: boolean): Promise<Opened> {
  const { adapter, isSoftware } = await openNavigatorGpu();
  if (isSoftware && !allowSoftwareAdapter) throw new Error(`the only adapter is software (${adapter})`);
  const tf = tensorflowOf(await import('@tensorflow/tfjs-core'));
  await import('@tensorflow/tfjs-backend-webgpu');
  await use(tf, 'webgpu');
  return { tf, device: adapter, backend: 'webgpu', elements: ELEMENTS_GPU };
}

async function openCpu(): Promise<Opened> {
  const tf = tensorflowOf(await import('@tensorflow/tfjs-core'));
  await import('@tensorflow/tfjs-backend-cpu');
  await use(tf, 'cpu');
  return { tf, device: 'JavaScript on one core', backend: 'cpu', elements: ELEMENTS_CPU };
}

async function use(tf: Tensorflow, backend: string): Promise<void> {
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js could not start its ${backend} backend`);
}

/** A CommonJS package comes as its default export. */
function tensorflowOf(module: object): Tensorflow {
  return ('default' in module ? module.default : module) as Tensorflow;
}

/** The native binding's JavaScript (4.22) calls two checks of `util`: one that Node 23 removed, and one that warns from Node 22 on. */
function restoreRemovedChecks(): void {
  const util: { isNullOrUndefined?: unknown; isArray?: unknown } = nodeUtil;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
