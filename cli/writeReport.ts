import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openStore } from '../activities/stores/openStore.ts';
import { DEFAULT_ANALYSIS, type TablesBeside } from '../cohorts/analyses/analysis.ts';
import { analyseCohort } from '../cohorts/analyses/index.ts';
import type { ColumnTable } from '../cohorts/analyses/table.ts';
import { calibration } from '../cohorts/calibrationSchema.ts';
import { currentRows } from '../cohorts/counterfactuals/currentRows.ts';
import { readCohort, readPublished } from '../cohorts/readCohort.ts';
import { buildReport } from '../cohorts/report/buildReport.ts';
import type { ReportInput } from '../cohorts/report/reportInput.ts';
import { resultFiles } from '../cohorts/report/results.ts';
import { costsOf, dictionaryOf, quarantineOf } from './reportTables.ts';
import { publishedFolder, storeOf } from './runFolder.ts';
import { pagesAmong, writeSubjectPages } from './subjectPages.ts';
import { type SubjectsAsked, subjectsAsked } from './subjectPagesAsked.ts';
import { twinsShown } from './twinsShown.ts';

const manifestSchema = z.object({
  study: z.string(),
  seed: z.number(),
  settings: z.looseObject({
    covariates: z.array(z.string()),
    calibration: calibration.pick({ velocitySpread: true, repolarisation: true }).loose(),
    report: z.looseObject({
      title: z.string().nullable(),
      isSynthetic: z.boolean(),
      bootstrapSamples: z.number(),
      confidence: z.number(),
      population: z.record(z.string(), z.record(z.string(), z.number())).optional(),
    }),
  }),
  versions: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});

export interface ReportOptions {
  /** Resamples of each bootstrap interval, where the study's own number shall not be taken. */
  readonly resamples?: number;
  /** Subjects who get a page of their own; `shown` where nothing is said */
  readonly subjects?: SubjectsAsked;
  /** Told from time to time how many subjects' pages are written */
  readonly onSubject?: (written: number, asked: number) => void;
  /** Told how many rows of counterfactual twins were left out, since their subjects were twinned again */
  readonly onOutdated?: (rows: number) => void;
}

/**
 * Analyses the published tables of a run and writes beside them `report.html` with its folders `tables` and `subjects`, `results.json`, `results.csv`,
 * `estimates.csv` and `regressions.csv`. What an earlier report left in the two folders and this one does not write is removed.
 *
 * @throws TwinError BadStudy where nothing is published, or a subject is asked for that the run does not have
 */
export async function writeReport(run: string, options: ReportOptions = {}): Promise<string> {
  const folder = publishedFolder(run);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const { report, calibration: calibrated } = manifest.settings;
  const table = await readPublished(folder, 'cohort');
  const bootstrap = {
    resamples: options.resamples ?? report.bootstrapSamples,
    seed: manifest.seed,
    level: report.confidence,
  };
  const settings = {
    ...DEFAULT_ANALYSIS,
    ...bootstrap,
    velocitySpread: calibrated.velocitySpread,
    repolarisation: calibrated.repolarisation,
    covariates: manifest.settings.covariates,
    ...(report.population && { target: report.population }),
  };
  const beside = await tablesBeside(folder);
  const { outdated, ...current } = currentRows(table, beside);
  if (outdated > 0) options.onOutdated?.(outdated);
  const analyses = analyseCohort(table, settings, { ...current, ...(beside.draws && { draws: beside.draws }) });
  const store = await openStore(storeOf(run));
  const asked = pagesAmong(table, subjectsAsked(table, options.subjects ?? { kind: 'shown' }));
  const input: ReportInput = {
    table,
    dictionary: dictionaryOf(await readPublished(folder, 'dictionary')),
    quarantine: quarantineOf(await readPublished(folder, 'quarantine')),
    analyses,
    manifest: {
      study: report.title ?? manifest.study,
      run: manifest.study,
      settingsSha256: settingsHash(table),
      software: manifest.versions,
      settings: manifest.settings,
      hashes: Object.fromEntries(Object.entries(manifest.files).map(([name, { sha256 }]) => [name, sha256])),
      isSynthetic: report.isSynthetic,
      bootstrap,
    },
    costs: costsOf(await readPublished(folder, 'costs')),
    twinsShown: await twinsShown(table, store),
    subjectPages: new Set(asked.map(({ subject }) => subject)),
  };
  const path = join(folder, 'report.html');
  const { html, tables } = buildReport(input);
  await writeFile(path, html);
  for (const [name, text] of Object.entries(resultFiles(analyses))) await writeFile(join(folder, name), text);
  await replaceFiles(
    join(folder, 'tables'),
    tables.map(({ id, text }) => ({ name: `${id}.csv`, text })),
  );
  const written = await writeSubjectPages(folder, { input, store, asked, onSubject: options.onSubject });
  await removeOthers(join(folder, 'subjects'), '.html', written);
  return path;
}

/** The tables of further questions that were published beside the cohort's. */
async function tablesBeside(folder: string): Promise<TablesBeside> {
  const read = async (name: string): Promise<ColumnTable | undefined> => {
    const path = join(folder, name);
    return existsSync(path) ? readCohort(await readFile(path), name) : undefined;
  };
  const [reference, swaps, draws] = await Promise.all(
    ['reference.parquet', 'swaps.parquet', 'draws.parquet'].map(read),
  );
  return { ...(reference && { reference }), ...(swaps && { swaps }), ...(draws && { draws }) };
}

/** The hash that all rows share; null where they do not share one. */
function settingsHash(table: ColumnTable): string | null {
  const found = new Set((table.columns.settingsSha256 ?? []).filter((hash) => hash !== null));
  const [only] = found;
  return found.size === 1 && typeof only === 'string' ? only : null;
}

/** Writes the files of a folder of ours. */
async function replaceFiles(
  folder: string,
  files: readonly { readonly name: string; readonly text: string }[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, text } of files) await writeFile(join(folder, name), text);
  await removeOthers(
    folder,
    '.csv',
    files.map(({ name }) => name),
  );
}

/** Removes what an earlier report wrote and this one did not: it would tell of other numbers. */
async function removeOthers(folder: string, ending: string, kept: readonly string[]): Promise<void> {
  if (!existsSync(folder)) return;
  const known = new Set(kept);
  for (const name of await readdir(folder)) {
    if (name.endsWith(ending) && !known.has(name)) await rm(join(folder, name));
  }
}
