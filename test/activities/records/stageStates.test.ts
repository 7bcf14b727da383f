import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { calibrate } from '../../../activities/calibrate.ts';
import type { Edge } from '../../../activities/edge.ts';
import { measure } from '../../../activities/measure.ts';
import { prepare } from '../../../activities/prepare.ts';
import { type StageState, stageStates } from '../../../activities/records/stageStates.ts';
import { getSubject, putStudy, type SubjectPlace } from '../../../activities/records/study.ts';
import { openMemoryStore } from '../../../activities/stores/memoryStore.ts';
import type { Study } from '../../../cohorts/study.ts';
import { fakeEdge } from '../../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../../helpers/fakeStudy.ts';

const control = () => ({ signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined });

async function build(edge: Edge, place: SubjectPlace): Promise<void> {
  const prepared = await prepare(edge, place);
  const calibrated = await calibrate(edge, { place, prepared, start: 0 }, control());
  await measure(edge, { place, prepared, calibrated });
}

/** A subject that was built, and what may change of it. */
async function openBuilt() {
  const folder = await testFolder();
  const edge = fakeEdge(openMemoryStore());
  const { study: ref } = await writeFakeStudy(edge.store, folder, [{ value: 3 }]);
  const place: SubjectPlace = { run: 'r', study: ref, page: 0, position: 0 };
  await build(edge, place);
  const { plan, row } = await getSubject(edge.store, place);
  const look = (study: Study = plan.study, versions = edge.science.versions, today = row) =>
    stageStates(edge.store, versions, { run: 'r', study, dataFolder: plan.dataFolder, row: today });
  return { edge, place, plan, row, look, data: plan.dataFolder };
}

const told = (states: readonly StageState[]) => states.map(({ stage, state }) => `${stage} ${state}`);
const reasons = (states: readonly StageState[]) => states.flatMap(({ changes }) => changes.map((one) => one.sentence));

test('a subject of which nothing changed is up to date in every stage', async (t) => {
  const { look } = await openBuilt();
  const states = await look();
  t.deepEqual(told(states), ['beat up-to-date', 'anatomy up-to-date', 'calibrate up-to-date', 'measure up-to-date']);
  t.deepEqual(reasons(states), []);
});

test('any changed byte of an input is told as that input’s, and nothing else is', async (t) => {
  const { look, row, data } = await openBuilt();
  for (const [input, name, stage] of [
    ['ecg', 'ECG', 'beat'],
    ['anatomy', 'anatomy', 'anatomy'],
  ] as const) {
    const file = join(data, row[input]);
    const whole = new Uint8Array(await readFile(file));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (place, bits) => {
        const changed = whole.slice();
        changed[place] = (changed[place] ?? 0) ^ bits;
        await writeFile(file, changed);
        const states = await look();
        t.deepEqual(
          states
            .filter(({ state }) => state !== 'follows' && state !== 'up-to-date')
            .map((one) => `${one.stage} ${one.state}`),
          [`${stage} again`],
        );
        const [reason, ...others] = reasons(states);
        t.regex(
          reason ?? '',
          new RegExp(`^${name}: the file’s bytes changed \\(sub-0000\\.(ecg|heart), [0-9a-f]{8}… → [0-9a-f]{8}…\\)$`),
        );
        t.deepEqual(others, []);
      }),
      { numRuns: 25, seed: 5 },
    );
    await writeFile(file, whole);
    t.deepEqual(reasons(await look()), []);
  }
});

test('any changed setting is told by its path in the study file, with both values, at the stage that it shapes', async (t) => {
  const { look, plan } = await openBuilt();
  const { study } = plan;
  const settings = fc.oneof(
    fc.integer({ min: 11, max: 1000 }).map((value) => ({
      told: `calibration.maxIterations 10 → ${value}`,
      stage: 'calibrate',
      study: { ...study, calibration: { ...study.calibration, maxIterations: value } },
    })),
    fc.integer({ min: 2, max: 1e6 }).map((value) => ({
      told: `seed 1 → ${value}`,
      stage: 'calibrate',
      study: { ...study, calibration: { ...study.calibration, seed: value } },
    })),
    fc
      .integer({ min: 1, max: 100 })
      .filter((value) => value !== study.beat.margin_ms)
      .map((value) => ({
        told: `beat.margin_ms ${study.beat.margin_ms} → ${value}`,
        stage: 'beat',
        study: { ...study, beat: { ...study.beat, margin_ms: value } },
      })),
    fc.integer({ min: 1, max: 9 }).map((value) => ({
      told: `torso.conductivity.lungs_S_m ${study.torso.conductivity.lungs_S_m} → ${value}`,
      stage: 'anatomy',
      study: { ...study, torso: { ...study.torso, conductivity: { ...study.torso.conductivity, lungs_S_m: value } } },
    })),
    fc.constant({
      told: 'ecg.unit null → "mV"',
      stage: 'beat',
      study: { ...study, ecg: { ...study.ecg, unit: 'mV' as const } },
    }),
  );
  await fc.assert(
    fc.asyncProperty(settings, async (changed) => {
      const states = await look(changed.study);
      t.deepEqual(reasons(states), [`settings: ${changed.told}`]);
      t.is(states.find(({ changes }) => changes.length > 0)?.stage as string, changed.stage);
    }),
    { numRuns: 40, seed: 7 },
  );
});

test('any stage of another version is told as code, and one of another backend as backend', async (t) => {
  const { look, edge } = await openBuilt();
  const { versions } = edge.science;
  for (const stage of ['anatomy', 'beat', 'calibrate', 'measure'] as const) {
    const states = await look(undefined, { ...versions, [stage]: 'fake-2' });
    t.deepEqual(reasons(states), [`code: ${stage} is version fake-2 now, and was fake-1`]);
    t.is(states.find((one) => one.stage === stage)?.state, 'again');
  }
  const states = await look(undefined, { ...versions, calibrate: 'fake-1+wasm' });
  t.deepEqual(reasons(states), ['backend: none → wasm']);
});

test('several changes are told each at its own stage, also where an earlier stage must be made first', async (t) => {
  const { look, row, data, plan } = await openBuilt();
  await appendFile(join(data, row.ecg), ', longer');
  const { study } = plan;
  const states = await look({ ...study, calibration: { ...study.calibration, maxIterations: 80 } });
  t.deepEqual(told(states), ['beat again', 'anatomy up-to-date', 'calibrate again', 'measure follows']);
  t.is(reasons(states)[1], 'settings: calibration.maxIterations 10 → 80');
});

test('a changed body is told by the column’s name and not by its value; a covariate shapes no stage', async (t) => {
  const { look, row } = await openBuilt();
  const weighed = await look(undefined, undefined, { ...row, weight_kg: 77.125 });
  t.deepEqual(reasons(weighed), ['body: the sheet says otherwise (weight_kg), and a torso is scaled by it']);
  t.notRegex(JSON.stringify(weighed), /77\.125/);
  const elsewhere = await look(undefined, undefined, { ...row, covariates: { site: 'B' } });
  t.deepEqual(reasons(elsewhere), []);
});

test('a file that the sheet names now, and one that it names no more, are told apart from changed bytes', async (t) => {
  const { look, row, data, edge, place, plan } = await openBuilt();
  await writeFile(join(data, 'electrodes.json'), '{}');
  const placed = { ...row, electrodes: 'electrodes.json' };
  t.deepEqual(reasons(await look(undefined, undefined, placed)), [
    'electrodes: the sheet names a file now, and named none',
  ]);
  const { study: ref } = await putStudy(edge.store, plan, [placed]);
  await build(edge, { ...place, study: ref });
  t.deepEqual(reasons(await look()), ['electrodes: the sheet names no file any more']);
});

test('a stage that was made again says why it was, and that a result of earlier parts would be found', async (t) => {
  const { look, edge, place, row, data } = await openBuilt();
  await appendFile(join(data, row.ecg), ', longer');
  await build(edge, place);
  const states = await look();
  t.deepEqual(new Set(told(states).map((one) => one.split(' ')[1])), new Set(['up-to-date']));
  const [beat] = states;
  t.regex(beat?.earlier[0]?.sentence ?? '', /^ECG: the file’s bytes changed/);
  t.regex(states.find(({ stage }) => stage === 'calibrate')?.earlier[0]?.sentence ?? '', /^beat: its bytes are others/);
  await writeFile(join(data, row.ecg), 'ecg');
  t.deepEqual(told(await look()), ['beat found', 'anatomy up-to-date', 'calibrate found', 'measure found']);
});

test('a result that is gone from the store is computed again, and that is no change', async (t) => {
  const { look, edge } = await openBuilt();
  for await (const { uri } of edge.store.list('artifacts/'))
    if (uri.endsWith('.safetensors')) await edge.store.remove(uri);
  const states = await look();
  t.deepEqual(told(states), ['beat lost', 'anatomy lost', 'calibrate follows', 'measure follows']);
  t.deepEqual(reasons(states), []);
});

test('a file that is missing is told as the run would tell it', async (t) => {
  const { look, row, data } = await openBuilt();
  await rm(join(data, row.ecg));
  await t.throwsAsync(look(), { message: /sub-0000\.ecg: there is no such file in the data folder/ });
});
