import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { calibrate } from '../../activities/calibrate.ts';
import type { Edge } from '../../activities/edge.ts';
import { measure } from '../../activities/measure.ts';
import { prepare } from '../../activities/prepare.ts';
import { quarantine } from '../../activities/quarantine.ts';
import { getSubject, type SubjectPlace } from '../../activities/records/study.ts';
import { readRow, writeRow } from '../../activities/records/subjectRecords.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { referenceBackend } from '../../backends/reference.ts';
import { drawSubjects } from '../../cli/drawSubjects.ts';
import { type ReplayContext, replayOf } from '../../cli/replayRun.ts';
import { TwinError } from '../../twin/errors.ts';
import { type FakeHeart, fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../helpers/fakeStudy.ts';

const control = () => ({ signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined });

async function build(edge: Edge, place: SubjectPlace): Promise<void> {
  try {
    const prepared = await prepare(edge, place);
    const start = (number: number) => calibrate(edge, { place, prepared, start: number }, control());
    const calibrated = await start(0).catch(() => start(1));
    await measure(edge, { place, prepared, calibrated });
  } catch (error) {
    if (!(error instanceof TwinError)) throw error;
    await quarantine(edge, { place, failure: { stage: 'prepare', code: error.code, message: error.message } });
  }
}

/** A subject that a run has built, and the replay of the run. */
async function openBuilt(heart: FakeHeart = { value: 3 }) {
  const folder = await testFolder();
  const store = openFolderStore(join(folder, 'store'));
  const edge = fakeEdge(store);
  const { study: ref } = await writeFakeStudy(store, folder, [heart]);
  const place: SubjectPlace = { run: 'r', study: ref, page: 0, position: 0 };
  await build(edge, place);
  const { plan, row } = await getSubject(store, place);
  const context: ReplayContext = {
    run: 'r',
    store,
    today: {
      study: plan.study,
      sheet: { rows: [row], refused: [] },
      dataFolder: plan.dataFolder,
      inputs: {},
    },
    science: edge.science,
    backend: referenceBackend,
    options: { signal: new AbortController().signal },
  };
  const replay = (changed: Partial<ReplayContext> = {}) => replayOf({ ...context, ...changed }).replay('sub-0000');
  return { store, place, replay, row, folder, edge, context, data: plan.dataFolder };
}

test('a subject made once more has the same bytes, also where it took another seed', async (t) => {
  for (const heart of [{ value: 3 }, { value: 3, fail: 'NoConvergence' } as const]) {
    const { replay } = await openBuilt(heart);
    const { verdict, artifacts, columns, sentences } = await replay();
    t.is(verdict, 'identical', sentences.join('\n'));
    t.deepEqual(
      artifacts.map(({ stored }) => stored),
      ['whole', 'whole', 'whole'],
    );
    t.deepEqual(columns, []);
  }
});

test('a replay writes nothing into the run’s store', async (t) => {
  const { replay, store } = await openBuilt();
  const listed = async () => {
    const items: unknown[] = [];
    for await (const item of store.list('')) items.push(item);
    return items;
  };
  const before = await listed();
  await replay();
  t.deepEqual(await listed(), before);
});

test('a quarantined subject is replayed to the same failure, byte for byte', async (t) => {
  const { replay } = await openBuilt({ value: 4, fail: 'BadAnatomy' });
  const { verdict, sentences } = await replay();
  t.is(verdict, 'identical', sentences.join('\n'));
  t.regex(sentences[0] ?? '', /the same failure \(BadAnatomy\)/);
});

test('a changed byte of any stored artifact is noticed', async (t) => {
  for (const [index, name] of (['anatomy', 'beat', 'twin'] as const).entries()) {
    const { replay, store, folder } = await openBuilt();
    const hash = (await readRow(store, 'r', 'sub-0000'))?.hashes[name] ?? '';
    const file = join(folder, 'store', 'artifacts', hash.slice(0, 2), `${hash}.safetensors`);
    const bytes = await readFile(file);
    const place = Math.floor((bytes.length * (index + 1)) / 4);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const { verdict, artifacts, sentences } = await replay();
    t.is(verdict, 'different');
    t.deepEqual(
      artifacts.filter(({ stored }) => stored === 'lost').map((one) => one.name),
      [name],
    );
    t.regex(sentences.join('\n'), new RegExp(`${name}: the store holds other bytes than the run wrote`));
  }
});

test('a row that was written by hand is noticed, with the column and by how much', async (t) => {
  const { replay, store, place } = await openBuilt();
  const row = await readRow(store, 'r', 'sub-0000');
  if (row === undefined) return t.fail();
  await writeRow(store, place, {
    ...row,
    metrics: { ...row.metrics, sum_ms: 3.5 },
    covariates: { ...row.covariates, age_y: 33 },
  });
  const { verdict, columns } = await replay();
  t.is(verdict, 'different');
  t.deepEqual(columns, [
    { column: 'age_y', recorded: null, replayed: null, difference: null, tolerance: 0 }, // a person’s: no values
    { column: 'sum_ms', recorded: 3.5, replayed: 3, difference: 0.5, tolerance: 0 },
  ]);
});

test('changed files, other code and a row that is planned otherwise are reasons not to compare', async (t) => {
  const { replay, row, data, edge, context, store, folder } = await openBuilt();
  const { science } = edge;
  const other = await replay({ science: { ...science, versions: { ...science.versions, measure: 'fake-2' } } });
  t.regex(other.refusal ?? '', /made by .*measure\/fake-1, and this is .*measure\/fake-2; replay it with that version/);

  await appendFile(join(data, row.ecg), ' ');
  t.regex((await replay()).refusal ?? '', /^sub-0000\.ecg \(its ecg\) has other bytes than when the row was made/);
  await rm(join(data, row.ecg));
  t.regex((await replay()).refusal ?? '', /^sub-0000\.ecg \(its ecg\) is missing now/);
  await writeFile(join(data, row.ecg), 'ecg');

  // Today's sheet says otherwise: the plan that the run stored is followed, as long as it is there.
  const today = { ...context.today, sheet: { ...context.today.sheet, rows: [{ ...row, age_y: 51 }] } };
  t.is((await replay({ today })).verdict, 'identical');
  for await (const { uri } of store.list('artifacts/')) if (uri.endsWith('.json')) await store.remove(uri);
  t.regex(
    (await replay({ today, store: openFolderStore(join(folder, 'store')) })).refusal ?? '',
    /a setting is another one now, and what the run followed was collected/,
  );
});

test('a sample is drawn by the seed, without repetition, in the order of the sheet', (t) => {
  const names = Array.from({ length: 50 }, (_, index) => `s${String(index).padStart(2, '0')}`);
  const drawn = drawSubjects(names, 7, 5);
  t.deepEqual(drawn, drawSubjects(names, 7, 5));
  t.is(new Set(drawn).size, 5);
  t.deepEqual(drawn, [...drawn].sort());
  t.notDeepEqual(drawn, drawSubjects(names, 8, 5));
  t.deepEqual(drawSubjects(names, 7, 60), names);
});
