/**
 * Compares the draws of a run on a synthetic cohort with what was planted in its people, and writes a table in Markdown:
 *
 *     node scripts/drawCoverage.ts RUN POPULATION/truth
 *
 * RUN is a finished run with `calibration.ensembleMembers`, on people of `twinfold synthesize`. The interval of a twin is that in which a truth lies that is
 * drawn from the same normal as its M draws (docs/uncertainty.md#intervals-of-one-twin). Velocities and the downstroke's width are logarithms.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openTables } from '../cohorts/query.ts';
import { studentQuantile } from '../cohorts/statistics/distributions.ts';
import { DRAW_METRICS } from '../twin/ensemble/memberDraws.ts';

const [run, truthFolder] = process.argv.slice(2);
if (run === undefined || truthFolder === undefined) throw new Error('expected: node scripts/drawCoverage.ts RUN TRUTH');
const truthSchema = z.record(z.string(), z.unknown());
const isLogarithmic = (column: string): boolean => /Velocity_mm_ms$|^downstroke_ms$/.test(column);
const LEVEL = 0.95;

interface Twin {
  readonly truth: number;
  readonly draws: readonly number[];
}

/** Draws of a column by subject, with the planted number; those without either are left out. */
async function twinsOf(column: string): Promise<Twin[]> {
  const tables = await openTables({ folder: join(run ?? '', 'published') });
  try {
    const { rows } = await tables.ask(
      'SELECT subject, list(COLUMNS(name -> name = $column) ORDER BY draw) FROM draws GROUP BY subject ORDER BY subject',
      { column },
    );
    const scaled = isLogarithmic(column) ? Math.log : (value: number) => value;
    return rows.flatMap(([subject, list]) => {
      const file = readFileSync(join(truthFolder ?? '', `${subject}.json`), 'utf8');
      const truth = Number(truthSchema.parse(JSON.parse(file))[column] ?? Number.NaN);
      const draws = z
        .array(z.number().nullable())
        .parse(list)
        .flatMap((value) => (value === null ? [] : [scaled(value)]));
      return draws.length < 2 || Number.isNaN(truth) ? [] : [{ truth: scaled(truth), draws }];
    });
  } finally {
    tables.close();
  }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
};

function lineOf(column: string, twins: readonly Twin[]): string {
  const errors = twins.map(({ truth, draws }) => meanOf(draws) - truth);
  const rmse = Math.sqrt(meanOf(errors.map((error) => error ** 2)));
  const spread = Math.sqrt(meanOf(twins.map(({ draws }) => varianceOf(draws))));
  const halves = twins.map(
    ({ draws: { length }, draws }) =>
      studentQuantile(1 - (1 - LEVEL) / 2, length - 1) * Math.sqrt(varianceOf(draws) * (1 + 1 / length)),
  );
  const covered = errors.filter((error, at) => Math.abs(error) <= (halves[at] ?? 0)).length;
  const [scale, unit, decimals] = isLogarithmic(column)
    ? [100, ' %', 0]
    : column.endsWith('_ms')
      ? [1, ' ms', 1]
      : [1, '', 2];
  const words = (value: number) => `${(scale * value).toFixed(decimals)}${unit}`;
  const people = Math.sqrt(varianceOf(twins.map(({ truth }) => truth)));
  return `| ${column} | ${words(people)} | ${words(meanOf(errors))} | ${words(rmse)} | ${words(spread)} | ${(rmse / spread).toFixed(2)} | ± ${words(meanOf(halves))} | ${covered} of ${twins.length} |`;
}

const lines: string[] = [];
for (const column of DRAW_METRICS) {
  const twins = await twinsOf(column);
  if (twins.length > 1) lines.push(lineOf(column, twins));
}
process.stdout.write(`| planted number | people's spread | bias | RMSE | draws' spread | RMSE/spread | interval | covered |
|---|--:|--:|--:|--:|--:|--:|--:|
${lines.join('\n')}
`);
