// What publishing costs: `node scripts/publishScale.ts [subjects] [folder]`. Made-up rows with every column of today are stored page by page, then a
// process of its own publishes them, and another asks the tables. Prints rows, seconds and peak memory.
import { fork } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publish } from '../activities/publish.ts';
import { writePart } from '../activities/records/pageParts.ts';
import { PAGE_SIZE, putStudy, type StudyInput } from '../activities/records/study.ts';
import { sha256 } from '../activities/stores/artifacts.ts';
import { openFolderStore } from '../activities/stores/folderStore.ts';
import { runQuery } from '../cohorts/query.ts';
import type { SampleSheetRow, SubjectCost, SubjectId, SubjectRow } from '../cohorts/row.ts';
import { parseStudy } from '../cohorts/studyFile.ts';
import { HASHES } from '../cohorts/tableColumns.ts';
import { metricColumns } from '../twin/metrics/index.ts';
import { openRandom, type Random } from '../twin/random.ts';
import { openEdge } from '../workers/edge.ts';

const RUN = 'scale';
const QUERY = 'select sex, count(*) n, avg(qrsDuration_ms) qrs from cohort group by sex order by sex';

/** What a process of its own says when it is done. */
interface Measured {
  readonly seconds: number;
  readonly peakMemory_MB: number;
}

const [task = '100000', folder] = process.argv.slice(2);
if (task === 'publish' && folder !== undefined) await measureHere(() => publishStored(folder));
else if (task === 'query' && folder !== undefined) await measureHere(() => runQuery(join(folder, 'published'), QUERY));
else await compare(Number(task), folder);

async function compare(subjects: number, given: string | undefined): Promise<void> {
  const root = given ?? (await mkdtemp(join(tmpdir(), 'twinfold-scale-')));
  try {
    const began_ms = performance.now();
    await store(root, subjects);
    process.stdout.write(`${subjects} rows stored in ${((performance.now() - began_ms) / 1000).toFixed(1)} s\n`);
    for (const step of ['publish', 'query']) {
      const { seconds, peakMemory_MB } = await inProcess(step, root);
      process.stdout.write(`${step}: ${seconds.toFixed(2)} s, peak memory ${peakMemory_MB.toFixed(0)} MB\n`);
    }
    for (const name of ['cohort.parquet', 'cohort.csv', 'quarantine.parquet', 'costs.parquet']) {
      const { size } = await stat(join(root, 'published', name));
      process.stdout.write(`${name}: ${(size / 1e6).toFixed(1)} MB\n`);
    }
  } finally {
    if (given === undefined) await rm(root, { recursive: true });
  }
}

/** Rows as the pages of a run leave them. */
async function store(root: string, subjects: number): Promise<void> {
  const random = openRandom(1, 'publish scale');
  const folderStore = openFolderStore(join(root, 'store'));
  const sheet = Array.from({ length: subjects }, (_, index) => sheetRow(index, random));
  const study = parseStudy(
    'name: scale\nsheet: subjects.csv\ncovariates: [site, crp]\nunits: {crp: mg/L}\n',
    'study.yaml',
  );
  const plan = { study, dataFolder: root, outFolder: join(root, 'published'), inputs: {}, refused: [] };
  const stored = await putStudy(folderStore, plan, sheet);
  for (let page = 0; page < stored.pages; page++) {
    const rows = sheet.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE).map((row) => rowOf(row, random));
    const costs = rows.flatMap(({ subject }) => costsOf(subject, random));
    await writePart(folderStore, { run: RUN, study: stored.study, page }, '', { rows, costs });
  }
  await folderStore.writeRecord('scale:study', JSON.stringify(stored));
}

async function publishStored(root: string): Promise<void> {
  const edge = await openEdge({ store: join(root, 'store'), backend: 'reference', pool: 'cpu' });
  const stored = JSON.parse((await edge.store.readRecord('scale:study')) ?? '') as StudyInput; // written by `store`
  await publish(edge, { run: RUN, study: stored.study });
}

function sheetRow(index: number, random: Random): SampleSheetRow {
  const subject = `P${String(index).padStart(7, '0')}` as SubjectId;
  return {
    subject,
    sex: random.uniform() < 0.54 ? 'female' : 'male',
    age_y: 40 + Math.floor(30 * random.uniform()),
    height_cm: 170 + 9 * random.normal(),
    weight_kg: 75 + 12 * random.normal(),
    anatomy: `${subject}/heart.vtu`,
    ecg: `${subject}/ecg.xml`,
    electrodes: null,
    torso: null,
    covariates: { site: `site-${index % 22}`, crp: 5 * random.uniform() },
    findings: [],
  };
}

function rowOf({ subject, sex, age_y, height_cm, weight_kg, covariates }: SampleSheetRow, random: Random): SubjectRow {
  const isDone = random.uniform() > 0.03;
  const metrics = metricColumns.map(({ name }) => [name, random.uniform() < 0.05 ? null : 50 + 20 * random.normal()]);
  return {
    subject,
    status: isDone ? 'done' : 'quarantined',
    covariates: { sex, age_y, height_cm, weight_kg, ...covariates },
    metrics: isDone ? Object.fromEntries(metrics) : {},
    findings: random.uniform() < 0.3 ? ['age-missing', 'inverted-tetrahedra'] : [],
    hashes: Object.fromEntries(HASHES.map((name) => [name, sha256(`${subject} ${name}`)])),
    failure: isDone
      ? null
      : { stage: 'prepare', code: 'BadAnatomy', message: `${subject}/heart.vtu: has two left ventricles` },
    codeVersion: 'twinfold/0.1.0 anatomy/4 beat/4 calibrate/4+wasm measure/3',
    seed: 1,
    backend: 'wasm',
  };
}

function costsOf(subject: string, random: Random): SubjectCost[] {
  return ['prepare', 'calibrate', 'measure'].map((stage) => ({
    subject,
    stage,
    seconds: 100 * random.uniform(),
    peakMemory_MB: 500 + 100 * random.uniform(),
    attempts: 1,
    worker: `twinfold-cpu#${Math.floor(1000 * random.uniform())}`,
    wasCached: false,
  }));
}

function inProcess(step: string, root: string): Promise<Measured> {
  const child = fork(import.meta.filename, [step, root]);
  return new Promise((resolve, reject) => {
    child.once('message', (measured) => resolve(measured as Measured)); // sent by measureHere
    child.once('exit', (code) => reject(new Error(`${step} ended with exit code ${code}`)));
  });
}

async function measureHere(work: () => Promise<unknown>): Promise<void> {
  const began_ms = performance.now();
  await work();
  const seconds = (performance.now() - began_ms) / 1000;
  const measured: Measured = { seconds, peakMemory_MB: process.resourceUsage().maxRSS / 1024 };
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(measured)}\n`);
  else process.send(measured);
}
