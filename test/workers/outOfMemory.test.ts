import { join } from 'node:path';
import test from 'ava';
import { memoryToCalibrate, memoryToMeasure, memoryToPrepare } from '../../activities/stageMemory.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { TwinError } from '../../twin/errors.ts';
import { openGate } from '../../workers/admission.ts';
import { asOutOfMemory } from '../../workers/outOfMemory.ts';
import { openThreadCompute } from '../../workers/threadCompute.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';

const attempt = { attempt: 1, worker: 'test' };
const control = { signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined };

async function openHungry(budget_MB: number) {
  const folder = await testFolder();
  const store = join(folder, 'store');
  const hearts = [{ value: 0 }, { value: 1 }, { value: 2 }];
  const { study } = await writeFakeStudy(openFolderStore(store), folder, hearts);
  const edgeModule = new URL('../helpers/hungryEdge.ts', import.meta.url).href;
  const compute = openThreadCompute({ edgeModule, store, backend: 'none', pool: 'cpu' }, 1, openGate(budget_MB));
  const prepare = (position: number) =>
    compute.run('prepare', { run: 'r', study, page: 0, position }, control, attempt);
  return { compute, prepare };
}

test('a thread that outgrows its heap, and an array that cannot be had, are out of memory; the next job goes on', async (t) => {
  const { compute, prepare } = await openHungry(300);
  const heap = await t.throwsAsync(prepare(1), { instanceOf: TwinError });
  t.like(heap, { code: 'OutOfMemory', message: 'memory: a thread outgrew the memory that its worker has' });
  const array = await t.throwsAsync(prepare(2), { instanceOf: TwinError });
  t.like(array, { code: 'OutOfMemory' });
  t.like(await prepare(0), { subject: 'sub-0000', wasCached: false });
  await compute.close();
});

test('a job that needs more than its worker has is refused before it takes it; what was found needs nothing', async (t) => {
  const roomy = await openHungry(1000);
  await roomy.prepare(0);
  await roomy.compute.close();
  const small = await openHungry(100); // a heart in a body takes more
  const error = await t.throwsAsync(small.prepare(0), { instanceOf: TwinError });
  t.like(error, { code: 'OutOfMemory' });
  t.regex(error?.message ?? '', /expected at most 100 MB, .* about 281 MB are needed/);
  await small.compute.close();
});

test('errors that say that memory was at its end are told from faults of the program', (t) => {
  const code = (error: unknown) => asOutOfMemory(error)?.code;
  t.is(code(new RangeError('Array buffer allocation failed')), 'OutOfMemory');
  t.is(code(new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded')), 'OutOfMemory');
  t.is(code(new RangeError('WebAssembly.Memory(): could not allocate memory')), 'OutOfMemory');
  t.is(code(Object.assign(new Error('Worker terminated'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })), 'OutOfMemory');
  t.is(code(new RangeError('Maximum call stack size exceeded')), undefined);
  t.is(code(new RangeError('Invalid typed array length: -1')), undefined);
  t.is(code(new TwinError('BadInput', 'Array buffer allocation failed')), undefined);
});

test('an estimate grows with the mesh, sees through compression, and knows a mesh of several files', (t) => {
  const ref = (bytes: number) => ({ uri: 'artifacts/a', sha256: '', bytes });
  t.true(memoryToCalibrate(ref(26.3e6)) > 259 && memoryToCalibrate(ref(26.3e6)) < 2 * 259); // 80,724 nodes: 259 MB measured
  t.true(memoryToMeasure(ref(26.3e6)) > 91 && memoryToMeasure(ref(26.3e6)) < 2 * 91);
  const points = { name: 'heart.pts', bytes: new Uint8Array(2_506_950) };
  t.true(memoryToPrepare(points, false) > 248 && memoryToPrepare(points, false) < 2 * 248);
  t.true(memoryToPrepare(points, true) > 377 && memoryToPrepare(points, true) < 2 * 377);
  const plain = { name: 'heart.vtu', bytes: new Uint8Array(1e6) };
  const packed = { name: 'heart.vtu.gz', bytes: new Uint8Array(1000) };
  packed.bytes.set([0x1f, 0x8b]);
  new DataView(packed.bytes.buffer).setUint32(996, 1e6, true);
  t.is(memoryToPrepare(packed, false), memoryToPrepare(plain, false));
});
