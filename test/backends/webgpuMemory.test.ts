/// <reference types="@webgpu/types" />
import test from 'ava';
import { Gpu } from '../../backends/webgpu/gpu.ts';
import { TwinError } from '../../twin/errors.ts';

/** A device whose memory is full: buffers are made as errors, and a command that uses one is invalid, as the standard says. */
function fullDevice(isFull: boolean): GPUDevice {
  const scopes: string[] = [];
  const error = (kind: string | undefined) =>
    isFull && kind !== 'internal' ? ({ message: `${kind} error` } as GPUError) : null;
  const part = {
    addEventListener: () => undefined,
    lost: new Promise(() => undefined),
    limits: { maxStorageBufferBindingSize: 2 ** 30, maxBufferSize: 2 ** 30 },
    pushErrorScope: (kind: string) => scopes.push(kind),
    popErrorScope: async () => error(scopes.pop()),
    createBuffer: ({ size }: { size: number }) => ({ size, destroy: () => undefined }),
    createCommandEncoder: () => ({ finish: () => undefined }),
    queue: { submit: () => undefined },
  };
  return part as unknown as GPUDevice; // what Gpu uses of a device when it runs nothing
}

test('a device whose memory does not hold an array is out of memory, and says of what', async (t) => {
  const gpu = new Gpu(fullDevice(true));
  gpu.storage(2 ** 29, 'times');
  const error = await t.throwsAsync(
    gpu.run(() => undefined),
    { instanceOf: TwinError },
  );
  t.is(error?.code, 'OutOfMemory');
  t.regex(error?.message ?? '', /^graphics device: its memory does not hold 512 MiB more of times;/);
});

test('a device with room runs on', async (t) => {
  const gpu = new Gpu(fullDevice(false));
  gpu.storage(2 ** 29, 'times');
  t.deepEqual(await gpu.run(() => undefined), []);
});
