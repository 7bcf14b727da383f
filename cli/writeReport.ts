import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { artifactUri, type Store } from '../activities/artifacts.ts';
import { decodeAnatomy, decodeBeat, decodeTwin } from '../activities/encode.ts';
import { openFolderStore } from '../activities/folderStore.ts';
import { DEFAULT_ANALYSIS } from '../cohorts/analyses/analysis.ts';
import { COLUMN } from '../cohorts/analyses/columns.ts';
import { analyseCohort } from '../cohorts/analyses/index.ts';
import { type ColumnTable, numbersOf } from '../cohorts/analyses/table.ts';
import { readCohort } from '../cohorts/readCohort.ts';
import { buildReport } from '../cohorts/report/buildReport.ts';
import type { QuarantineEntry, ReportInput, TwinShown } from '../cohorts/report/reportInput.ts';
import { resultFiles } from '../cohorts/report/results.ts';
import { activationPng } from '../twin/render/activationPng.ts';
import { publishedFolder, runFolder } from './runFolder.ts';

const manifestSchema = z.object({
  study: z.string(),
  seed: z.number(),
  settings: z.looseObject({
    calibration: z.looseObject({ velocitySpread: z.number() }),
    report: z.looseObject({
      title: z.string().nullable(),
      isSynthetic: z.boolean(),
      bootstrapSamples: z.number(),
      confidence: z.number(),
    }),
  }),
  versions: z.record(z.string(), z.string()),
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});

export interface ReportOptions {
  /** Resamples of each bootstrap interval, where the study's own number shall not be taken. */
  readonly resamples?: number;
}

/** Analyses the published tables of a run and writes `report.html`, `results.json`, `results.csv` and `regressions.csv` beside them. */
export async function writeReport(run: string, options: ReportOptions = {}): Promise<string> {
  const folder = publishedFolder(run);
  const read = async (name: string) => readCohort(await readFile(join(folder, name)), name);
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const { report, calibration } = manifest.settings;
  const table = await read('cohort.parquet');
  const bootstrap = {
    resamples: options.resamples ?? report.bootstrapSamples,
    seed: manifest.seed,
    level: report.confidence,
  };
  const analyses = analyseCohort(table, {
    ...DEFAULT_ANALYSIS,
    ...bootstrap,
    velocitySpread: calibration.velocitySpread,
  });
  const input: ReportInput = {
    table,
    dictionary: dictionaryOf(await read('dictionary.parquet')),
    quarantine: quarantineOf(await read('quarantine.parquet')),
    analyses,
    manifest: {
      study: report.title ?? manifest.study,
      run: manifest.study,
      software: manifest.versions,
      settings: manifest.settings,
      hashes: Object.fromEntries(Object.entries(manifest.files).map(([name, { sha256 }]) => [name, sha256])),
      isSynthetic: report.isSynthetic,
      bootstrap,
    },
    twinsShown: await twinsShown(table, openFolderStore(runFolder(run).store)),
  };
  const path = join(folder, 'report.html');
  await writeFile(path, buildReport(input));
  for (const [name, text] of Object.entries(resultFiles(analyses))) await writeFile(join(folder, name), text);
  return path;
}

const text = (table: ColumnTable, column: string, row: number): string => String(table.columns[column]?.[row] ?? '');

function dictionaryOf(table: ColumnTable): ReportInput['dictionary'] {
  return Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => text(table, 'table', row) === 'cohort')
    .map((row) => ({
      name: text(table, 'column', row),
      unit: text(table, 'unit', row) || null,
      description: text(table, 'description', row),
    }));
}

const stageSchema = z.enum(['read', 'prepare', 'calibrate', 'measure']);

function quarantineOf(table: ColumnTable): QuarantineEntry[] {
  return Array.from({ length: table.rows }, (_, row) => ({
    subject: text(table, 'subject', row),
    stage: stageSchema.parse(text(table, 'failureStage', row)),
    code: text(table, 'failureCode', row),
    message: text(table, 'failureMessage', row),
  }));
}

/** The best, the middle and the worst fit of the cohort: a reader sees the range, not a choice. */
async function twinsShown(table: ColumnTable, store: Store): Promise<TwinShown[]> {
  const correlations = numbersOf(table, COLUMN.correlation);
  const order = Array.from(correlations.keys())
    .filter((row) => Number.isFinite(correlations[row]))
    .sort((a, b) => (correlations[b] ?? 0) - (correlations[a] ?? 0) || a - b);
  const choices = [
    ['best fit', 0],
    ['median fit', Math.floor((order.length - 1) / 2)],
    ['worst fit', order.length - 1],
  ] as const;
  const rows = new Set<number>();
  const shown: TwinShown[] = [];
  for (const [why, rank] of choices) {
    const row = order[rank];
    if (row === undefined || rows.has(row)) continue;
    rows.add(row);
    const correlation = (correlations[row] ?? Number.NaN).toFixed(4);
    const twin = await showTwin(table, row, store, `${why}, correlation ${correlation}`);
    if (twin !== undefined) shown.push(twin);
  }
  return shown;
}

/** Undefined where the store no longer has the twin: the report then does without its picture. */
async function showTwin(
  table: ColumnTable,
  row: number,
  store: Store,
  caption: string,
): Promise<TwinShown | undefined> {
  const read = async (column: string) => {
    const sha256 = text(table, column, row);
    return store.get({ uri: artifactUri(sha256, 'safetensors'), sha256, bytes: 0 }); // found by its hash alone
  };
  const [anatomyBytes, beatBytes, twinBytes] = await Promise.all(
    ['anatomySha256', 'beatSha256', 'twinSha256'].map(read),
  );
  if (anatomyBytes === undefined || beatBytes === undefined || twinBytes === undefined) return undefined;
  const anatomy = decodeAnatomy(anatomyBytes, 'anatomy');
  const beat = decodeBeat(beatBytes, 'beat');
  const twin = decodeTwin(twinBytes, 'twin');
  return {
    subject: text(table, 'subject', row),
    caption,
    interval_ms: beat.interval_ms,
    start_ms: -beat.qrsOnset_ms,
    simulated_mV: twin.ecg_mV,
    recorded_mV: beat.voltage_mV,
    activationPng: activationPng({ ...anatomy, activation_ms: twin.activation_ms }),
  };
}
