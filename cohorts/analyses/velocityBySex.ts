import { bootstrap } from '../statistics/bootstrap.ts';
import { compareGroups, type GroupComparison, pickRows, summarise, weightedMean } from '../statistics/twoGroups.ts';
import type {
  Analysis,
  AnalysisResult,
  AnalysisSettings,
  Estimate,
  EstimateRecord,
  RegressionRecord,
  RowsUsed,
  Undetermined,
} from './analysis.ts';
import { COLUMN } from './columns.ts';
import { bootstrapRecord, comparisonRecord } from './estimates.ts';
import { completeRows, regressOnSex, type SexRows, valuesOf, whyNotComparable } from './sexSize.ts';
import { type ColumnTable, numbersOf } from './table.ts';

const VELOCITIES = [
  COLUMN.lvFibreVelocity,
  COLUMN.lvTransverseVelocity,
  COLUMN.rvFibreVelocity,
  COLUMN.rvTransverseVelocity,
] as const;
/** Below this share of the prior's variance a difference between groups would show at less than half its size. */
const HALF = 0.5;

/** How far calibrated velocities have left their prior. */
export interface Shrinkage {
  /** Standard deviation of ln(velocity) over the cohort. */
  readonly spread: number;
  /** Relative spread of the prior. */
  readonly priorSpread: number;
  /** (spread / priorSpread)² */
  readonly resolvedShare: number;
  /** Whether a true difference could show at less than half its size. */
  readonly canHide: boolean;
  readonly sentence: string;
}

/** One velocity, women against men. */
export interface VelocityDifference {
  readonly velocity: string;
  readonly rows: RowsUsed;
  /** Women's mean minus men's, mm/ms. */
  readonly difference: Estimate;
  /** The same as a share of the men's mean. */
  readonly relative: Estimate;
  readonly welch: GroupComparison | Undetermined;
  readonly regressions: readonly RegressionRecord[];
  readonly shrinkage: Shrinkage | Undetermined;
}

export interface VelocityBySex extends AnalysisResult {
  readonly velocities: readonly (
    | VelocityDifference
    | (Undetermined & { readonly velocity: string; readonly rows: RowsUsed })
  )[];
}

/** Estimand (b): do twins of women and men conduct at different speeds? (docs/analyses.md#velocity-by-sex) */
export const velocityBySex: Analysis<VelocityBySex> = {
  name: 'velocityBySex',
  run(table, settings) {
    const velocities = VELOCITIES.map((velocity) => differenceOf(table, velocity, settings));
    return {
      title: 'Calibrated conduction velocity by sex',
      question:
        'With each heart’s own shape accounted for, does its muscle conduct faster or slower in women than in men?',
      definition:
        'Difference of mean calibrated velocity (women − men), alone and in regressions on sex with age and height, and with LV mass besides.',
      assumptions: [
        'The twin’s anatomy and electrodes are right: an error that differs by sex is taken for velocity.',
        'Velocity and the timing of the Purkinje–muscle junctions can be told apart; one ECG does so only in part.',
        'The prior pulls every velocity towards one median, women’s and men’s alike, so that true differences appear smaller than they are.',
      ],
      velocities,
      estimates: velocities.flatMap((velocity) => ('undetermined' in velocity ? [] : recordsOf(velocity))),
    };
  },
};

/** The difference as a share of men's mean, and with Welch's test. */
function recordsOf({ velocity, rows: { women, men }, relative, welch }: VelocityDifference): EstimateRecord[] {
  const named = (estimand: string, by: string, unit: string) =>
    ({ analysis: 'velocityBySex', estimand, outcome: velocity, by, unit, women, men }) as const;
  const records = [bootstrapRecord(named('relative', '', '1'), relative)];
  if (!('undetermined' in welch)) {
    records.push(comparisonRecord({ ...named('difference', '', 'mm/ms'), family: 'velocityBySex' }, welch));
  }
  return records;
}

function differenceOf(
  table: ColumnTable,
  velocity: string,
  settings: AnalysisSettings,
): VelocityBySex['velocities'][number] {
  const rows = completeRows(table, [velocity]);
  const reason = whyNotComparable(rows.used);
  if (reason) return { ...reason, velocity, rows: rows.used };
  const values = valuesOf(rows, velocity);
  const [difference, relative] = bootstrap(
    (weights) => {
      const [women, men] = [weightedMean(values, rows.women, weights), weightedMean(values, rows.men, weights)];
      return [women - men, (women - men) / men];
    },
    [rows.women, rows.men],
    settings,
  );
  if (!difference || !relative) throw new RangeError('the bootstrap gave no difference');
  return {
    velocity,
    rows: rows.used,
    difference,
    relative,
    welch: compareGroups(pickRows(values, rows.women), pickRows(values, rows.men), settings.level),
    regressions: adjustments(table, velocity, rows, settings.level),
    shrinkage: shrinkageOf(values, settings.velocitySpread),
  };
}

/** Alone, with age and height, and with LV mass besides; each on the rows that are complete for it. */
function adjustments(table: ColumnTable, velocity: string, alone: SexRows, level: number): RegressionRecord[] {
  const known = (column: string) => numbersOf(table, column).some((value) => !Number.isNaN(value));
  const body = [COLUMN.age, COLUMN.height].filter(known);
  const heart = [...body, COLUMN.lvMass].filter(known);
  const records = [regressOnSex(alone, velocity, [], level)];
  for (const covariates of heart.length > body.length ? [body, heart] : [body]) {
    if (covariates.length === 0) continue;
    records.push(regressOnSex(completeRows(table, [velocity, ...covariates]), velocity, covariates, level));
  }
  return records;
}

/**
 * Share of the prior's variance that the calibrated velocities show. Were people as different as the prior allows, a true
 * difference would show multiplied by about this share (the reliability of a shrunken estimate).
 */
function shrinkageOf(values: Float64Array, priorSpread: number | undefined): Shrinkage | Undetermined {
  if (priorSpread === undefined)
    return { undetermined: 'the calibration’s prior spread is not known to this analysis' };
  if (priorSpread === 0)
    return { undetermined: 'velocities were held fixed in the calibration: they say nothing about sex' };
  const spread = summarise(values.map(Math.log)).sd;
  const resolvedShare = (spread / priorSpread) ** 2;
  const seen = `Calibrated values vary by ${(100 * spread).toFixed(1)} %, the prior allows ${(100 * priorSpread).toFixed(1)} %`;
  const canHide = resolvedShare < HALF;
  const sentence =
    resolvedShare < 1
      ? `${seen}. If people differ as widely as the prior allows, a true difference shows at about ${Math.round(100 * resolvedShare)} % of its size${canHide ? ': a difference between the sexes could be hidden' : ''}.`
      : `${seen}: the prior hardly held them back.`;
  return { spread, priorSpread, resolvedShare, canHide, sentence };
}
