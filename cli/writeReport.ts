import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { openStore } from '../activities/stores/openStore.ts';
import { DEFAULT_ANALYSIS } from '../cohorts/analyses/analysis.ts';
import { analyseCohort } from '../cohorts/analyses/index.ts';
import { type ColumnTable, numbersOf, textOf } from '../cohorts/analyses/table.ts';
import { readPublished } from '../cohorts/readCohort.ts';
import { buildReport } from '../cohorts/report/buildReport.ts';
import type { QuarantineEntry, ReportInput } from '../cohorts/report/reportInput.ts';
import { resultFiles } from '../cohorts/report/results.ts';
import type { SubjectCost } from '../cohorts/row.ts';
import { publishedFolder, storeOf } from './runFolder.ts';
import { twinsShown } from './twinsShown.ts';

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
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  const { report, calibration } = manifest.settings;
  const table = await readPublished(folder, 'cohort');
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
    twinsShown: await twinsShown(table, await openStore(storeOf(run))),
  };
  const path = join(folder, 'report.html');
  await writeFile(path, buildReport(input));
  for (const [name, text] of Object.entries(resultFiles(analyses))) await writeFile(join(folder, name), text);
  return path;
}

function dictionaryOf(table: ColumnTable): ReportInput['dictionary'] {
  return Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => textOf(table, 'table', row) === 'cohort')
    .map((row) => ({
      name: textOf(table, 'column', row),
      unit: textOf(table, 'unit', row) || null,
      description: textOf(table, 'description', row),
    }));
}

/** The hash that all rows share; null where they do not share one. */
function settingsHash(table: ColumnTable): string | null {
  const found = new Set((table.columns.settingsSha256 ?? []).filter((hash) => hash !== null));
  const [only] = found;
  return found.size === 1 && typeof only === 'string' ? only : null;
}

function costsOf(table: ColumnTable): SubjectCost[] {
  const [seconds, memory, attempts, started] = ['seconds', 'peakMemory_MB', 'attempts', 'started_ms'].map((column) =>
    numbersOf(table, column),
  );
  return Array.from({ length: table.rows }, (_, row) => {
    const [device, outcome] = [textOf(table, 'device', row), textOf(table, 'outcome', row)];
    return {
      subject: textOf(table, 'subject', row),
      stage: textOf(table, 'stage', row),
      seconds: seconds?.[row] ?? Number.NaN,
      peakMemory_MB: memory?.[row] ?? Number.NaN,
      attempts: attempts?.[row] ?? Number.NaN,
      worker: textOf(table, 'worker', row),
      wasCached: textOf(table, 'wasCached', row) === 'true',
      started_ms: started?.[row] ?? Number.NaN,
      ...(device === '' ? {} : { device }),
      ...(outcome === '' ? {} : { outcome }),
    };
  });
}

const stageSchema = z.enum(['read', 'prepare', 'calibrate', 'measure']);

function quarantineOf(table: ColumnTable): QuarantineEntry[] {
  return Array.from({ length: table.rows }, (_, row) => ({
    subject: textOf(table, 'subject', row),
    stage: stageSchema.parse(textOf(table, 'failureStage', row)),
    code: textOf(table, 'failureCode', row),
    message: textOf(table, 'failureMessage', row),
  }));
}
