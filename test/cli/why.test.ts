import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { runJob } from '../../activities/jobs.ts';
import { putStudy, type SubjectPlace } from '../../activities/records/study.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { explainSubject } from '../../cli/explainSubject.ts';
import { openStudy } from '../../cli/openStudy.ts';
import { writeRunNote } from '../../cli/runFolder.ts';
import { TwinError } from '../../twin/errors.ts';
import { stageVersions } from '../../workers/science.ts';
import { type FakeHeart, fakeEdge } from '../helpers/fakeEdge.ts';
import { testFolder } from '../helpers/fakeStudy.ts';

const control = { signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined };

/** A study of a few subjects as files, and its run, with every subject built or quarantined. */
async function openRun(hearts: Readonly<Record<string, FakeHeart>>) {
  const root = await testFolder();
  const run = join(root, 'run');
  const study = join(root, 'study.yaml');
  const sheet = join(root, 'subjects.csv');
  const lines = Object.keys(hearts).map((name) => `${name},female,61,${name}/heart.json,${name}/ecg.csv,A`);
  await writeFile(sheet, ['subject,sex,age_y,anatomy,ecg,site', ...lines, ''].join('\n'));
  await writeFile(study, 'name: why\nsheet: subjects.csv\ncovariates: [site]\n');
  for (const [name, heart] of Object.entries(hearts)) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'heart.json'), JSON.stringify(heart));
    await writeFile(join(root, name, 'ecg.csv'), 'an ECG');
  }
  const store = openFolderStore(join(run, 'store'));
  const plain = fakeEdge(store);
  const edge = { ...plain, science: { ...plain.science, versions: stageVersions('wasm'), backend: 'wasm' } };
  const build = async () => {
    const { study: settings, sheet: rows, dataFolder, inputs } = await openStudy(study);
    const plan = { study: settings, dataFolder, outFolder: join(run, 'published'), inputs, refused: rows.refused };
    const { study: ref } = await putStudy(store, plan, rows.rows);
    for (const position of rows.rows.keys()) {
      const place: SubjectPlace = { run: 'why', study: ref, page: 0, position };
      const attempt = { attempt: 1, worker: 'cpu-1' };
      try {
        const prepared = await runJob(edge, 'prepare', place, control, attempt);
        const calibrated = await runJob(edge, 'calibrate', { place, prepared, start: 0 }, control, attempt);
        await runJob(edge, 'measure', { place, prepared, calibrated }, control, attempt);
      } catch (error) {
        if (!(error instanceof TwinError)) throw error;
        const failure = { stage: 'prepare' as const, code: error.code, message: error.message };
        await runJob(edge, 'quarantine', { place, failure }, control, attempt);
      }
    }
  };
  await build();
  writeRunNote(run, { name: 'why', study, data: null, backend: 'wasm' });
  return { root, run, study, sheet, build };
}

test('a subject of which nothing changed is up to date, and what the last run did is told', async (t) => {
  const { run } = await openRun({ one: { value: 3 } });
  const { isUpToDate, sentences } = await explainSubject(run, 'one');
  t.true(isUpToDate);
  t.deepEqual(sentences.slice(0, 2), [
    'one: its twin was built',
    'up to date: a run now would compute nothing and write the same row',
  ]);
  t.regex(sentences[2] ?? '', /^last run: prepare was computed in \d+\.\d s by cpu-1$/);
});

test('a changed setting, a changed file and a changed covariate are each told, and no value of the sheet is', async (t) => {
  const { run, root, study, sheet } = await openRun({ one: { value: 3 } });
  await appendFile(study, 'calibration: {maxIterations: 80}\n');
  await appendFile(join(root, 'one', 'ecg.csv'), ', longer');
  await writeFile(sheet, (await readFile(sheet, 'utf8')).replace(',61,', ',67,').replace(',A', ',B'));
  const { isUpToDate, sheetChanges, sentences } = await explainSubject(run, 'one');
  t.false(isUpToDate);
  const text = sentences.join('\n');
  t.regex(text, /because of ECG: the file’s bytes changed \(one\/ecg\.csv, /);
  t.regex(text, /because of settings: calibration\.maxIterations 40 → 80/);
  t.deepEqual(sheetChanges, ['age_y', 'site']);
  t.regex(text, /the sheet’s row says otherwise: age_y, site/);
  t.notRegex(text, /6[17]/);
});

test('after it was made again, the reason is told; after it was found again, that too', async (t) => {
  const { run, root, build } = await openRun({ one: { value: 3 } });
  await writeFile(join(root, 'one', 'heart.json'), JSON.stringify({ value: 4 }));
  await build();
  const made = (await explainSubject(run, 'one')).sentences.join('\n');
  t.regex(
    made,
    /prepare was computed in .*; made anew since an earlier run because of anatomy: the file’s bytes changed/,
  );
  await build();
  t.regex((await explainSubject(run, 'one')).sentences.join('\n'), /last run: calibrate was found/);
});

test('a quarantined subject is told with stage, attempts and reason, and whether trying again can end otherwise', async (t) => {
  const { run, root } = await openRun({ one: { value: 3, fail: 'BadAnatomy' } });
  const { status, failure, sentences } = await explainSubject(run, 'one');
  t.is(status, 'quarantined');
  t.is(failure?.code, 'BadAnatomy');
  t.is(sentences[0], 'one: quarantined after 1 attempt of prepare (BadAnatomy): heart.json: broken on purpose');
  t.regex(sentences[1] ?? '', /none of its files and settings has changed since/);
  await writeFile(join(root, 'one', 'heart.json'), JSON.stringify({ value: 3 }));
  const mended = (await explainSubject(run, 'one')).sentences.join('\n');
  t.regex(
    mended,
    /changed since it failed: anatomy: [0-9a-f]{8}… → [0-9a-f]{8}…; the next run, or a retry, tries it again/,
  );
});

test('a subject that the sheet names no more, refuses, or never had, and a file that is gone, are told apart', async (t) => {
  const { run, root, sheet } = await openRun({ one: { value: 3 }, two: { value: 4 } });
  await rm(join(root, 'one', 'ecg.csv'));
  const gone = await explainSubject(run, 'one');
  t.regex(gone.refusal ?? '', /one\/ecg\.csv: there is no such file in the data folder/);
  t.regex(gone.sentences[1] ?? '', /^a run now could not begin with it: /);
  const [header = '', first = ''] = (await readFile(sheet, 'utf8')).split('\n');
  await writeFile(sheet, `${header}\n${first.replace('one/heart.json', '')}\n`);
  t.is((await explainSubject(run, 'two')).status, 'unlisted');
  t.is((await explainSubject(run, 'one')).status, 'refused');
  await t.throwsAsync(explainSubject(run, 'three'), {
    message: /three: neither the run nor its sheet has such a subject/,
  });
});
