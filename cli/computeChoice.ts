import { type BackendChoice, chooseBackend } from '../backends/index.ts';
import { TwinError } from '../twin/errors.ts';

export interface ComputeOptions {
  readonly backend: string;
  /** Calibrate in the pool `gpu`: on this machine’s devices, or with no worker here on those elsewhere */
  readonly gpu?: boolean;
  readonly workers: number;
}

/** What computes: a backend by name with the reason for it, and the devices that calibrate here. */
export interface ComputeChoice {
  readonly backend: string;
  readonly reason: string;
  readonly devices: readonly string[];
}

/** @throws TwinError BadStudy where a device is asked for and this machine has none */
export async function chooseCompute(options: ComputeOptions): Promise<ComputeChoice> {
  const {
    backend: { name: backend },
    reason,
  } = await chooseBackendOf(options);
  return { backend, reason, devices: options.gpu && options.workers > 0 ? await devicesFor(backend) : [] };
}

/** With `--gpu` and no other word a backend that has devices; on machines elsewhere when no worker is started here. */
function chooseBackendOf({
  backend,
  gpu = false,
  workers,
}: ComputeOptions): Promise<Pick<BackendChoice, 'reason'> & { backend: { name: string } }> {
  if (!gpu || backend !== 'auto') return chooseBackend(backend);
  return workers === 0
    ? Promise.resolve({ backend: { name: 'webgpu' }, reason: 'for a pool of graphics devices' })
    : chooseBackend('webgpu');
}

/** @throws TwinError BadStudy where this machine has no device that the backend can be told to take */
async function devicesFor(backend: string): Promise<string[]> {
  const { devicesOf, findDevices } = await import('../workers/devices.ts');
  const devices = devicesOf(backend, await findDevices()).map(({ id }) => id);
  if (devices.length > 0) return devices;
  throw new TwinError(
    'BadStudy',
    `--gpu: found no device for the ${backend} backend; twinfold doctor lists what is here`,
  );
}
