import { DEFAULT_VELOCITY } from '../../twin/calibrate/twin.ts';
import { DEFAULT_REPOLARISATION, type RepolarisationSettings } from '../../twin/repolarisation/repolarisation.ts';
import type { Likelihood } from '../statistics/hierarchical.ts';
import type { AnalysisSettings } from './analysis.ts';
import { COLUMN, labelOf } from './columns.ts';
import { type ColumnTable, numbersOf, textOf } from './table.ts';

/** A calibrated number with its prior, on the scale on which that is Gaussian. */
export interface PosteriorParameter {
  /** Of the cohort table */
  readonly column: string;
  readonly label: string;
  /** `ms`, `ms/ms` (a pure number that is no share) or `mm/ms` */
  readonly unit: string;
  /** Whether prior and posterior are of the logarithm: deviations are then relative */
  readonly isLogarithmic: boolean;
  /** Undefined where it is not known; a deviation of 0 held the parameter */
  readonly prior: Likelihood | undefined;
  /** Column of the posterior's standard deviation, where the cohort table has one */
  readonly sdColumn: string;
}

const VELOCITIES = [
  [COLUMN.lvFibreVelocity, DEFAULT_VELOCITY.fibre_mm_ms],
  [COLUMN.lvTransverseVelocity, DEFAULT_VELOCITY.transverse_mm_ms],
  [COLUMN.rvFibreVelocity, DEFAULT_VELOCITY.fibre_mm_ms],
  [COLUMN.rvTransverseVelocity, DEFAULT_VELOCITY.transverse_mm_ms],
] as const;

const REPOLARISATION = [
  ['ari_ms', 'ariMean_ms', 'ariMeanSd_ms', 'ms'],
  ['apicobasal_ms', 'ariApicobasal_ms', 'ariApicobasalSd_ms', 'ms'],
  ['transmural_ms', 'ariTransmural_ms', 'ariTransmuralSd_ms', 'ms'],
  ['interventricular_ms', 'ariInterventricular_ms', 'ariInterventricularSd_ms', 'ms'],
  ['anteroposterior_ms', 'ariAnteroposterior_ms', 'ariAnteroposteriorSd_ms', 'ms'],
  ['coupling', 'ariCoupling', 'ariCouplingSd', 'ms/ms'],
  ['downstroke_ms', 'downstroke_ms', 'downstrokeSd_ms', 'ms'],
] as const satisfies readonly (readonly [keyof RepolarisationSettings, string, string, string])[];

/** Every calibrated parameter that has a prior, in the order of the report. */
export function posteriorParameters({ velocitySpread, repolarisation }: AnalysisSettings): PosteriorParameter[] {
  const priors = repolarisation ?? DEFAULT_REPOLARISATION;
  return [
    ...VELOCITIES.map(([column, median]) => ({
      column,
      label: labelOf(column),
      unit: 'mm/ms',
      isLogarithmic: true,
      prior: velocitySpread === undefined ? undefined : { mean: Math.log(median), sd: velocitySpread },
      sdColumn: column.replace('_mm_ms', 'RelativeSd'),
    })),
    ...REPOLARISATION.map(([name, column, sdColumn, unit]) => {
      const { mean, sd } = priors[name];
      const isLogarithmic = name === 'downstroke_ms';
      const prior = { mean: isLogarithmic ? Math.log(mean) : mean, sd };
      return { column, label: labelOf(column), unit, isLogarithmic, prior, sdColumn };
    }),
  ];
}

/** Posteriors of one parameter by row of the cohort table; NaN where there is none. */
export interface Posteriors {
  /** On the parameter's own scale, [rows] each */
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** Draws that they rest on, [rows]; Infinity where the deviation was computed and not drawn */
  readonly draws: Float64Array;
}

/** An ensemble of fewer draws has no deviation worth the name. */
const LEAST_DRAWS = 4;

/**
 * Posterior mean and deviation of every row: of its draws, where there are enough of them; else the column and its deviation's column, whose mean is
 * then that of the single best fit.
 */
export function posteriorsOf(
  table: ColumnTable,
  parameter: Pick<PosteriorParameter, 'column' | 'sdColumn' | 'isLogarithmic'>,
  draws?: ColumnTable,
): Posteriors {
  const { column, sdColumn, isLogarithmic } = parameter;
  const scaled = isLogarithmic ? Math.log : (value: number) => value;
  const isRelative = sdColumn.endsWith('RelativeSd');
  const values = numbersOf(table, column);
  const deviations = numbersOf(table, sdColumn);
  const members = numbersOf(table, 'ensembleMembers');
  const mean = values.map(scaled);
  const sd = deviations.map((value, row) =>
    isLogarithmic && !isRelative ? value / (values[row] ?? Number.NaN) : value,
  );
  const count = mean.map((_, row) => (isRelative ? (members[row] ?? Number.NaN) : Number.POSITIVE_INFINITY));
  const drawn = drawsBySubject(draws, column);
  for (let row = 0; row < table.rows; row++) {
    const own = drawn.get(textOf(table, COLUMN.subject, row));
    if (own === undefined || own.length < LEAST_DRAWS) continue;
    const all = own.map(scaled);
    const middle = all.reduce((sum, value) => sum + value, 0) / all.length;
    const squares = all.reduce((sum, value) => sum + (value - middle) ** 2, 0);
    mean[row] = middle;
    sd[row] = Math.sqrt(squares / (all.length - 1));
    count[row] = all.length;
  }
  return { mean, sd, draws: count };
}

/** The finite draws of a column by subject, in the order of the table. */
export function drawsBySubject(draws: ColumnTable | undefined, column: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  if (draws === undefined) return found;
  const values = numbersOf(draws, column);
  for (let row = 0; row < draws.rows; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const subject = textOf(draws, COLUMN.subject, row);
    const own = found.get(subject);
    if (own === undefined) found.set(subject, [value]);
    else own.push(value);
  }
  return found;
}
