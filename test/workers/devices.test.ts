import test from 'ava';
import { useSoftwareVulkan } from '../../scripts/softwareVulkan.ts';
import { openGate } from '../../workers/admission.ts';
import { claimDevice, devicesOf, findDevices, parseNvidiaSmi, visibleDevices } from '../../workers/devices.ts';
import { poolOfDevices } from '../../workers/startWorkers.ts';
import { openThreadCompute } from '../../workers/threadCompute.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

/** `nvidia-smi -L`: in the form of NVIDIA's documentation of the tool and of its user guide of MIG. */
const TWO = `GPU 0: NVIDIA H200 (UUID: GPU-5d1c8f0e-7e2b-43d4-9a6f-0c6a1a5c2f11)
GPU 1: NVIDIA H200 (UUID: GPU-8932f937-d72c-4106-c12f-20bd9faed9f6)
`;
const CUT = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-e91edf3b-b297-37c1-a2a7-7601c3238fa2)
  MIG 3g.20gb     Device  0: (UUID: MIG-c7384736-a75d-5afc-978f-d2f1294409fd)
  MIG 1g.5gb+me   Device  1: (UUID: MIG-GPU-e91edf3b-b297-37c1-a2a7-7601c3238fa2/7/0)
GPU 1: NVIDIA A100-SXM4-40GB (UUID: GPU-8932f937-d72c-4106-c12f-20bd9faed9f6)
`;
const ids = (devices: readonly { readonly id: string }[]) => devices.map(({ id }) => id);

test('NVIDIA’s tool tells devices by UUID, and one that is cut by its instances', (t) => {
  t.deepEqual(parseNvidiaSmi(TWO), [
    { id: 'cuda:GPU-5d1c8f0e-7e2b-43d4-9a6f-0c6a1a5c2f11', name: 'NVIDIA H200', isSoftware: false },
    { id: 'cuda:GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', name: 'NVIDIA H200', isSoftware: false },
  ]);
  t.deepEqual(
    parseNvidiaSmi(CUT).map(({ id, name }) => [id, name]),
    [
      ['cuda:MIG-c7384736-a75d-5afc-978f-d2f1294409fd', 'NVIDIA A100-SXM4-40GB, MIG 3g.20gb'],
      ['cuda:MIG-GPU-e91edf3b-b297-37c1-a2a7-7601c3238fa2/7/0', 'NVIDIA A100-SXM4-40GB, MIG 1g.5gb+me'],
      ['cuda:GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', 'NVIDIA A100-SXM4-40GB'],
    ],
  );
  t.deepEqual(parseNvidiaSmi("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"), []);
});

test('CUDA_VISIBLE_DEVICES leaves devices by number or by the beginning of their UUID, up to the first that is none', (t) => {
  const devices = parseNvidiaSmi(TWO);
  const [first, second] = devices;
  const seen = (CUDA_VISIBLE_DEVICES: string) => visibleDevices(devices, { CUDA_VISIBLE_DEVICES });
  t.deepEqual(seen('1,0'), [second, first]);
  t.deepEqual(seen('GPU-8932'), [second]);
  t.deepEqual(seen('0,7,1'), [first]);
  t.deepEqual(seen(''), []);
  t.deepEqual(seen('-1'), []);
  t.deepEqual(seen('GPU-'), []); // could be either
});

test('a container’s NVIDIA_VISIBLE_DEVICES counts where CUDA’s own variable says nothing', (t) => {
  const devices = parseNvidiaSmi(TWO);
  t.deepEqual(visibleDevices(devices, {}), devices);
  t.deepEqual(visibleDevices(devices, { NVIDIA_VISIBLE_DEVICES: 'all' }), devices);
  t.deepEqual(visibleDevices(devices, { NVIDIA_VISIBLE_DEVICES: 'void' }), []);
  t.deepEqual(visibleDevices(devices, { NVIDIA_VISIBLE_DEVICES: 'none' }), []);
  t.deepEqual(visibleDevices(devices, { NVIDIA_VISIBLE_DEVICES: '1' }), devices.slice(1));
  t.deepEqual(ids(visibleDevices([], { NVIDIA_VISIBLE_DEVICES: 'MIG-c7384736-a75d' })), ['cuda:MIG-c7384736-a75d']);
});

test('a worker process gets one device, and a backend only devices that it can be told to take', (t) => {
  const environment: NodeJS.ProcessEnv = {};
  t.deepEqual(claimDevice('cuda:GPU-8932', 'tfjs', environment), {});
  t.is(environment.CUDA_VISIBLE_DEVICES, 'GPU-8932');
  t.deepEqual(claimDevice('webgpu:NVIDIA: H200', 'webgpu', environment), { adapter: 'NVIDIA: H200' });
  t.deepEqual(claimDevice(undefined, 'wasm', environment), {});
  t.throws(() => claimDevice('cuda:GPU-8932', 'webgpu', environment), { message: /container that has no other/ });
  t.throws(() => claimDevice('webgpu:', 'webgpu', environment), { message: /expected webgpu:NAME/ });
  const devices = [...parseNvidiaSmi(TWO), { id: 'webgpu:SwiftShader', name: 'SwiftShader', isSoftware: true }];
  t.deepEqual(ids(devicesOf('tfjs', devices)), ids(parseNvidiaSmi(TWO)));
  t.deepEqual(devicesOf('webgpu', devices), []);
  t.deepEqual(poolOfDevices(['cuda:a', 'cuda:b']), [
    { pool: 'gpu', processes: 1, slots: 2, device: 'cuda:a' },
    { pool: 'gpu', processes: 1, slots: 2, device: 'cuda:b' },
  ]);
});

test('a worker of the pool gpu opens the device that is named, a software one too, and none that is not there', async (t) => {
  if (!useSoftwareVulkan()) {
    t.log('left out: no SwiftShader; node scripts/softwareVulkan.ts fetches it');
    t.pass();
    return;
  }
  const [software] = (await findDevices({ ...process.env, CUDA_VISIBLE_DEVICES: '' })).filter(
    ({ isSoftware }) => isSoftware,
  );
  t.regex(software?.name ?? '', /a device in software/);
  const openOn = async (device: string) => {
    const edgeModule = new URL('../../workers/edge.ts', import.meta.url).href;
    const store = await testFolder();
    const settings = { edgeModule, store, backend: 'webgpu', pool: 'gpu', device } as const;
    const compute = openThreadCompute(settings, 1, openGate(1000));
    await compute.openOne().finally(() => compute.close());
  };
  await t.notThrowsAsync(openOn(software?.id ?? ''));
  await t.throwsAsync(openOn('webgpu:Voodoo 2'), { message: /found no adapter "Voodoo 2", expected one of/ });
});
