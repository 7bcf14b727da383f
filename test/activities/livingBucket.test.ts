import { randomUUID } from 'node:crypto';
import test from 'ava';
import type { Control, Edge } from '../../activities/edge.ts';
import { runJob } from '../../activities/jobs.ts';
import { planStudy } from '../../activities/planStudy.ts';
import type { StudyInput } from '../../activities/records/study.ts';
import { readVersions } from '../../activities/records/versions.ts';
import { settleRun } from '../../activities/settleRun.ts';
import { writeSource } from '../../activities/sources/studySource.ts';
import { openFiles, openStore } from '../../activities/stores/openStore.ts';
import { watchSource } from '../../activities/watchSource.ts';
import { BUCKET, CREDENTIALS } from '../../scripts/s3/servers.ts';
import { ECG, livingEdge, subjectName } from '../helpers/livingStudy.ts';
import { serverForTests, withServer } from './stores/s3Servers.ts';

const control: Control = { signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined };
const attempt = { attempt: 1, worker: 'test' };
const bytes = (text: string) => new TextEncoder().encode(text);
const run = 'bucket';

/** What a schedule's execution does, without a server. */
async function bringUpToDate(
  edge: Edge,
): Promise<{ added: number; changed: number; unchanged: number; status: string }> {
  const whole = await planStudy(edge, { run });
  const { work, isPublishNeeded, current, ...seen } = await watchSource(edge, { run, study: whole.study }, control);
  if (work.subjects === 0 && !isPublishNeeded) return { ...seen, status: 'nothing-to-do' };
  await build(edge, work);
  await runJob(edge, 'publish', { run, study: whole.study, isPatched: true }, control, attempt);
  await settleRun(edge, { run, study: whole.study, before: current }, control);
  return { ...seen, status: 'published' };
}

async function build(edge: Edge, { study, subjects }: StudyInput): Promise<void> {
  for (let position = 0; position < subjects; position++) {
    const place = { run, study, page: 0, position };
    const prepared = await runJob(edge, 'prepare', place, control, attempt);
    const calibrated = await runJob(edge, 'calibrate', { place, prepared, start: 0 }, control, attempt);
    await runJob(edge, 'measure', { place, prepared, calibrated }, control, attempt);
  }
}

withServer(test, 'gofakes3', await serverForTests('gofakes3'), ({ endpoint }) => {
  test('a study, its sources, its store and its tables may all lie in a bucket', async (t) => {
    process.env.AWS_ENDPOINT_URL_S3 = endpoint;
    process.env.AWS_ACCESS_KEY_ID = CREDENTIALS.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = CREDENTIALS.secretAccessKey;
    const place = `s3://${BUCKET}/${randomUUID()}`;
    const files = await openFiles(place);
    const turns: number[] = [];
    const edge = livingEdge(await openStore(`${place}/store`), (value) => turns.push(value));
    const write = async (subject: string, value: number, ecg = ECG) => {
      await files.write(`study/people/${subject}/heart.json`, bytes(JSON.stringify({ value })));
      await files.write(`study/people/${subject}/ecg.txt`, bytes(ecg));
    };
    const list = (subjects: readonly string[]) =>
      files.write(
        'study/sheets/subjects.csv',
        bytes(['subject,anatomy,ecg', ...subjects.map((one) => `${one},${one}/heart.json,${one}/ecg.txt`)].join('\n')),
      );
    await files.write('study/study.yaml', bytes(`name: ${run}\nsheet: sheets/subjects.csv\ndata: people\n`));
    await write(subjectName(0), 200);
    await write(subjectName(1), 201);
    await list([0, 1].map(subjectName));
    await writeSource(edge.store, run, { studyFile: `${place}/study/study.yaml`, outFolder: `${place}/out` });

    t.like(await bringUpToDate(edge), { status: 'published', added: 2 });
    t.like(await bringUpToDate(edge), { status: 'nothing-to-do', unchanged: 2 });
    await write(subjectName(0), 200); // the same bytes at another time
    t.like(await bringUpToDate(edge), { status: 'nothing-to-do', unchanged: 2 });
    turns.length = 0;
    await write(subjectName(1), 201, `${ECG}, and longer`);
    await write(subjectName(2), 202);
    await list([0, 1, 2].map(subjectName));
    t.like(await bringUpToDate(edge), { status: 'published', added: 1, changed: 1, unchanged: 1 });
    t.deepEqual(turns, [201, 202]);

    const out = await openFiles(`${place}/out`);
    const versions = await readVersions(out);
    t.is(versions.length, 2);
    const text = new TextDecoder().decode(await out.read(`versions/${versions[1]?.version}/diff.txt`));
    t.regex(text, /2 → 3 rows: 1 added, 0 removed, 1 changed, 1 the same/);
  });
});
