/// <reference types="@webgpu/types" />
import { TwinError } from '../../twin/errors.ts';

/** A graphics device as Dawn tells it. */
export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  /** Computes on the CPU: for tests, slower than every other backend. */
  readonly isSoftware: boolean;
  /** Bytes of one array of a kernel, and of one buffer. */
  readonly maxStorageBufferBindingSize: number;
  readonly maxBufferSize: number;
  readonly features: readonly string[];
}

/** What `create` gave. Dawn frees its instance when this is collected, and the process crashes when a device of it is then used. */
let instance: GPU | undefined;

/** Dawn, once a process. @throws TwinError BadStudy when the package is absent or does not load on this machine */
export async function openDawn(): Promise<GPU> {
  if (instance) return instance;
  try {
    const { create } = await import('webgpu');
    instance ??= create([]);
    return instance;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new TwinError(
      'BadStudy',
      `webgpu backend: found no package "webgpu" that loads here (${why}), expected Dawn for ${process.platform} ${process.arch}; install it with \`npm install webgpu\`, or take the wasm backend`,
    );
  }
}

/** All ways to ask for an adapter; the standard knows no list of them. */
const REQUESTS: readonly GPURequestAdapterOptions[] = [
  { powerPreference: 'high-performance' },
  { powerPreference: 'low-power' },
  { forceFallbackAdapter: true },
];

/** Adapters that Dawn finds, each once, the most powerful first; empty where there is no driver. @throws as `openDawn` */
export async function findAdapters(): Promise<AdapterDescription[]> {
  const gpu = await openDawn();
  const found: AdapterDescription[] = [];
  for (const request of REQUESTS) {
    const adapter = await gpu.requestAdapter(request);
    if (!adapter) continue;
    const description = describeAdapter(adapter);
    const isKnown = found.some(
      (other) => other.description === description.description && other.vendor === description.vendor,
    );
    if (!isKnown) found.push(description);
  }
  return found;
}

/** What a user is told of an adapter. */
export function describeAdapter({ info, limits, features }: GPUAdapter): AdapterDescription {
  return {
    vendor: info.vendor,
    architecture: info.architecture,
    description: info.description || info.device,
    isSoftware: isSoftware(info),
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxBufferSize: limits.maxBufferSize,
    features: [...features].sort(),
  };
}

/** Dawn marks SwiftShader and lavapipe as fallbacks; an older driver that does not say so is known by its name. */
function isSoftware({ isFallbackAdapter, architecture, description }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|softpipe|warp/i.test(`${architecture} ${description}`);
}

async function requestNamed(gpu: GPU, name: string): Promise<GPUAdapter> {
  for (const request of REQUESTS) {
    const adapter = await gpu.requestAdapter(request);
    if (adapter && describeAdapter(adapter).description === name) return adapter;
  }
  const found = (await findAdapters()).map(({ description }) => description);
  throw new TwinError(
    'BadStudy',
    `webgpu backend: found no adapter "${name}", expected ${found.length === 0 ? 'one with a driver' : `one of ${found.join(', ')}`}`,
  );
}

/** Which device is taken. */
export interface DeviceOptions {
  /** Takes a software adapter where there is no other; default false, unless an adapter is named. */
  readonly allowSoftware?: boolean;
  /** Description of the adapter to take, as `findAdapters` gives it; the most powerful one where it is not said. */
  readonly adapter?: string;
}

/** The most powerful adapter's device with all of its limits. @throws TwinError BadStudy when there is none to take */
export async function openDevice({
  adapter: name,
  allowSoftware = name !== undefined,
}: DeviceOptions): Promise<{ readonly device: GPUDevice; readonly adapter: AdapterDescription }> {
  const gpu = await openDawn();
  const adapter =
    name === undefined
      ? await gpu.requestAdapter({ powerPreference: 'high-performance' })
      : await requestNamed(gpu, name);
  if (!adapter) {
    throw new TwinError(
      'BadStudy',
      'webgpu backend: found no graphics adapter, expected one with a Vulkan, Metal or Direct3D 12 driver; install the driver (on Linux with its Vulkan loader, libvulkan1), or take the wasm backend',
    );
  }
  const description = describeAdapter(adapter);
  if (description.isSoftware && !allowSoftware) {
    throw new TwinError(
      'BadStudy',
      `webgpu backend: found only the software adapter ${description.description}, expected a graphics device; it is slower than the wasm backend, take that, or allow software adapters for a test`,
    );
  }
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
    },
  });
  return { device, adapter: description };
}
