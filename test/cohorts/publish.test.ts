import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { costsParquet } from '../../cohorts/costs.ts';
import { ROW_GROUP_ROWS, readParquet } from '../../cohorts/parquet.ts';
import { readCohort } from '../../cohorts/readCohort.ts';
import { refusedSubjectRow } from '../../cohorts/refused.ts';
import { decodeRows, encodeRows } from '../../cohorts/rowParts.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import { bodySurfaceArea_m2, unitOfName } from '../../cohorts/tableColumns.ts';
import { openRandom } from '../../twin/random.ts';
import { cohortRows, metrics, publishSettings } from '../helpers/cohortRows.ts';
import { publishedBytes } from '../helpers/publishedCohort.ts';

/** The second implementation reads zstd by what Node brings. */
const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) };

const publish = (rows = cohortRows(30), settings = publishSettings) => publishedBytes(rows, settings);

function fileOf(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, name: string): Uint8Array<ArrayBuffer> {
  const bytes = files.get(name);
  if (bytes === undefined) {
    throw new Error(`${name} was not published`);
  }
  return bytes;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Rows in another order, by a seeded shuffle. */
function shuffled<Value>(values: readonly Value[], seed: number): Value[] {
  const random = openRandom(seed, 'shuffle');
  return values
    .map((value) => ({ value, key: random.uniform() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}

test('rows in any order, whole or in parts, give the same bytes of every file', async (t) => {
  const rows = cohortRows(60);
  const plain = await publish(rows);
  t.deepEqual(await publish(shuffled(rows, 3)), plain);
  t.deepEqual(await publishedBytes(shuffled(rows, 4), publishSettings, [], 7), plain);
});

test('a second reader of Parquet finds every value, and null where a value is missing', async (t) => {
  const rows = cohortRows(30);
  const file = fileOf(await publish(rows), 'cohort.parquet').buffer;
  const found = await parquetReadObjects({ file, compressors });
  t.is(found.length, rows.length);
  for (const [index, row] of rows.entries()) {
    const read = found[index] ?? {};
    t.is(read.subject, row.subject);
    t.is(read.status, row.status);
    t.is(read.crp, row.covariates.crp);
    t.is(read.smoker, row.covariates.smoker);
    const qrs = row.metrics.qrsDuration_ms;
    t.is(read.qrsDuration_ms, qrs === undefined ? null : qrs);
    t.is(read.fitCorrelation, row.metrics.fitCorrelation === 0.99 ? 0.99 : null);
    t.deepEqual(read.findings, [...new Set(row.findings)].sort());
    t.is(read.failureMessage, row.failure?.message ?? null);
  }
});

test('every number has a unit and every column a description inside the file', async (t) => {
  const fields = readParquet(fileOf(await publish(), 'cohort.parquet'), 'cohort.parquet').schema.fields;
  for (const { name, type, metadata } of fields) {
    t.truthy(metadata.get('description'), name);
    t.is(String(type) === 'Float64', metadata.has('unit'), name);
  }
  const units = new Map(fields.map(({ name, metadata }) => [name, metadata.get('unit')]));
  t.is(units.get('qrsDuration_ms'), 'ms');
  t.is(units.get('crp'), 'mg/L');
  t.is(units.get('bmi_kg_m2'), 'kg/m2');
});

test('the file is zstd with statistics, in groups of at most 5,000 rows', async (t) => {
  const rows = Array.from({ length: 2 * ROW_GROUP_ROWS + 1 }, (_, index) => ({
    ...refusedSubjectRow({ line: index, subject: null, covariates: {}, message: 'm' }),
  }));
  const file = fileOf(await publish(rows), 'cohort.parquet').buffer;
  const metadata = await parquetMetadataAsync(file);
  t.deepEqual(
    metadata.row_groups.map(({ num_rows }) => Number(num_rows)),
    [5000, 5000, 1],
  );
  const subject = metadata.row_groups[0]?.columns[0]?.meta_data;
  t.is(subject?.codec, 'ZSTD');
  t.is(subject?.statistics?.min_value, '_line0');
  t.is(parquetSchema(metadata).children[0]?.element.name, 'subject');
});

test('a quarantined subject stays in the cohort with its failure, and stands in the quarantine', async (t) => {
  const files = await publish();
  const cohort = readCohort(fileOf(files, 'cohort.parquet'), 'cohort.parquet');
  const quarantine = readCohort(fileOf(files, 'quarantine.parquet'), 'quarantine.parquet');
  t.is(cohort.rows, 30);
  t.deepEqual(quarantine.columns.subject, ['P00003', 'P00013', 'P00023']);
  t.is(cohort.columns.status?.[3], 'quarantined');
  t.is(cohort.columns.failureCode?.[3], 'BadAnatomy');
  t.is(cohort.columns.qrsDuration_ms?.[3], null);
});

test('a refused row of the sheet is a row of the cohort under a name that no subject can have', async (t) => {
  const refused = refusedSubjectRow({
    line: 7,
    subject: null,
    covariates: {},
    message: 's.csv:7: the subject is empty',
  });
  const cohort = readCohort(fileOf(await publish([...cohortRows(3), refused]), 'cohort.parquet'), 'cohort.parquet');
  t.deepEqual(cohort.columns.subject, ['P00000', 'P00001', 'P00002', '_line7']);
  t.is(cohort.columns.failureStage?.[3], 'read');
});

test('the dictionary names every column of every published table', async (t) => {
  const files = await publish();
  const dictionary = readCohort(fileOf(files, 'dictionary.parquet'), 'dictionary.parquet').columns;
  for (const table of ['cohort', 'quarantine']) {
    const columns = Object.keys(readCohort(fileOf(files, `${table}.parquet`), table).columns);
    t.deepEqual(
      dictionary.column?.filter((_, row) => dictionary.table?.[row] === table),
      columns,
    );
  }
  const costs = Object.keys(readCohort(costsParquet([]), 'costs').columns);
  t.deepEqual(
    dictionary.column?.filter((_, row) => dictionary.table?.[row] === 'costs'),
    costs,
  );
});

test('the CSV holds the same numbers to the last digit, through quotes and line ends', async (t) => {
  const files = await publish();
  const lines = parse(textOf(fileOf(files, 'cohort.csv')), { columns: true }) as Record<string, string>[];
  const cohort = readCohort(fileOf(files, 'cohort.parquet'), 'cohort.parquet');
  for (const [name, values] of Object.entries(cohort.columns)) {
    t.deepEqual(
      lines.map((line) =>
        line[name] === '' ? null : typeof values.find((v) => v !== null) === 'number' ? Number(line[name]) : line[name],
      ),
      name === 'findings' ? values.map((value) => value || null) : [...values],
      name,
    );
  }
});

test('the manifest has the hash of every other file and says nothing of time or place', async (t) => {
  const files = await publish();
  const manifest = JSON.parse(textOf(fileOf(files, 'manifest.json')));
  t.deepEqual(manifest.counts, { done: 27, quarantined: 3, subjects: 30 });
  t.deepEqual(Object.keys(manifest.files), [...files.keys()].filter((name) => name !== 'manifest.json').sort());
  for (const [name, { sha256: hash, bytes }] of Object.entries<{ sha256: string; bytes: number }>(manifest.files)) {
    t.is(hash, createHash('sha256').update(fileOf(files, name)).digest('hex'));
    t.is(bytes, fileOf(files, name).length);
  }
  t.notRegex(textOf(fileOf(files, 'manifest.json')), /\d{4}-\d\d-\d\d|T\d\d:|\/home|subjects\.csv/);
});

test('an empty cohort is published with all its columns', async (t) => {
  const files = await publish([]);
  t.is(readCohort(fileOf(files, 'cohort.parquet'), 'cohort').rows, 0);
  t.true(Object.keys(readCohort(fileOf(files, 'cohort.parquet'), 'cohort').columns).includes('qrsDuration_ms'));
});

test('two rows of a subject, an unknown metric, or two columns of one name are refused', async (t) => {
  const [row] = cohortRows(1);
  if (row === undefined) {
    return t.fail();
  }
  await t.throwsAsync(publish([row, row]), { message: /P00000 has two rows/ });
  await t.throwsAsync(publish([{ ...row, metrics: { heartRate_bpm: 60 } }]), { message: /heartRate_bpm/ });
  const study = parseStudy('name: a\nsheet: s.csv\ncovariates: [QRSDURATION_MS]\n', 'study.yaml');
  await t.throwsAsync(publish([row], { ...publishSettings, study }), {
    message: /"qrsDuration_ms" would stand beside "QRSDURATION_MS"/,
  });
});

test('a part file gives back its rows; a damaged one says where', (t) => {
  const rows = cohortRows(5).map((row) => ({
    ...row,
    metrics: Object.fromEntries(
      Object.entries(row.metrics).map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
    ),
  }));
  const bytes = encodeRows(rows);
  t.deepEqual(decodeRows(bytes, 'part'), rows);
  t.throws(() => decodeRows(bytes.subarray(0, bytes.length - 5), 'part'), {
    message: /^part: the last line has no end/,
  });
  t.throws(() => decodeRows(new TextEncoder().encode('{}\n'), 'part'), { message: /^part:1: not a row/ });
});

test('body surface of 180 cm and 80 kg is 2 m², and missing where height is', (t) => {
  t.is(bodySurfaceArea_m2(180, 80), 2);
  t.true(Number.isNaN(bodySurfaceArea_m2(Number.NaN, 80)));
});

test('the longest known ending of a name is its unit', (t) => {
  t.is(unitOfName('bmi_kg_m2'), 'kg/m2');
  t.is(unitOfName('lvMass_g'), 'g');
  t.is(unitOfName('velocity_mm_ms'), 'mm/ms');
  t.is(unitOfName('ms'), null);
  t.is(unitOfName('smoker'), null);
  for (const { name, unit } of metrics) {
    t.is(unitOfName(name) ?? '1', unit);
  }
});
