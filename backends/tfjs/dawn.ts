import { describeAdapter, openDawn } from '../webgpu/device.ts';

/** The WebGPU that TensorFlow.js finds on `navigator`. */
export interface NavigatorGpu {
  /** Vendor, architecture and name of the adapter that it will take */
  readonly adapter: string;
  /** Whether the adapter computes on the CPU. */
  readonly isSoftware: boolean;
}

/**
 * Puts Dawn onto `navigator.gpu`, and the names of its classes and constants beside the globals, as a browser has them.
 *
 * @throws Error when the package `webgpu` is absent or finds no adapter
 */
export async function openNavigatorGpu(): Promise<NavigatorGpu> {
  const gpu = await openDawn();
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null)
    throw new Error('WebGPU finds no adapter; a driver with Vulkan, Metal or Direct3D 12 is needed');
  const { globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const { vendor, architecture, description, isSoftware } = describeAdapter(adapter);
  return { adapter: [vendor, architecture, description].filter((part) => part !== '').join(', '), isSoftware };
}
