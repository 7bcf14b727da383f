import type { Backend, HeartModel, OpenHeart } from '../twin/backend.ts';
import { type AdapterDescription, type DeviceOptions, openDevice } from './webgpu/device.ts';
import { Gpu } from './webgpu/gpu.ts';
import { WebgpuHeart } from './webgpu/heart.ts';

export { type AdapterDescription, describeAdapter, findAdapters } from './webgpu/device.ts';
export { bytesPerSweep } from './webgpu/traffic.ts';

/** Bytes that the members of one heart's batch take together by default. */
const DEFAULT_MEMORY_bytes = 2 * 2 ** 30;

/** How the device is used. */
export interface WebgpuOptions extends DeviceOptions {
  /** Bytes of device memory that the members of one heart's batch may take together; larger batches are split. Default 2 GiB. */
  readonly memory_bytes?: number;
}

/** A backend on a graphics device. */
export interface WebgpuBackend extends Backend {
  readonly name: 'webgpu';
  readonly runsOn: string;
  readonly adapter: AdapterDescription;
  open(heart: HeartModel): Promise<OpenHeart>;
  /** Bytes of buffers that are open on the device. */
  liveBytes(): number;
  /** Frees the device. Hearts that are still open can then no longer be asked. */
  close(): void;
}

/**
 * Kernels of WGSL on the graphics device that Dawn (npm `webgpu`, an optional dependency) finds, of any vendor. Members that are
 * asked together are solved together; each gets the bytes that it would get alone. Times are integers of 2⁻²⁰ ms and sums over
 * nodes are integers too, so an answer does not depend on the order in which the device works
 * (`docs/decisions/0016-webgpu-kernels.md`).
 *
 * @throws TwinError BadStudy when the package, or a device that may be used, is missing; the sentence says which
 */
export async function openWebgpuBackend(options: WebgpuOptions = {}): Promise<WebgpuBackend> {
  const { device, adapter } = await openDevice(options);
  const gpu = new Gpu(device);
  const { memory_bytes = DEFAULT_MEMORY_bytes } = options;
  return {
    name: 'webgpu',
    runsOn: adapter.description,
    adapter,
    open: async (heart) => new WebgpuHeart(gpu, heart, memory_bytes),
    liveBytes: () => gpu.liveBytes,
    close: () => device.destroy(),
  };
}
