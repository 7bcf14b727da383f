/**
 * How well a run found what was planted in its synthetic cohort: `node scripts/compareTruth.ts twinfold-demo`, or with the folders of the
 * population and of the run, `node scripts/compareTruth.ts population run`.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { ColumnTable } from '../cohorts/analyses/table.ts';
import { finishedRows, numbersOf, sexesOf, textOf } from '../cohorts/analyses/table.ts';
import { readCohort } from '../cohorts/readCohort.ts';
import { quantile } from '../cohorts/statistics/bootstrap.ts';
import { summarise } from '../cohorts/statistics/twoGroups.ts';

/** One answer held against what was planted. */
export interface Comparison {
  readonly what: string;
  /** Subjects that have both. */
  readonly n: number;
  /** Numbers by name, in the unit of `what`. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** Column of the cohort, column of the truth; compared as a ratio. */
const RELATIVE = [
  ['lvFibreVelocity_mm_ms', 'lvFibreVelocity_mm_ms'],
  ['lvTransverseVelocity_mm_ms', 'lvTransverseVelocity_mm_ms'],
  ['rvFibreVelocity_mm_ms', 'rvFibreVelocity_mm_ms'],
  ['rvTransverseVelocity_mm_ms', 'rvTransverseVelocity_mm_ms'],
  ['lvMass_g', 'lvMass_g'],
  ['lvVolume_mL', 'lvEdv_mL'],
] as const;
/** The same, compared as a difference in ms. */
const ABSOLUTE = [
  ['qrsDurationRecorded_ms', 'qrsDuration_ms'],
  ['qrsDuration_ms', 'qrsDuration_ms'],
  ['totalActivationTime_ms', 'totalActivationTime_ms'],
  ['qtIntervalRecorded_ms', 'qtInterval_ms'],
  ['qtInterval_ms', 'qtInterval_ms'],
  ['ariMean_ms', 'ariMean_ms'],
  ['ariApicobasal_ms', 'ariApicobasal_ms'],
  ['ariTransmural_ms', 'ariTransmural_ms'],
  ['ariInterventricular_ms', 'ariInterventricular_ms'],
  ['ariAnteroposterior_ms', 'ariAnteroposterior_ms'],
  ['downstroke_ms', 'downstroke_ms'],
] as const;
/** Columns with a standard deviation of their own beside them (`…Sd`); errors are held against it. */
const WITH_SD = [
  'ariMean_ms',
  'ariApicobasal_ms',
  'ariTransmural_ms',
  'ariInterventricular_ms',
  'ariAnteroposterior_ms',
  'ariCoupling',
  'downstroke_ms',
] as const;

/**
 * Errors of a cohort's columns against the truth of the same subjects, and the sex gaps planted, measured and calibrated. Relative errors are
 * found / planted − 1; gaps of durations are men − women in ms, of velocity women / men − 1.
 *
 * @param truth  one row a subject, as in `truth/subjects.csv`
 */
export function compareTruth(cohort: ColumnTable, truth: ColumnTable): Comparison[] {
  const pairs = matchRows(cohort, truth);
  const both = (found: string, planted: string) => {
    const [a, b] = [numbersOf(cohort, found), numbersOf(truth, planted)];
    return pairs
      .map(([row, of]) => [a[row] ?? Number.NaN, b[of] ?? Number.NaN] as const)
      .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  };
  const relative = RELATIVE.map(([found, planted]): Comparison => {
    const errors = both(found, planted)
      .map(([x, y]) => 100 * (x / y - 1))
      .sort((x, y) => x - y);
    const [low, median, high] = [0.25, 0.5, 0.75].map((p) => quantile(errors, p));
    return { what: `${found}, error in %`, n: errors.length, numbers: { median, low, high } };
  });
  const absolute = ABSOLUTE.map(([found, planted]): Comparison => {
    const errors = both(found, planted).map(([x, y]) => x - y);
    const { mean, sd } = summarise(errors);
    return { what: `${found}, error in ms`, n: errors.length, numbers: { bias: mean, sd } };
  });
  const bySd = WITH_SD.map((column): Comparison => {
    const [a, b] = [numbersOf(cohort, column), numbersOf(truth, column)];
    const deviations = numbersOf(cohort, column.endsWith('_ms') ? column.replace('_ms', 'Sd_ms') : `${column}Sd`);
    const squares = pairs
      .map(([row, of]) => (((a[row] ?? Number.NaN) - (b[of] ?? Number.NaN)) / (deviations[row] ?? Number.NaN)) ** 2)
      .filter(Number.isFinite);
    const { mean } = summarise(squares);
    return { what: `${column}, error by its own deviation`, n: squares.length, numbers: { rms: Math.sqrt(mean) } };
  });
  return [...relative, ...absolute, ...bySd, ...sexGaps(cohort, truth, pairs)];
}

function sexGaps(cohort: ColumnTable, truth: ColumnTable, pairs: readonly Pair[]): Comparison[] {
  const sexes = sexesOf(cohort);
  const means = (values: Float64Array, side: 0 | 1) =>
    (['female', 'male'] as const).map((sex) => {
      const rows = pairs.filter(([row]) => sexes[row] === sex).map((pair) => values[pair[side]] ?? Number.NaN);
      return summarise(rows.filter(Number.isFinite)).mean;
    });
  const gap = ([women = Number.NaN, men = Number.NaN]: readonly number[]) => men - women;
  const ratio = ([women = Number.NaN, men = Number.NaN]: readonly number[]) => 100 * (women / men - 1);
  const ofCohort = (column: string) => means(numbersOf(cohort, column), 0);
  const ofTruth = (column: string) => means(numbersOf(truth, column), 1);
  return [
    {
      what: 'QT interval, women − men in ms',
      n: pairs.length,
      numbers: {
        planted: -gap(ofTruth('qtInterval_ms')),
        measured: -gap(ofCohort('qtIntervalRecorded_ms')),
        calibrated: -gap(ofCohort('qtInterval_ms')),
      },
    },
    {
      what: 'QRS duration, men − women in ms',
      n: pairs.length,
      numbers: {
        planted: gap(ofTruth('qrsDuration_ms')),
        measured: gap(ofCohort('qrsDurationRecorded_ms')),
        calibrated: gap(ofCohort('qrsDuration_ms')),
      },
    },
    {
      what: 'LV velocity along fibres, women / men − 1 in %',
      n: pairs.length,
      numbers: {
        planted: ratio(ofTruth('lvFibreVelocity_mm_ms')),
        calibrated: ratio(ofCohort('lvFibreVelocity_mm_ms')),
      },
    },
  ];
}

/** Row of the cohort, row of the truth. */
type Pair = readonly [number, number];

/** Finished subjects that the truth knows. */
function matchRows(cohort: ColumnTable, truth: ColumnTable): Pair[] {
  const finished = finishedRows(cohort);
  const of = new Map(Array.from({ length: truth.rows }, (_, row) => [textOf(truth, 'subject', row), row]));
  return Array.from({ length: cohort.rows }, (_, row) => row).flatMap((row): Pair[] => {
    const match = of.get(textOf(cohort, 'subject', row));
    return finished[row] && match !== undefined ? [[row, match]] : [];
  });
}

/** The truth's table; every column but subject and sex is a number. */
export function parseTruth(csv: string): ColumnTable {
  const records: Record<string, string>[] = parse(csv, { columns: true });
  const names = Object.keys(records[0] ?? {});
  const cell = (name: string, value = '') => (name === 'subject' || name === 'sex' ? value : Number(value));
  return {
    rows: records.length,
    columns: Object.fromEntries(names.map((name) => [name, records.map((record) => cell(name, record[name]))])),
  };
}

/** One line a comparison. */
export const describe = ({ what, n, numbers }: Comparison): string =>
  `${what.padEnd(48)} n ${String(n).padStart(4)}  ${Object.entries(numbers)
    .map(([name, value]) => `${name} ${value.toFixed(1)}`)
    .join('  ')}`;

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [first = 'twinfold-demo', second] = process.argv.slice(2);
  const population = second === undefined ? join(first, 'population') : first;
  const table = join(second ?? join(first, 'run'), 'published', 'cohort.parquet');
  const truth = parseTruth(readFileSync(join(population, 'truth', 'subjects.csv'), 'utf8'));
  for (const comparison of compareTruth(readCohort(readFileSync(table), table), truth)) {
    console.log(describe(comparison));
  }
}
