import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { calibrate } from '../../activities/calibrate.ts';
import { type CounterfactualDone, counterfactual } from '../../activities/counterfactual.ts';
import { type CounterfactualSettings, planCounterfactuals } from '../../activities/counterfactualPlan.ts';
import { publishCounterfactuals } from '../../activities/counterfactualPublish.ts';
import type { Edge } from '../../activities/edge.ts';
import { measure } from '../../activities/measure.ts';
import { prepare } from '../../activities/prepare.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { readParquet } from '../../cohorts/parquet.ts';
import { type FakeHeart, fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';

const control = { signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined };
const SETTINGS: CounterfactualSettings = {
  reference: true,
  pairs: 5,
  seed: 1,
  pairing: 'random',
  times: 'scaled',
  needsPairs: true,
};

/** A run of fakes; every second subject is a man. */
async function runOf(hearts: readonly FakeHeart[]) {
  const folder = await testFolder();
  const store = openMemoryStore();
  let simulated = 0;
  const fake = fakeEdge(store);
  const { reference, swap } = fake.science.counterfactuals;
  const counterfactuals: Edge['science']['counterfactuals'] = {
    reference: (input) => {
      simulated++;
      return reference(input);
    },
    swap: (input) => {
      simulated++;
      return swap(input);
    },
  };
  const edge: Edge = { ...fake, science: { ...fake.science, counterfactuals } };
  const { study } = await writeFakeStudy(store, folder, hearts);
  for (const position of hearts.keys()) {
    const place = { run: 'run', study, page: 0, position };
    const prepared = await prepare(edge, place);
    const calibrated = await calibrate(edge, { place, prepared, start: 0 }, control);
    await measure(edge, { place, prepared, calibrated });
  }
  const make = async (settings: Partial<CounterfactualSettings> = {}) => {
    const before = simulated;
    const planned = await planCounterfactuals(edge, { run: 'run', study, settings: { ...SETTINGS, ...settings } });
    const done: CounterfactualDone[] = [];
    for (let item = 0; item < planned.items; item++)
      done.push(await counterfactual(edge, { run: 'run', plan: planned.plan, item }, control));
    const published = await publishCounterfactuals(edge, { run: 'run', plan: planned.plan });
    return { planned, done, published, simulated: simulated - before };
  };
  const read = async (name: string) => readParquet(await readFile(join(folder, 'out', name)), name);
  return { make, read, folder };
}

test('a run gets a row for each heart and 32 for each pair; made again, nothing is computed and no byte differs', async (t) => {
  const { make, read } = await runOf([1, 2, 3, 4, 5].map((value) => ({ value })));
  const first = await make();
  t.like(first.planned, { items: 7, references: 5, pairs: 2 });
  t.is(first.simulated, 7);
  t.is(first.published.failed, 0);
  t.is((await read('reference.parquet')).numRows, 5);
  t.is((await read('swaps.parquet')).numRows, 64);
  const second = await make();
  t.is(second.simulated, 0);
  t.true(second.done.every(({ wasCached }) => wasCached));
  t.deepEqual(second.published, first.published);
});

test('another way of carrying times computes pairs anew, and no heart under the reference function', async (t) => {
  const { make } = await runOf([1, 2, 3, 4].map((value) => ({ value })));
  await make();
  t.is((await make({ times: 'kept' })).simulated, 2);
});

test('a pair that cannot be put together is rows that say why, and stops no other', async (t) => {
  const { make, read } = await runOf([{ value: 3 }, { value: 3 }, { value: 4 }, { value: 5 }]);
  const made = [];
  for (let seed = 1; made.length === 0 && seed < 20; seed++) {
    const { published, done } = await make({ seed });
    if (published.failed === 1) made.push(done);
  }
  t.is(made.flat().filter(({ status }) => status === 'failed').length, 1);
  const table = await read('swaps.parquet');
  t.is(table.numRows, 64);
  const findings = [...(table.getChild('finding') ?? [])].filter((finding) => finding !== null);
  t.is(findings.length, 32);
  t.is(findings[0], 'BadAnatomy: two hearts of one value cannot be exchanged');
});

test('a cohort of one sex is refused by a sentence, or done without pairs where none are needed', async (t) => {
  const { make, folder } = await runOf([{ value: 1 }]);
  await t.throwsAsync(make(), {
    message: /found no finished twin of a male subject, expected finished twins of both sexes/,
  });
  const { planned, published } = await make({ needsPairs: false });
  t.like(planned, { references: 1, pairs: 0 });
  t.deepEqual(Object.keys(published.files), ['reference.parquet']);
  await t.throwsAsync(readFile(join(folder, 'out', 'swaps.parquet')));
});
