import { fitRandomEffects, type Likelihood, type RandomEffects, takePriorOut } from '../statistics/hierarchical.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Coefficient,
  EstimateRecord,
  TablesBeside,
  Undetermined,
} from './analysis.ts';
import { COLUMN } from './columns.ts';
import { coefficientRecord } from './estimates.ts';
import { type PosteriorParameter, type Posteriors, posteriorParameters, posteriorsOf } from './posteriors.ts';
import { LEAST_PER_SEX } from './sexSize.ts';
import { type ColumnTable, finishedRows, numbersOf, sexesOf } from './table.ts';

/** Pooled members' spread must lie this many of its own standard errors below the prior's variance. */
const CLEARLY_NARROWER = 2;

/** β of sex in one model: women − men, on the parameter's scale; relative for logarithmic ones. */
export interface PriorFreeModel {
  /** `sex` or `sex + age_y` */
  readonly model: string;
  readonly difference: Coefficient;
  readonly fit: RandomEffects;
}

/** One parameter by sex with the calibration's prior taken out. */
export interface PriorFreeDifference {
  readonly parameter: string;
  readonly label: string;
  /** Of the difference: `1` where it is relative */
  readonly unit: string;
  readonly isRelative: boolean;
  /** Twins whose ECG says something of it */
  readonly women: number;
  readonly men: number;
  /** Twins with a posterior that is no narrower than the prior: they have no weight */
  readonly uninformed: number;
  /** How many twins that are known fully would say as much, Σ (1 − contraction²): women and men */
  readonly worth: { readonly women: number; readonly men: number };
  /** Women − men of the posterior means as they are, drawn towards 0 by the prior; same unit */
  readonly shrunken: number;
  readonly models: readonly PriorFreeModel[];
}

export interface PosteriorVelocity extends AnalysisResult {
  readonly parameters: readonly (
    | PriorFreeDifference
    | (Undetermined & { readonly parameter: string; readonly label: string })
  )[];
}

/** Estimand (b) without the prior: velocities and repolarisation by sex from what ECGs alone say (docs/analyses.md#velocity-without-the-prior). */
export const posteriorVelocity: Analysis<PosteriorVelocity> = {
  name: 'posteriorVelocity',
  run(table, settings, beside = {}) {
    const parameters = posteriorParameters(settings).map((parameter) =>
      differenceOf(table, parameter, settings, beside),
    );
    return {
      title: 'Velocity and repolarisation by sex, prior taken out',
      question: 'What do the ECGs alone say of the difference between women and men, without the pull of the prior?',
      definition:
        'Each twin’s likelihood is recovered from its posterior and the prior; a random-effects regression of these on sex (women − men) lets twins count by how much their ECG says.',
      assumptions: [
        'Posterior and prior are Gaussian and as wide as is said; an ensemble that is too narrow takes too little of the prior out.',
        'Each parameter is set free by itself: what the posterior ties together (velocities of one ventricle, ARI and its gradients) is taken as apart.',
        'True values spread about the two means alike in both sexes.',
        'The twin’s anatomy, electrodes and torso are right.',
      ],
      parameters,
      estimates: parameters.flatMap((parameter) => ('undetermined' in parameter ? [] : recordsOf(parameter))),
    };
  },
};

function differenceOf(
  table: ColumnTable,
  parameter: PosteriorParameter,
  settings: AnalysisSettings,
  { draws }: TablesBeside,
): PosteriorVelocity['parameters'][number] {
  const { column, label, prior, isLogarithmic } = parameter;
  const because = (why: string) => ({ parameter: column, label, undetermined: `${label}: ${why}` });
  if (prior === undefined) return because('the calibration’s prior is not known to this analysis');
  if (prior.sd === 0) return because('it was held at its prior in the calibration: it says nothing about sex');
  const posteriors = pooled(posteriorsOf(table, parameter, draws));
  const rows = rowsOf(table, posteriors);
  if (rows.length === 0) return because('no finished twin of known sex has a posterior of it: ask for an ensemble');
  const silent = whySilent(
    rows.map((row) => row.posterior),
    prior,
  );
  if (silent !== undefined) return because(silent);
  const heard = rows.flatMap((row) => {
    const free = takePriorOut(row.posterior, prior);
    return free === undefined ? [] : [{ ...row, free: withDrawingError(free, row.posterior) }];
  });
  const worthOf = (isFemale: number) =>
    heard
      .filter((row) => row.isFemale === isFemale)
      .reduce((sum, { posterior }) => sum + 1 - (posterior.sd / prior.sd) ** 2, 0);
  const worth = { women: worthOf(1), men: worthOf(0) };
  if (Math.min(worth.women, worth.men) < LEAST_PER_SEX) {
    return because(
      `the ECGs of ${rows.length} twins say as much of it as those of ${worth.women.toFixed(1)} women and ${worth.men.toFixed(1)} men would if they said all; at least ${LEAST_PER_SEX} of each are needed`,
    );
  }
  const models = modelsOf(heard, isLogarithmic, settings.level);
  if ('undetermined' in models) return because(models.undetermined);
  const shrunken = meanOf(rows, 1) - meanOf(rows, 0);
  return {
    parameter: column,
    label,
    unit: isLogarithmic ? '1' : parameter.unit,
    isRelative: isLogarithmic,
    women: heard.filter(({ isFemale }) => isFemale === 1).length,
    men: heard.filter(({ isFemale }) => isFemale === 0).length,
    uninformed: rows.length - heard.length,
    worth,
    shrunken: isLogarithmic ? Math.expm1(shrunken) : shrunken,
    models,
  };
}

interface PosteriorRow {
  readonly isFemale: 0 | 1;
  readonly age_y: number;
  readonly posterior: Likelihood & { readonly draws: number };
}

function rowsOf(table: ColumnTable, { mean, sd, draws }: Posteriors): PosteriorRow[] {
  const finished = finishedRows(table);
  const sexes = sexesOf(table);
  const ages = numbersOf(table, COLUMN.age);
  return Array.from({ length: table.rows }, (_, row) => row).flatMap((row): PosteriorRow[] => {
    const sex = sexes[row];
    const posterior = {
      mean: mean[row] ?? Number.NaN,
      sd: sd[row] ?? Number.NaN,
      draws: draws[row] ?? Number.NaN,
    };
    if (!finished[row] || !sex || !Number.isFinite(posterior.mean) || !(posterior.sd > 0)) return [];
    return [{ isFemale: sex === 'female' ? 1 : 0, age_y: ages[row] ?? Number.NaN, posterior }];
  });
}

/** A few members tell the deviation of one twin badly and that of all twins well: deviations that were drawn become their root mean square. */
function pooled({ mean, sd, draws }: Posteriors): Posteriors {
  let squares = 0;
  let freedom = 0;
  const isDrawn = (row: number) =>
    (draws[row] ?? 0) > 1 && Number.isFinite((draws[row] ?? 0) * (sd[row] ?? Number.NaN));
  for (const [row, value] of sd.entries()) {
    if (!isDrawn(row)) continue;
    squares += ((draws[row] ?? 0) - 1) * value ** 2;
    freedom += (draws[row] ?? 0) - 1;
  }
  return { mean, sd: sd.map((value, row) => (isDrawn(row) ? Math.sqrt(squares / freedom) : value)), draws };
}

/** A sentence where drawn deviations, together, are not clearly below the prior's: what looks like information may be luck. */
function whySilent(posteriors: readonly PosteriorRow['posterior'][], prior: Likelihood): string | undefined {
  const drawn = posteriors.filter(({ draws }) => Number.isFinite(draws));
  const [first] = drawn;
  if (first === undefined) return undefined;
  const freedom = drawn.reduce((sum, { draws }) => sum + draws - 1, 0);
  const share = (first.sd / prior.sd) ** 2;
  if (share * (1 + CLEARLY_NARROWER * Math.sqrt(2 / freedom)) < 1) return undefined;
  return `ensembles spread by ${(100 * first.sd).toFixed(1)} %, the prior by ${(100 * prior.sd).toFixed(1)} %: the ECGs say nothing of it that could be told from luck`;
}

/** The mean of M draws is off by sd/√M, which taking the prior out magnifies as it does the mean. */
function withDrawingError(free: Likelihood, { sd, draws }: PosteriorRow['posterior']): Likelihood {
  const magnified = (free.sd / sd) ** 2 * (sd / Math.sqrt(draws));
  return { mean: free.mean, sd: Math.hypot(free.sd, Number.isFinite(draws) ? magnified : 0) };
}

/** Alone, and with age on the rows that have one. */
function modelsOf(
  rows: readonly (PosteriorRow & { readonly free: Likelihood })[],
  isLogarithmic: boolean,
  level: number,
): PriorFreeModel[] | Undetermined {
  const fitOn = (chosen: typeof rows, withAge: boolean) =>
    fitRandomEffects(
      chosen.map(({ free }) => free.mean),
      chosen.map(({ free }) => free.sd),
      [
        { name: 'sex', values: chosen.map(({ isFemale }) => isFemale) },
        ...(withAge ? [{ name: COLUMN.age, values: chosen.map(({ age_y }) => age_y) }] : []),
      ],
      level,
    );
  const alone = fitOn(rows, false);
  if ('undetermined' in alone) return alone;
  const aged = rows.filter(({ age_y }) => Number.isFinite(age_y));
  const withAge = fitOn(aged, true);
  return [
    { model: 'sex', fit: alone },
    ...('undetermined' in withAge ? [] : [{ model: `sex + ${COLUMN.age}`, fit: withAge }]),
  ].flatMap(({ model, fit }) => {
    const difference = fit.coefficients.find(({ term }) => term === 'sex');
    return difference === undefined
      ? []
      : [{ model, fit, difference: isLogarithmic ? relative(difference) : difference }];
  });
}

/** A difference of logarithms as a share: e^β − 1; its standard error by the slope there. */
const relative = (coefficient: Coefficient): Coefficient => ({
  ...coefficient,
  estimate: Math.expm1(coefficient.estimate),
  std_error: Math.exp(coefficient.estimate) * coefficient.std_error,
  low: Math.expm1(coefficient.low),
  high: Math.expm1(coefficient.high),
});

function meanOf(rows: readonly PosteriorRow[], isFemale: number): number {
  const own = rows.filter((row) => row.isFemale === isFemale);
  return own.reduce((sum, { posterior }) => sum + posterior.mean, 0) / own.length;
}

function recordsOf({ parameter, unit, women, men, models }: PriorFreeDifference): EstimateRecord[] {
  return models.map(({ difference }, at) => {
    const by = at === 0 ? '' : 'age';
    const name = { analysis: 'posteriorVelocity', estimand: 'difference', outcome: parameter, by, unit, women, men };
    const family = at === 0 ? { family: 'posteriorVelocity' } : {};
    return coefficientRecord({ ...name, ...family }, difference);
  });
}
