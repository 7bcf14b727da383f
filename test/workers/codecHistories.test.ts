import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'ava';
import { putStudy, type StudyInput } from '../../activities/records/study.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import type { SampleSheetRow, SubjectId } from '../../cohorts/row.ts';
import { dataConverterOf, type ServerAccess } from '../../workers/access.ts';
import {
  cohortProgress,
  connectClient,
  pauseCohort,
  resizeCohort,
  resumeCohort,
  runCohort,
} from '../../workers/client.ts';
import { createKeyFile } from '../../workers/keys.ts';
import { twinId, WORKFLOW } from '../../workflows/ids.ts';
import { queueOf } from '../../workflows/queues.ts';
import { fakeEdge } from '../helpers/fakeEdge.ts';
import { FAKE_STUDY, testFolder } from '../helpers/fakeStudy.ts';
import { startInProcessWorkers } from '../helpers/inProcessWorkers.ts';
import { testServer } from '../helpers/server.ts';

/** A name that a careless person gave a file: it comes into the sentence of the failure, and so into a history. */
const PLANTED = 'Margarethe-Brunnhuber';
const COVARIATE = 'planted-covariate-7391';
/** Long enough that the run is still under way when it is paused and resumed. */
const LONGEST_ms = 1500;
const schedule = { calibrateOn: 'cpu', heartbeatTimeout_s: 60 } as const;

async function plantedStudy(folder: string): Promise<StudyInput> {
  const dataFolder = join(folder, 'data');
  const files = [`${PLANTED}.heart`, 'b.heart', 'c.heart'];
  const hearts = [
    { value: 1, fail: 'BadAnatomy' },
    { value: 2 },
    { value: 3, iterations: 4, pause_ms: LONGEST_ms / 4 },
  ];
  await mkdir(dataFolder, { recursive: true });
  const rows = files.map((anatomy, index): SampleSheetRow => {
    const subject = `sub-${index}` as SubjectId;
    return {
      subject,
      sex: 'female',
      age_y: 50,
      height_cm: 170,
      weight_kg: null,
      anatomy,
      ecg: 'one.ecg',
      electrodes: null,
      torso: null,
      covariates: { site: COVARIATE },
      findings: [],
    };
  });
  await writeFile(join(dataFolder, 'one.ecg'), 'ecg');
  for (const [index, file] of files.entries()) await writeFile(join(dataFolder, file), JSON.stringify(hearts[index]));
  const plan = { study: FAKE_STUDY, dataFolder, outFolder: join(folder, 'out'), inputs: {}, refused: [] };
  return putStudy(openFolderStore(join(folder, 'store')), plan, rows);
}

/** Runs a cohort with a query, updates and heartbeats, and gives every byte that the server wrote, its log included. */
async function runAndRead(isEncrypted: boolean) {
  const server = await testServer();
  const folder = await testFolder();
  const keyFile = join(folder, 'codec.keys');
  if (isEncrypted) await createKeyFile(keyFile, new Date());
  const access: ServerAccess = {
    address: server.address,
    namespace: server.namespace,
    ...(isEncrypted ? { codecKeyFile: keyFile } : {}),
  };
  const store = join(folder, 'store');
  const study = await plantedStudy(folder);
  const stop = await startInProcessWorkers(server.address, fakeEdge(openFolderStore(store)), {
    dataConverter: await dataConverterOf(access),
  });
  const cohorts = await connectClient(access);
  let strangerWasTold = '';
  try {
    const running = runCohort(cohorts, { run: 'planted', study, window: 2, schedule, onProgress: () => undefined });
    while ((await cohortProgress(cohorts, 'planted')) === undefined) await new Promise((next) => setTimeout(next, 20));
    if (isEncrypted) strangerWasTold = await askWithoutKey(server);
    await pauseCohort(cohorts, 'planted');
    await resumeCohort(cohorts, 'planted');
    const result = await running;
    // As a result of its own, what a subject failed with stands in the history as text.
    const outcome = await cohorts.client.workflow.execute(WORKFLOW.twin, {
      workflowId: twinId('planted', 'sub-0'),
      taskQueue: queueOf('workflow'),
      args: [{ place: { run: 'planted', study: study.study, page: 0, position: 0 }, schedule }],
    });
    return { result, outcome, study, access, strangerWasTold, bytes: () => writtenBy(server.databaseFile) };
  } finally {
    await cohorts.close();
    await stop();
    await server.stop();
  }
}

/** What somebody who may talk to the server and has no key is told; what is sent would hold the run up otherwise. */
async function askWithoutKey(server: ServerAccess): Promise<string> {
  const stranger = await connectClient({ address: server.address, namespace: server.namespace });
  try {
    const answers = await Promise.allSettled([
      cohortProgress(stranger, 'planted'),
      resizeCohort(stranger, 'planted', 3),
    ]);
    return answers.map((answer) => (answer.status === 'rejected' ? String(answer.reason) : 'let in')).join('\n');
  } finally {
    await stranger.close();
  }
}

/** The database, its write-ahead log and the server's log, as text of one byte a character. */
function writtenBy(databaseFile: string): string {
  const folder = dirname(databaseFile);
  const files = readdirSync(folder).filter((name) => name.startsWith('temporal.db'));
  return files.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');
}

test.serial('without keys a history shows what a failure said: the search below can find', async (t) => {
  const { result, outcome, bytes } = await runAndRead(false);
  t.like(result, { subjects: 3, done: 2, quarantined: 1 });
  t.like(outcome, { failure: { code: 'BadAnatomy', message: `${PLANTED}.heart: broken on purpose` } });
  const text = bytes();
  t.true(text.includes(PLANTED));
  t.true(text.includes('broken on purpose'));
  t.true(text.includes('artifacts/'));
  t.true(text.includes('"wasCached"'));
  t.false(text.includes(COVARIATE)); // covariates are never in a history, encrypted or not
});

test.serial(
  'with keys neither names, sentences, addresses nor results can be read in what the server wrote',
  async (t) => {
    const { result, outcome, study, access, strangerWasTold, bytes } = await runAndRead(true);
    t.is(strangerWasTold.match(/TWINFOLD_CODEC_KEY_FILE/g)?.length, 2);
    t.like(result, { subjects: 3, done: 2, quarantined: 1 });
    t.like(outcome, { failure: { code: 'BadAnatomy', message: `${PLANTED}.heart: broken on purpose` } });
    const text = bytes();
    t.true(existsSync(access.codecKeyFile ?? ''));
    t.true(text.includes('encryption-key-id') && text.includes('planted'));
    const planted = [PLANTED, 'broken on purpose', 'artifacts/', '"wasCached"', 'heartbeatTimeout_s', COVARIATE];
    t.deepEqual(
      [...planted, study.study.sha256].filter((word) => text.includes(word)),
      [],
    );
    const key = JSON.parse(readFileSync(access.codecKeyFile ?? '', 'utf8')) as { keys: { key: string }[] };
    t.false(text.includes(key.keys[0]?.key ?? ''));
  },
);
