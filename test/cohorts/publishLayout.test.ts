import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { parquetReadObjects } from 'hyparquet';
import { readParquet } from '../../cohorts/parquet.ts';
import type { PublishSettings } from '../../cohorts/publish.ts';
import { partitionOf } from '../../cohorts/publishLayout.ts';
import { runQuery } from '../../cohorts/query.ts';
import { readPublished } from '../../cohorts/readCohort.ts';
import type { SubjectRow } from '../../cohorts/row.ts';
import type { PublishLayout } from '../../cohorts/study.ts';
import { parseStudy } from '../../cohorts/studyFile.ts';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { publishedBytes, publishInto } from '../helpers/publishedCohort.ts';

const compressors = { ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdDecompressSync(bytes)) };
const root = mkdtempSync(join(tmpdir(), 'twinfold-layout-'));
test.after.always(() => rmSync(root, { recursive: true }));

const dividedBy = (publish: PublishLayout): PublishSettings => ({
  ...publishSettings,
  study: { ...publishSettings.study, publish },
});

/** One person without a sex, and one whose answer would lead out of the folder. */
const rows: readonly SubjectRow[] = cohortRows(60).map((row, index) => ({
  ...row,
  covariates: {
    ...row.covariates,
    ...(index === 5 && { sex: null }),
    ...(index === 7 && { smoker: '..' }),
    ...(index === 8 && { smoker: "50% 'a=b'/c" }),
    bmi_kg_m2: index % 2 === 0 ? 20.5 : null,
  },
}));

const begun = new Map<string, Promise<unknown>>();
async function published(name: string, layout: PublishLayout): Promise<string> {
  const folder = join(root, name, 'a=b'); // a folder above that looks like a partition
  const publishing = begun.get(name) ?? publishInto(folder, [{ rows, costs: [] }], dividedBy(layout));
  begun.set(name, publishing);
  await publishing;
  return folder;
}

const LAYOUTS: Readonly<Record<string, PublishLayout>> = {
  'one file': { partitionBy: [], rowsPerFile: null },
  'files of 7 rows': { partitionBy: [], rowsPerFile: 7 },
  'by sex': { partitionBy: ['sex'], rowsPerFile: null },
  'by words, numbers and rows': { partitionBy: ['smoker', 'bmi_kg_m2', 'status'], rowsPerFile: 5 },
};

for (const [name, layout] of Object.entries(LAYOUTS)) {
  test(`a cohort in ${name} answers as one file does`, async (t) => {
    const folder = await published(name, layout);
    const whole = await published('one file', LAYOUTS['one file'] ?? layout);
    const sql = 'select * from cohort order by subject';
    t.deepEqual(await runQuery(folder, sql), await runQuery(whole, sql));
    t.deepEqual(await readPublished(folder, 'cohort'), await readPublished(whole, 'cohort'));
    t.deepEqual(readFileSync(join(folder, 'cohort.csv')), readFileSync(join(whole, 'cohort.csv')));
  });

  test(`a cohort in ${name} has every row once, by subject in each file, and its units`, async (t) => {
    const folder = await published(name, layout);
    const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const names = Object.keys(files).filter((file) => file.startsWith('cohort') && file.endsWith('.parquet'));
    const subjects: string[] = [];
    for (const file of names) {
      const bytes = new Uint8Array(readFileSync(join(folder, file)));
      const found = (await parquetReadObjects({ file: bytes.buffer, compressors })).map(({ subject }) =>
        String(subject),
      );
      t.deepEqual(found, [...found].sort(), file);
      t.true(found.length > 0 && found.length <= (layout.rowsPerFile ?? 60), file);
      subjects.push(...found);
      const { fields } = readParquet(bytes, file).schema;
      t.is(fields.find((field) => field.name === 'qrsDuration_ms')?.metadata.get('unit'), 'ms');
      for (const column of Object.keys(partitionOf(file))) t.false(fields.some((field) => field.name === column));
    }
    t.deepEqual(
      subjects.sort(),
      rows.map(({ subject }) => subject),
    );
  });
}

test('folders are named in the layout that Hive has, and none leads out of the cohort', async (t) => {
  const folder = await published('by words, numbers and rows', {
    partitionBy: ['smoker', 'bmi_kg_m2', 'status'],
    rowsPerFile: 5,
  });
  t.deepEqual(readdirSync(join(folder, 'cohort')).sort(), [
    'smoker=%2E%2E',
    "smoker=50%25%20'a%3Db'%2Fc",
    'smoker=no',
    'smoker=yes',
  ]);
  t.true(
    existsSync(join(folder, 'cohort/smoker=no/bmi_kg_m2=__HIVE_DEFAULT_PARTITION__/status=done/part-00000.parquet')),
  );
  t.deepEqual(
    partitionOf("cohort/smoker=50%25%20'a%3Db'%2Fc/bmi_kg_m2=__HIVE_DEFAULT_PARTITION__/part-00000.parquet"),
    {
      smoker: "50% 'a=b'/c",
      bmi_kg_m2: null,
    },
  );
});

test('parts of any size and order give the same bytes of every file of a divided cohort', async (t) => {
  const settings = dividedBy({ partitionBy: ['sex'], rowsPerFile: 11 });
  const plain = await publishedBytes(rows, settings);
  t.true(plain.size > 10);
  t.deepEqual(await publishedBytes([...rows].reverse(), settings, [], 7), plain);
});

test('a study can be divided by its covariates only, and by columns that are text or numbers', async (t) => {
  const study = (publish: string) =>
    parseStudy(`name: a\nsheet: s.csv\ncovariates: [site]\npublish: ${publish}\n`, 'study.yaml');
  t.deepEqual(study('{partitionBy: [sex, site], rowsPerFile: 50000}').publish, {
    partitionBy: ['sex', 'site'],
    rowsPerFile: 50000,
  });
  t.throws(() => study('{partitionBy: [sights]}'), {
    message: /publish\.partitionBy\.0 is "sights"; expected sex, status/,
  });
  const settings = dividedBy({ partitionBy: ['findings'], rowsPerFile: null });
  await t.throwsAsync(publishedBytes(rows, settings), { message: /"findings" is no text or number/ });
});
