import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { TwinError } from '../../twin/errors.ts';
import { openGate } from '../../workers/admission.ts';
import { openThreadCompute } from '../../workers/threadCompute.ts';
import type { FakeHeart } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';

const attempt = { attempt: 1, worker: 'test' };

async function openPool(...hearts: FakeHeart[]) {
  const folder = await testFolder();
  const storeFolder = join(folder, 'store');
  const { study } = await writeFakeStudy(openFolderStore(storeFolder), folder, hearts);
  const edgeModule = new URL('../helpers/fakeEdge.ts', import.meta.url).href;
  const compute = openThreadCompute(
    { edgeModule, store: storeFolder, backend: 'none', pool: 'cpu' },
    1,
    openGate(1000),
  );
  const stop = new AbortController();
  const iterations: number[] = [];
  const control = {
    signal: stop.signal,
    resumeFrom: undefined,
    onProgress: ({ iteration }: { readonly iteration: number }) => {
      iterations.push(iteration);
    },
  };
  return { storeFolder, compute, stop, iterations, control, place: { run: 'r', study, page: 0, position: 0 } };
}

test('progress comes out of the thread while it computes, and the answer after it', async (t) => {
  const { compute, control, iterations, place } = await openPool({ value: 2, iterations: 3 });
  const prepared = await compute.run('prepare', place, control, attempt);
  const { wasCached } = await compute.run('calibrate', { place, prepared, start: 0 }, control, attempt);
  t.false(wasCached);
  t.deepEqual(iterations, [0, 1, 2]);
  await compute.close();
});

test('an error of the science keeps its code, its sentence and its details', async (t) => {
  const { compute, control, place } = await openPool({ value: 2, fail: 'BadAnatomy' });
  const error = await t.throwsAsync(compute.run('prepare', place, control, attempt), { instanceOf: TwinError });
  t.like(error, { code: 'BadAnatomy', message: 'sub-0000.heart: broken on purpose', details: { value: 2 } });
  await compute.close();
});

test('a cancelled calibration ends at its next iteration, and the thread goes on with other work', async (t) => {
  const { compute, control, iterations, place, stop, storeFolder } = await openPool({
    value: 2,
    iterations: 1000,
    pause_ms: 10,
  });
  const prepared = await compute.run('prepare', place, control, attempt);
  const calibrating = compute.run('calibrate', { place, prepared, start: 0 }, control, attempt);
  while (iterations.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  const error = await t.throwsAsync(calibrating, { instanceOf: TwinError });
  t.is(error?.code, 'Cancelled');
  t.true((await readFile(join(storeFolder, 'turns.txt'), 'utf8')).split('\n').length < 100);
  t.true((await compute.run('prepare', place, { ...control, signal: AbortSignal.any([]) }, attempt)).wasCached);
  await compute.close();
});
