import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { z } from 'zod';
import { findStage, recordStage, type StageParts, stageKey } from '../../../activities/records/stageIndex.ts';
import { putStudy } from '../../../activities/records/study.ts';
import { readRow, writeRow } from '../../../activities/records/subjectRecords.ts';
import { recordUri } from '../../../activities/stores/artifacts.ts';
import { openFolderStore } from '../../../activities/stores/folderStore.ts';
import { openSealed, sealText } from '../../../activities/stores/sealedText.ts';
import type { SubjectRow } from '../../../cohorts/row.ts';
import { FAKE_STUDY, testFolder } from '../../helpers/fakeStudy.ts';

const row: SubjectRow = {
  subject: 's1',
  status: 'done',
  covariates: { age_y: 50 },
  metrics: { lvMass_g: 123.5 },
  findings: [],
  hashes: {},
  failure: null,
};

/** Every text that differs from one in a single bit, as far as it is text. */
function* withOneBit(bytes: Buffer): Generator<Buffer> {
  for (let place = 0; place < bytes.length; place++) {
    const other = Buffer.from(bytes);
    other[place] = (other[place] ?? 0) ^ (1 << (place % 8));
    yield other;
  }
}

test('a sealed text with another bit is none, and one of before there were seals is itself', (t) => {
  const sealed = sealText('{"lvMass_g":123.5}\n');
  t.is(openSealed(sealed), '{"lvMass_g":123.5}\n');
  t.is(openSealed('{"lvMass_g":123.5}\n'), '{"lvMass_g":123.5}\n');
  t.is(openSealed(sealed.replace('123', '132')), undefined);
});

test('no single bit that flips in a row’s record puts another value into the row', async (t) => {
  const folder = await testFolder();
  const store = openFolderStore(folder);
  const plan = { study: FAKE_STUDY, dataFolder: folder, outFolder: folder, inputs: {}, refused: [] };
  const { study } = await putStudy(store, plan, []);
  await writeRow(store, { run: 'r', study, page: 0 }, row);
  const path = join(folder, recordUri('row:r:s1'));
  t.deepEqual(await readRow(store, 'r', 's1'), row);
  const bytes = await readFile(path);
  for (const other of withOneBit(bytes)) {
    await writeFile(path, other);
    const read = await readRow(store, 'r', 's1');
    if (read !== undefined) t.deepEqual(read, row);
  }
  for (let length = 0; length < bytes.length; length += 3) {
    await writeFile(path, bytes.subarray(0, length));
    const read = await readRow(store, 'r', 's1');
    if (read !== undefined) t.deepEqual(read, row);
  }
});

test('no single bit that flips in a stage’s record gives another result', async (t) => {
  const folder = await testFolder();
  const store = openFolderStore(folder);
  const parts: StageParts = { stage: 'measure', version: '1', twin: 'abc' };
  const schema = z.object({ metrics: z.record(z.string(), z.number()) });
  await recordStage(store, parts, { metrics: { lvMass_g: 123.5 } });
  const path = join(folder, recordUri(stageKey(parts)));
  for (const other of withOneBit(await readFile(path))) {
    await writeFile(path, other);
    const found = await findStage(store, parts, schema);
    if (found !== undefined) t.deepEqual(found, { metrics: { lvMass_g: 123.5 } });
  }
});
