import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { readVersions } from '../activities/records/versions.ts';
import { sha256 } from '../activities/stores/artifacts.ts';
import { openFolderFiles } from '../activities/stores/files.ts';
import { writeWhole } from '../activities/stores/writeWhole.ts';
import { csvText } from '../cohorts/csv.ts';
import type { DictionaryEntry } from '../cohorts/dictionary.ts';
import { dataPackage, type ExportedCohort } from '../cohorts/provenance/dataPackage.ts';
import { DATA_PACKAGE_FILE, INPUTS_FILE, RO_CRATE_FILE } from '../cohorts/provenance/exportedFile.ts';
import { roCrate } from '../cohorts/provenance/roCrate.ts';
import type { PublishedFile } from '../cohorts/publishedFile.ts';
import { runQuery } from '../cohorts/query.ts';
import { currentVersion, versionOf } from '../cohorts/versions.ts';
import {
  DERIVED_DICTIONARY,
  DERIVED_FOLDER,
  DERIVED_MANIFEST,
  type DerivedTableName,
  findDerived,
} from '../cohorts/waveforms/derivedTables.ts';
import { TwinError } from '../twin/errors.ts';
import { publishedFolder } from './runFolder.ts';
import { writeZip } from './writeZip.ts';

export interface ExportOptions {
  /** A folder, or a file that ends in `.zip` */
  readonly out: string;
  /** Licence of the tables, where the study states none or another one */
  readonly license?: string;
  /** Who answers for the tables */
  readonly organization?: string;
  /** Tables made from the stored twins that are to be exported as well */
  readonly derived?: readonly DerivedTableName[];
}

export interface Exported {
  readonly out: string;
  readonly version: string;
  readonly license: string | null;
  readonly files: readonly PublishedFile[];
}

/** What is exported when it is there, beside the files of the manifest. Costs stay behind: they name machines. */
const REPORT_FILES: readonly string[] = [
  'reference.parquet',
  'swaps.parquet',
  'report.html',
  'results.json',
  'results.csv',
  'estimates.csv',
  'regressions.csv',
];

const manifestSchema = z.object({
  study: z.string(),
  seed: z.number(),
  settings: z.looseObject({
    report: z.looseObject({ title: z.string().nullable(), isSynthetic: z.boolean() }),
    publish: z.looseObject({ license: z.string().optional() }).optional(),
  }),
  versions: z.record(z.string(), z.string()),
  inputs: z.record(z.string(), z.string()),
  counts: z.object({ subjects: z.int(), done: z.int(), quarantined: z.int() }),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.int() })),
});

/**
 * Writes a run's published tables with what catalogues read: an RO-Crate and a Data Package, each file by its hash. Equal runs and
 * options give equal bytes.
 *
 * @throws TwinError BadStudy where nothing is published or the place is taken; BadInput where a table is not what was published
 */
export async function exportRun(
  run: string,
  { out, license, organization, derived = [] }: ExportOptions,
): Promise<Exported> {
  const folder = publishedFolder(run);
  const isZip = out.endsWith('.zip');
  if (!isZip) await checkPlace(out);
  const text = await readFile(join(folder, 'manifest.json'));
  const manifest = manifestSchema.parse(JSON.parse(text.toString('utf8')));
  const files: PublishedFile[] = [];
  for (const [name, { sha256: hash, bytes }] of Object.entries(manifest.files)) {
    const found = await describeFile(folder, name);
    if (found?.sha256 !== hash) {
      const what = found === undefined ? 'is not there' : 'has other bytes than were published';
      throw new TwinError('BadInput', `${join(folder, name)}: ${what}; run the study again, which costs no twin`);
    }
    files.push({ name, sha256: hash, bytes });
  }
  for (const name of ['manifest.json', ...REPORT_FILES]) {
    const found = await describeFile(folder, name);
    if (found !== undefined) files.push({ name, ...found });
  }
  files.push(...(await derivedFiles(folder, derived)));
  const inputs = new TextEncoder().encode(await inputsCsv(folder));
  files.push(describeBytes(INPUTS_FILE, inputs));
  const { report, publish } = manifest.settings;
  const stated = license ?? publish?.license ?? null;
  const cohort: ExportedCohort = {
    study: manifest.study,
    title: report.title ?? manifest.study,
    description: describe(manifest.counts, report.isSynthetic),
    license: stated,
    organization: organization ?? null,
    version: versionOf(sha256(text)),
    publishedAt: await publishedAt(folder),
    files,
    dictionary: await readDictionary(folder),
  };
  const packageBytes = dataPackage(cohort);
  const all = [...files, describeBytes(DATA_PACKAGE_FILE, packageBytes)];
  const crateBytes = roCrate(
    { ...cohort, files: all },
    { ...manifest, ...(await timesOf(folder)), backends: await backendsOf(folder) },
  );
  const made = new Map([
    [INPUTS_FILE, inputs],
    [DATA_PACKAGE_FILE, packageBytes],
    [RO_CRATE_FILE, crateBytes],
  ]);
  const copied = files.map(({ name }) => name).filter((name) => !made.has(name));
  if (isZip) await writeZip(out, folder, copied, made);
  else await writeFolder(out, folder, copied, made);
  return { out: resolve(out), version: cohort.version, license: stated, files: all };
}

const describe = (
  { subjects, done, quarantined }: { subjects: number; done: number; quarantined: number },
  isSynthetic: boolean,
) =>
  `Cohort of cardiac digital twins fitted to 12-lead ECGs${isSynthetic ? ' of synthetic people, who were made up' : ''}: ${subjects} subjects, ${done} with a twin, ${quarantined} quarantined with their reasons.`;

/** An empty or absent folder, or one that was exported into before. */
async function checkPlace(out: string): Promise<void> {
  if (!existsSync(out)) return;
  if (!(await stat(out)).isDirectory())
    throw new TwinError('BadStudy', `${out}: is a file; name a folder, or a file that ends in .zip`);
  const entries = await readdir(out);
  if (entries.length > 0 && !entries.includes(RO_CRATE_FILE))
    throw new TwinError('BadStudy', `${out}: holds other files; name an empty or a new folder under --out`);
}

/** Those tables with their list and what the dictionary says of them. */
async function derivedFiles(folder: string, names: readonly DerivedTableName[]): Promise<PublishedFile[]> {
  if (names.length === 0) return [];
  const found = await findDerived(folder);
  if (names.some((table) => found?.manifest.tables[table] === undefined))
    throw new TwinError('BadInput', `${folder}: lacks ${names.join(', ')}; twinfold export RUN --tables makes them`);
  const files: PublishedFile[] = [];
  for (const file of [DERIVED_MANIFEST, DERIVED_DICTIONARY, ...names.map((table) => `${table}.parquet`)]) {
    const name = `${DERIVED_FOLDER}/${file}`;
    const described = await describeFile(folder, name);
    if (described !== undefined) files.push({ name, ...described });
  }
  return files;
}

async function describeFile(folder: string, name: string): Promise<Omit<PublishedFile, 'name'> | undefined> {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

const describeBytes = (name: string, bytes: Uint8Array): PublishedFile => ({
  name,
  sha256: sha256(bytes),
  bytes: bytes.length,
});

async function writeFolder(
  out: string,
  folder: string,
  copied: readonly string[],
  made: ReadonlyMap<string, Uint8Array>,
) {
  for (const name of copied) {
    const path = join(out, name);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(join(folder, name), path);
  }
  for (const [name, bytes] of made) await writeWhole(join(out, name), bytes);
}

/** Hashes of what each twin was made of, by subject: a line a file. */
async function inputsCsv(folder: string): Promise<string> {
  const columns = ['anatomy', 'ecg', 'electrodes', 'torso'];
  const known = new Set(
    (await runQuery(folder, `select "column" from dictionary where "table" = 'cohort'`)).rows.flat(),
  );
  const parts = columns
    .filter((input) => known.has(`${input}InputSha256`)) // tables of before all of them were kept have two
    .map((input) => `select subject, '${input}' as input, "${input}InputSha256" as sha256 from cohort`);
  const sql = `select * from (${parts.join(' union all ')}) where sha256 is not null order by subject, input`;
  const { rows } = await runQuery(folder, sql);
  return csvText([['subject', 'input', 'sha256'], ...rows.map((row) => row.map(String))]);
}

const dictionaryRow = z.object({
  table: z.string(),
  column: z.string(),
  type: z.enum(['text', 'number', 'integer', 'boolean', 'textList', 'numberList']),
  unit: z.string().nullable(),
  description: z.string(),
  source: z.string(),
});

async function readDictionary(folder: string): Promise<DictionaryEntry[]> {
  const { columns, rows } = await runQuery(folder, 'select * from dictionary');
  return rows.map((row) => {
    const named = Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]));
    const { column, ...entry } = dictionaryRow.parse(named);
    return { ...entry, name: column };
  });
}

/** Compute backends of the twins; tables of before they were kept name none. */
async function backendsOf(folder: string): Promise<string[]> {
  const known = await runQuery(folder, `select 1 from dictionary where "table" = 'cohort' and "column" = 'backend'`);
  if (known.rows.length === 0) return [];
  const { rows } = await runQuery(
    folder,
    'select distinct backend from cohort where backend is not null order by backend',
  );
  return rows.map(([name]) => String(name));
}

/** When the first of the stages began and the last one ended, as the costs have it. */
async function timesOf(folder: string): Promise<{ startedAt: string | null; endedAt: string | null }> {
  const none = { startedAt: null, endedAt: null };
  if (!existsSync(join(folder, 'costs.parquet'))) return none;
  const sql = 'select min(started_ms), max(started_ms + 1000 * seconds) from costs';
  const [[first, last] = []] = await runQuery(folder, sql).then(
    ({ rows }) => rows,
    () => [], // costs of before times were kept
  );
  if (typeof first !== 'number' || typeof last !== 'number') return none;
  return { startedAt: new Date(first).toISOString(), endedAt: new Date(last).toISOString() };
}

/** When the tables became the run's, as its versions have it. */
async function publishedAt(folder: string): Promise<string> {
  const version = currentVersion(await readVersions(openFolderFiles(folder)));
  return version?.publishedAt ?? (await stat(join(folder, 'manifest.json'))).mtime.toISOString();
}
