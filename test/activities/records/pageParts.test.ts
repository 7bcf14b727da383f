import { mkdir, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { collectPage, readCollected } from '../../../activities/collectPage.ts';
import { inOrder } from '../../../activities/inOrder.ts';
import { publish } from '../../../activities/publish.ts';
import { readMark, readPart, writePart } from '../../../activities/records/pageParts.ts';
import { getPage, getPlan, type SubjectPlace } from '../../../activities/records/study.ts';
import { writeCost, writeRow } from '../../../activities/records/subjectRecords.ts';
import type { Store } from '../../../activities/stores/artifacts.ts';
import { LastUsed } from '../../../activities/stores/lastUsed.ts';
import { openMemoryStore } from '../../../activities/stores/memoryStore.ts';
import { withScratch } from '../../../activities/stores/scratch.ts';
import type { SubjectRow } from '../../../cohorts/row.ts';
import { fakeEdge } from '../../helpers/fakeEdge.ts';
import { testFolder, writeFakeStudy } from '../../helpers/fakeStudy.ts';

/** A store that counts what is read of it. */
function countingStore() {
  const store = openMemoryStore();
  const reads: string[] = [];
  const counting: Store = {
    ...store,
    readRecord: (key) => {
      reads.push(key);
      return store.readRecord(key);
    },
  };
  return { store: counting, reads };
}

async function openPages(subjects: number, pageSize: number) {
  const { store, reads } = countingStore();
  const folder = await testFolder();
  const hearts = Array.from({ length: subjects }, (_, value) => ({ value }));
  const { study, pages } = await writeFakeStudy(store, folder, hearts, pageSize);
  const edge = fakeEdge(store);
  const placeOf = (index: number): SubjectPlace => ({
    run: 'r',
    study,
    page: Math.floor(index / pageSize),
    position: index % pageSize,
  });
  const write = async (index: number, value: number) => {
    const row = rowOf(index, value);
    await writeRow(store, placeOf(index), row);
    await writeCost(store, 'r', {
      subject: row.subject,
      stage: 'measure',
      seconds: value,
      peakMemory_MB: 1,
      attempts: 1,
      worker: 'w',
      wasCached: false,
    });
  };
  for (let index = 0; index < subjects; index++) await write(index, index);
  return { store, reads, folder, study, pages, edge, placeOf, write };
}

const rowOf = (index: number, value: number): SubjectRow => ({
  subject: `sub-${String(index).padStart(4, '0')}`,
  status: 'done',
  covariates: {},
  metrics: { value },
  findings: [],
  hashes: {},
  failure: null,
});

const valuesOf = ({ rows }: { readonly rows: readonly SubjectRow[] }) => rows.map(({ metrics }) => metrics.value);

test('a page that was gathered is read from its part, with the costs, and no subject’s record is', async (t) => {
  const { store, reads, edge, placeOf } = await openPages(6, 3);
  const place = placeOf(3);
  t.deepEqual(await collectPage(edge, place), { rows: 3 });
  reads.length = 0;
  const { rows, costs } = await readCollected(store, place);
  t.deepEqual(valuesOf({ rows }), [3, 4, 5]);
  t.deepEqual(
    costs.map(({ seconds }) => seconds),
    [3, 4, 5],
  );
  t.deepEqual(
    reads.map((key) => key.split(':')[0]),
    ['part', 'mark'],
  );
});

test('a row that is written after its page was gathered is the one that is read', async (t) => {
  const { store, edge, placeOf, write } = await openPages(3, 3);
  await collectPage(edge, placeOf(0));
  await write(1, 17);
  t.is(await readPart(store, placeOf(0)), undefined);
  t.deepEqual(valuesOf(await readCollected(store, placeOf(0))), [0, 17, 2]);
  await collectPage(edge, placeOf(0));
  t.deepEqual(valuesOf((await readPart(store, placeOf(0))) ?? { rows: [] }), [0, 17, 2]);
});

test('a part that was gathered from older rows and is written late is not read', async (t) => {
  const { store, edge, placeOf, write } = await openPages(3, 3);
  const place = placeOf(0);
  const mark = await readMark(store, place);
  const stale = await readCollected(store, place); // a gathering stalls here
  await write(0, 99);
  await collectPage(edge, place);
  await writePart(store, place, mark, stale); // and goes on when another has gathered the new rows
  t.deepEqual(valuesOf(await readCollected(store, place)), [99, 1, 2]);
});

test('every order of one gathering and one writing of a row ends with the new row', async (t) => {
  // The steps of a gathering: look at the mark, read the rows, write the part. Of a writing: write the row, then the mark.
  for (let before = 0; before <= 3; before++) {
    for (let between = before; between <= 3; between++) {
      const { store, placeOf } = await openPages(2, 2);
      const place = placeOf(0);
      let mark = '';
      let part = await readCollected(store, place);
      const gathering = [
        async () => {
          mark = await readMark(store, place);
        },
        async () => {
          part = await readCollected(store, place);
        },
        () => writePart(store, place, mark, part),
      ];
      const rowKey = `row:r:${rowOf(0, 0).subject}`;
      const elsewhere = openMemoryStore();
      await writeRow(elsewhere, place, rowOf(0, 7));
      const newRow = (await elsewhere.readRecord(rowKey)) ?? '';
      const writing = [
        () => store.writeRecord(rowKey, newRow),
        () => store.writeRecord(`mark:r:${place.study.sha256}:0`, 'of the new row'),
      ];
      for (let step = 0; step <= 3; step++) {
        if (step === before) await writing[0]?.();
        if (step === between) await writing[1]?.();
        await gathering[step]?.();
      }
      t.deepEqual(valuesOf(await readCollected(store, place)), [7, 1], `${before} ${between}`);
    }
  }
});

test('a part that is damaged, gone or lacks somebody is passed over', async (t) => {
  const { store, edge, placeOf } = await openPages(3, 3);
  const place = placeOf(0);
  const mark = await readMark(store, place);
  const { rows, costs } = await readCollected(store, place);
  await writePart(store, place, mark, { rows: rows.slice(1), costs });
  t.deepEqual(valuesOf(await readCollected(store, place)), [0, 1, 2]);
  await store.writeRecord(`part:r:${place.study.sha256}:0`, '{"mark":');
  t.deepEqual(valuesOf(await readCollected(store, place)), [0, 1, 2]);
  await collectPage(edge, place);
  for await (const { uri } of store.list('artifacts/')) {
    const bytes = await store.get({ uri, sha256: uri.slice(-69, -5), bytes: 0 });
    if (new TextDecoder().decode(bytes).includes('"metrics"')) await store.remove(uri);
  }
  t.is(await readPart(store, place), undefined);
  t.deepEqual(valuesOf(await readCollected(store, place)), [0, 1, 2]);
});

test('a page that lacks a row says whose, and can be gathered all the same', async (t) => {
  const { store, study } = await openPages(0, 3);
  const folder = await testFolder();
  const other = await writeFakeStudy(store, folder, [{ value: 1 }, { value: 2 }]);
  const place = { run: 'r', study: other.study, page: 0 };
  t.deepEqual(await collectPage(fakeEdge(store), place), { rows: 0 });
  await t.throwsAsync(readCollected(store, place), { message: /^sub-0000: run r has no row of it/ });
  t.not(other.study.sha256, study.sha256);
});

test('a cohort of many pages is published from two records a page, in the order of its subjects', async (t) => {
  const { store, reads, folder, study, pages, edge, placeOf } = await openPages(40, 4);
  t.is(pages, 10);
  for (let page = 0; page < pages; page++) await collectPage(edge, placeOf(4 * page));
  reads.length = 0;
  const { subjects, files } = await publish(edge, { run: 'r', study });
  t.is(subjects, 40);
  t.is(reads.length, 2 * pages);
  t.deepEqual(Object.keys(files), ['cohort.jsonl']);
  t.deepEqual((await readdir(join(folder, 'scratch'))).length, 0);
  t.is((await getPage(store, await getPlan(store, study), 9)).length, 4);
});

test('an attempt that was given up writes no table', async (t) => {
  const { folder, study, edge } = await openPages(4, 2);
  const stop = new AbortController();
  stop.abort(new Error('given up'));
  await t.throwsAsync(publish(edge, { run: 'r', study }, { signal: stop.signal }), { message: 'given up' });
  await t.throwsAsync(readdir(join(folder, 'out')));
  t.deepEqual(await readdir(join(folder, 'scratch')), []);
});

test('what a killed process left in the scratch folder is removed when it is old, and no sooner', async (t) => {
  const folder = await testFolder();
  for (const name of ['publish-old', 'publish-young']) await mkdir(join(folder, 'scratch', name), { recursive: true });
  await utimes(join(folder, 'scratch', 'publish-old'), 1, 1);
  const lent = await withScratch(join(folder, 'out'), async (own) => own);
  t.deepEqual(await readdir(join(folder, 'scratch')), ['publish-young']);
  t.true(lent.startsWith(join(folder, 'scratch', 'publish-')));
});

test('readings come in order whichever ends first, and no more than asked are under way', async (t) => {
  let running = 0;
  let most = 0;
  const read = async (index: number) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < 1 + (index % 3); turn++) await Promise.resolve();
    running--;
    return index;
  };
  const found: number[] = [];
  for await (const value of inOrder(20, 4, read)) found.push(value);
  t.deepEqual(
    found,
    Array.from({ length: 20 }, (_, index) => index),
  );
  t.is(most, 4);
});

test('a value is made once as long as it is among the last used, and a failure is not kept', async (t) => {
  const made: string[] = [];
  const last = new LastUsed<string>(2);
  const get = (key: string) =>
    last.get(key, async () => {
      made.push(key);
      if (key === 'bad' && made.length < 6) throw new Error('no');
      return key.toUpperCase();
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) t.is(await get(key), key.toUpperCase());
  t.deepEqual(made, ['a', 'b', 'c', 'b']);
  await t.throwsAsync(get('bad'));
  made.push('');
  t.is(await get('bad'), 'BAD');
});
