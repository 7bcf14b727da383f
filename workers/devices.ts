import type { BackendOptions } from '../backends/index.ts';
import { findAdapters } from '../backends/webgpu/device.ts';
import { runCommand } from '../infra/temporal/runCommand.ts';
import { TwinError } from '../twin/errors.ts';

/** Something beside the CPU that this machine can compute on. */
export interface Device {
  /** What `--device` takes: `cuda:GPU-8932f937-…`, `cuda:MIG-…`, `webgpu:SwiftShader driver 5.0.0` */
  readonly id: string;
  readonly name: string;
  /** A device in name only, that computes on the CPU: for tests */
  readonly isSoftware: boolean;
}

/** Twins that one device works on at the same time: while one's linear step is solved on the CPU, the other's waves keep the device busy. */
export const TWINS_PER_DEVICE = 2;

/**
 * NVIDIA devices in what `nvidia-smi -L` prints. A device that is cut into MIG instances is told as its instances, since nothing can be started on
 * the whole of it.
 */
export function parseNvidiaSmi(text: string): Device[] {
  const found: { device: Device; instances: Device[] }[] = [];
  for (const line of text.split('\n')) {
    const whole = /^GPU \d+: (.+) \(UUID: (GPU-[0-9a-f-]+)\)\s*$/.exec(line);
    const instance = /^\s+MIG (.+?)\s+Device\s+\d+: \(UUID: (MIG-[\w/-]+)\)\s*$/.exec(line);
    const last = found.at(-1);
    if (whole !== null) found.push({ device: cuda(whole[2] ?? '', whole[1] ?? ''), instances: [] });
    else if (instance !== null && last !== undefined) {
      last.instances.push(cuda(instance[2] ?? '', `${last.device.name}, MIG ${instance[1]}`));
    }
  }
  return found.flatMap(({ device, instances }) => (instances.length > 0 ? instances : [device]));
}

const cuda = (uuid: string, name: string): Device => ({ id: `cuda:${uuid}`, name, isSoftware: false });

/**
 * Those of the devices that the environment leaves to this process: CUDA_VISIBLE_DEVICES as the CUDA runtime reads it (numbers, or beginnings of
 * UUIDs; the first that names nothing ends the list), or else NVIDIA_VISIBLE_DEVICES as a container was started with.
 *
 * @param devices  all that the driver tells; empty where its tool is not there, and then a UUID is taken at its word
 */
export function visibleDevices(
  devices: readonly Device[],
  environment: Readonly<Record<string, string | undefined>>,
): Device[] {
  const { CUDA_VISIBLE_DEVICES, NVIDIA_VISIBLE_DEVICES } = environment;
  const list = CUDA_VISIBLE_DEVICES ?? NVIDIA_VISIBLE_DEVICES;
  if (list === undefined || (CUDA_VISIBLE_DEVICES === undefined && list === 'all')) return [...devices];
  const chosen: Device[] = [];
  for (const entry of list.split(',').map((part) => part.trim())) {
    const device = named(entry, devices);
    if (device === undefined) break;
    if (!chosen.includes(device)) chosen.push(device);
  }
  return chosen;
}

function named(entry: string, devices: readonly Device[]): Device | undefined {
  if (/^\d+$/.test(entry)) return devices[Number(entry)];
  if (!/^(GPU|MIG)-/.test(entry)) return undefined;
  const fitting = devices.filter(({ id }) => id.startsWith(`cuda:${entry}`));
  if (devices.length === 0) return cuda(entry, 'NVIDIA device, by the environment');
  return fitting.length === 1 ? fitting[0] : undefined;
}

const ASK_TIMEOUT_s = 10;

/** Every device that this process may use: NVIDIA's by its driver's tool and the environment, and the adapters that WebGPU finds. */
export async function findDevices(environment: NodeJS.ProcessEnv = process.env): Promise<Device[]> {
  // Neither a machine without the driver nor one without the package `webgpu` is at fault: it then has no such device.
  const told = await runCommand('nvidia-smi', ['-L'], { timeout_s: ASK_TIMEOUT_s, environment }).catch(() => '');
  const adapters = await findAdapters().catch((error: unknown) => {
    if (error instanceof TwinError) return [];
    throw error;
  });
  return [
    ...visibleDevices(parseNvidiaSmi(told), environment),
    ...adapters.map(({ description, isSoftware }) => ({
      id: `webgpu:${description}`,
      name: isSoftware ? `${description}, a device in software: slower than the wasm backend` : description,
      isSoftware,
    })),
  ];
}

/** Devices that a backend can be told to compute on, one worker process each. */
export function devicesOf(backend: string, devices: readonly Device[]): Device[] {
  const kind = backend === 'tfjs' ? 'cuda:' : `${backend}:`;
  return devices.filter(({ id, isSoftware }) => id.startsWith(kind) && !isSoftware);
}

/**
 * Lets this process see one device only, and says how its backend is opened.
 *
 * @throws TwinError BadStudy where the backend cannot be told to compute on such a device
 */
export function claimDevice(
  device: string | undefined,
  backend: string,
  environment: NodeJS.ProcessEnv = process.env,
): BackendOptions {
  if (device === undefined) return {};
  const [kind, ...rest] = device.split(':');
  const name = rest.join(':');
  if (kind === 'cuda' && name !== '' && backend === 'tfjs') {
    environment.CUDA_VISIBLE_DEVICES = name; // read by CUDA when the backend is loaded, later and in a thread of this process
    return {};
  }
  if (kind === 'webgpu' && name !== '' && backend === 'webgpu') return { adapter: name };
  throw new TwinError(
    'BadStudy',
    `device "${device}" on the ${backend} backend: expected webgpu:NAME for webgpu or cuda:UUID for tfjs, as twinfold doctor lists them; a CUDA device is given to webgpu by starting its worker in a container that has no other`,
  );
}
