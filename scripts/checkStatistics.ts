/**
 * Recomputes every statistic on sex and size elsewhere: regressions, Welch's tests, decompositions, mediation, indices, matched pairs, sensitivities and
 * adjusted p values with statsmodels and scipy, bootstrap intervals with scipy's, and the regressions once more with a checker of one's own.
 *
 *     node scripts/checkStatistics.ts [RUN] [--rows 500] [--python python3] [--checker check_stats.py] [--no-bootstrap]
 *
 * RUN is the folder of a published run; without it a made-up table of `--rows` subjects is taken. The Python needs numpy, pandas, pyarrow, scipy and statsmodels.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { adjustedEstimates } from '../cohorts/analyses/adjustedEstimates.ts';
import { DEFAULT_ANALYSIS } from '../cohorts/analyses/analysis.ts';
import { analyses } from '../cohorts/analyses/index.ts';
import type { ColumnTable } from '../cohorts/analyses/table.ts';
import { csvText } from '../cohorts/csv.ts';
import { readPublished } from '../cohorts/readCohort.ts';
import { type CheckedAnswers, runChecker } from './statistics/driveChecker.ts';
import { madeUpTable } from './statistics/madeUpTable.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '500' },
    python: { type: 'string', default: 'python3' },
    checker: { type: 'string' },
    bootstrap: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const [run] = positionals;
const table =
  run === undefined ? madeUpTable(Number(values.rows), 1) : await readPublished(resolve(run, 'published'), 'cohort');
const begun = process.cpuUsage();
const settings = { ...DEFAULT_ANALYSIS, velocitySpread: 0.15 };
const answers: CheckedAnswers = adjustedEstimates({
  regressionShare: analyses.regressionShare.run(table, settings),
  mediation: analyses.mediation.run(table, settings),
  velocityBySex: analyses.velocityBySex.run(table, settings),
  repolarisationBySex: analyses.repolarisationBySex.run(table, settings),
  indexedQrs: analyses.indexedQrs.run(table, settings),
  matchedSize: analyses.matchedSize.run(table, settings),
  sensitivity: analyses.sensitivity.run(table, settings),
});
const { user, system } = process.cpuUsage(begun);
const records = Object.values(answers).flatMap(({ estimates }) => estimates);
console.log(
  `${run ?? 'made-up table'}: ${table.rows} rows, ${records.length} estimates in ${((user + system) / 1e6).toFixed(1)} CPU s`,
);
const scratch = mkdtempSync(join(tmpdir(), 'twinfold-statistics-'));
let isRight = true;
try {
  const [tablePath, resultsPath] = [join(scratch, 'cohort.csv'), join(scratch, 'results.json')];
  writeFileSync(tablePath, tableText(table));
  writeFileSync(
    resultsPath,
    JSON.stringify(answers, (_, value: unknown) =>
      Number.isFinite(value) || typeof value !== 'number' ? value : null,
    ),
  );
  const script = join(import.meta.dirname, 'statistics', 'recompute.py');
  const bootstrap = values.bootstrap ? ['--bootstrap', '--resamples', String(DEFAULT_ANALYSIS.resamples)] : [];
  const { status, error } = spawnSync(values.python, ['-B', script, tablePath, resultsPath, ...bootstrap], {
    stdio: 'inherit',
  });
  if (error) throw error;
  isRight = status === 0;
  if (values.checker !== undefined) {
    isRight =
      runChecker({ python: values.python, checker: values.checker, tablePath, resultsPath, answers, scratch }) &&
      isRight;
  }
} finally {
  rmSync(scratch, { recursive: true });
}
process.exitCode = isRight ? 0 : 1;

/** All cells in their shortest decimal form that reads back to the same bits. */
function tableText({ columns, rows }: ColumnTable): string {
  const names = Object.keys(columns);
  const lines = Array.from({ length: rows }, (_, row) => names.map((name) => columns[name]?.[row] ?? null));
  return csvText([names, ...lines]);
}
