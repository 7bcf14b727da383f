import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { z } from 'zod';
import { exportRun } from '../../cli/exportRun.ts';
import type { SubjectCost, SubjectRow } from '../../cohorts/row.ts';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { publishInto } from '../helpers/publishedCohort.ts';

const root = mkdtempSync(join(tmpdir(), 'twinfold-export-'));
const run = join(root, 'run');
const hash = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex');

const rows = cohortRows(20).map(
  (row): SubjectRow => ({
    ...row,
    hashes: Object.fromEntries(Object.keys(row.hashes).map((name) => [name, hash(`${row.subject} ${name}`)])),
    codeVersion: 'twinfold/0.1.0 anatomy/4 beat/4 calibrate/4+wasm measure/3',
    backend: 'wasm',
    ...(row.status === 'done' && { seed: 1, draws: { qrsDuration_ms: [88, 91] } }),
  }),
);
const cost = (subject: string, started_ms: number): SubjectCost => ({
  subject,
  stage: 'prepare',
  seconds: 2,
  peakMemory_MB: 100,
  attempts: 1,
  worker: 'a-machine#4711',
  wasCached: false,
  started_ms,
  device: 'a-device',
});

test.before(async () => {
  const costs = [cost('P00000', Date.UTC(2026, 0, 2, 3, 4, 5)), cost('P00001', Date.UTC(2026, 0, 2, 3, 5, 0))];
  await publishInto(join(run, 'published'), [{ rows, costs }], publishSettings);
  for (const name of ['reference.parquet', 'swaps.parquet'])
    copyFileSync(join(run, 'published', 'quarantine.parquet'), join(run, 'published', name));
  const version = {
    version: 'abcdefabcdef',
    status: 'published',
    madeAt: '2026-01-02T03:06:00.000Z',
    publishedAt: '2026-01-02T03:06:00.000Z',
    study: { uri: 'artifacts/x', sha256: 'x', bytes: 1 },
    counts: { subjects: 20, done: 18, quarantined: 2 },
    computed: 18,
  };
  writeFileSync(
    join(run, 'published', 'versions.json'),
    JSON.stringify({ format: 'twinfold-versions/1', versions: [version] }),
  );
});
test.after.always(() => rmSync(root, { recursive: true }));

const crateSchema = z.object({
  '@graph': z.array(z.looseObject({ '@id': z.string(), '@type': z.unknown() })),
});
const packageSchema = z.looseObject({
  resources: z.array(
    z.looseObject({
      path: z.string(),
      hash: z.string(),
      bytes: z.number(),
      schema: z
        .looseObject({
          primaryKey: z.array(z.string()),
          fields: z.array(z.looseObject({ name: z.string(), type: z.string() })),
        })
        .optional(),
    }),
  ),
});
const readJson = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

test('a folder is exported with every file by its hash, in the crate and, but for Parquet, in the package', async (t) => {
  const out = join(root, 'whole');
  await exportRun(run, { out, license: 'CC-BY-4.0', organization: 'A hospital' });
  const names = readdirSync(out).filter((name) => name !== 'ro-crate-metadata.json');
  const { '@graph': graph } = crateSchema.parse(readJson(out, 'ro-crate-metadata.json'));
  const files = graph.filter((entity) => entity['@type'] === 'File');
  t.deepEqual(files.map((file) => file['@id']).sort(), names.sort());
  for (const name of ['draws', 'reference', 'swaps']) t.true(names.includes(`${name}.parquet`), name);
  for (const file of files) t.true(typeof file.name === 'string' && file.name !== file['@id'], file['@id']); // in words
  for (const file of files) t.is(file.sha256, hash(readFileSync(join(out, file['@id']))), file['@id']);
  const { resources } = packageSchema.parse(readJson(out, 'datapackage.json'));
  t.deepEqual(
    resources.map(({ path }) => path),
    names.filter((name) => !name.endsWith('.parquet') && name !== 'datapackage.json').sort(),
  );
  for (const { path, hash: named } of resources) t.is(named, `sha256:${hash(readFileSync(join(out, path)))}`);
});

test('the crate tells one action: its program, its inputs by hash, its results, its times, and no machine', async (t) => {
  const out = join(root, 'action');
  await exportRun(run, { out });
  const text = readFileSync(join(out, 'ro-crate-metadata.json'), 'utf8');
  const { '@graph': graph } = crateSchema.parse(JSON.parse(text));
  const entity = (id: string) => graph.find((one) => one['@id'] === id);
  t.like(entity('#run'), { startTime: '2026-01-02T03:04:05.000+00:00', endTime: '2026-01-02T03:05:02.000+00:00' });
  t.like(entity('#sheet'), { sha256: publishSettings.inputs.sheet });
  t.like(entity('./'), { datePublished: '2026-01-02T03:06:00.000Z', license: { '@id': '#licence-unstated' } });
  t.like(entity('#backend'), { value: 'wasm' });
  // Every name that an entity refers to stands in the crate.
  const ids = new Set(graph.map((one) => one['@id']));
  const referred = [...text.matchAll(/\{\s*"@id": "([^"]+)"\s*\}/g)].map((match) => match[1] ?? '');
  t.true(referred.length > 20);
  t.deepEqual(
    referred.filter((id) => !ids.has(id) && !id.startsWith('https://w3id.org/')),
    [],
  );
  for (const name of readdirSync(out)) {
    if (/\.(json|csv)$/.test(name))
      t.notRegex(readFileSync(join(out, name), 'utf8'), /a-machine|a-device|twinfold-export-/, name);
  }
  t.false(existsSync(join(out, 'costs.parquet')));
});

test('the package’s schema has the columns of the CSV in their order, with units, and its key is the subject', async (t) => {
  const out = join(root, 'schema');
  await exportRun(run, { out });
  const { resources } = packageSchema.parse(readJson(out, 'datapackage.json'));
  const cohort = resources.find(({ path }) => path === 'cohort.csv');
  const [header = []]: string[][] = parse(readFileSync(join(out, 'cohort.csv')), { to_line: 1 });
  t.deepEqual(
    cohort?.schema?.fields.map(({ name }) => name),
    header,
  );
  t.deepEqual(cohort?.schema?.primaryKey, ['subject']);
  t.like(
    cohort?.schema?.fields.find(({ name }) => name === 'qrsDuration_ms'),
    { type: 'number', unit: 'ms' },
  );
  for (const { type, unit } of cohort?.schema?.fields ?? []) t.is(type === 'number', unit !== undefined);
});

test('the inputs are a line for each file of each subject, by hash', async (t) => {
  const out = join(root, 'inputs');
  await exportRun(run, { out });
  const lines: Record<string, string>[] = parse(readFileSync(join(out, 'inputs.csv')), { columns: true });
  t.is(lines.length, 40); // an anatomy and an ECG each
  t.deepEqual(lines[0], { subject: 'P00000', input: 'anatomy', sha256: hash('P00000 anatomyInput') });
});

test('two exports are the same bytes, as a folder and as a ZIP, and the ZIP holds the folder', async (t) => {
  const [one, other] = [join(root, 'one'), join(root, 'other')];
  for (const out of [one, other]) {
    await exportRun(run, { out, license: 'CC0-1.0' });
    await exportRun(run, { out: `${out}.zip`, license: 'CC0-1.0' });
  }
  t.is(hash(readFileSync(`${one}.zip`)), hash(readFileSync(`${other}.zip`)));
  const unzipped = unzipSync(readFileSync(`${one}.zip`));
  t.deepEqual(Object.keys(unzipped), readdirSync(one).sort());
  for (const [name, bytes] of Object.entries(unzipped)) {
    t.is(hash(bytes), hash(readFileSync(join(one, name))), name);
    t.is(hash(bytes), hash(readFileSync(join(other, name))), name);
  }
});

test('a table that was changed since it was published is not exported, and a folder that holds other things not written to', async (t) => {
  const taken = join(root, 'taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'thesis.tex'), '');
  await t.throwsAsync(exportRun(run, { out: taken }), {
    message: /taken: holds other files; name an empty or a new folder/,
  });
  const copy = join(root, 'changed');
  await publishInto(join(copy, 'published'), [{ rows, costs: [] }], publishSettings);
  appendFileSync(join(copy, 'published', 'cohort.csv'), 'P99999\n');
  await t.throwsAsync(exportRun(copy, { out: join(root, 'never') }), {
    message: /cohort\.csv: has other bytes than were published; run the study again/,
  });
  t.false(existsSync(join(root, 'never')));
});
