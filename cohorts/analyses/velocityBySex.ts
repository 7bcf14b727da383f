import { summarise } from '../statistics/twoGroups.ts';
import type { Analysis, AnalysisResult, AnalysisSettings, RowsUsed, Undetermined } from './analysis.ts';
import { COLUMN } from './columns.ts';
import { differenceRecords, type SexDifference, sexDifference } from './sexDifference.ts';
import type { ColumnTable } from './table.ts';

const VELOCITIES = [
  COLUMN.lvFibreVelocity,
  COLUMN.lvTransverseVelocity,
  COLUMN.rvFibreVelocity,
  COLUMN.rvTransverseVelocity,
] as const;
const BODY = [COLUMN.age, COLUMN.height];
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
export interface VelocityDifference extends SexDifference {
  readonly velocity: string;
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
      estimates: velocities.flatMap((velocity) =>
        'undetermined' in velocity
          ? []
          : differenceRecords({ analysis: 'velocityBySex', outcome: velocity.velocity, unit: 'mm/ms' }, velocity),
      ),
    };
  },
};

function differenceOf(
  table: ColumnTable,
  velocity: string,
  settings: AnalysisSettings,
): VelocityBySex['velocities'][number] {
  const answer = sexDifference(table, velocity, [[], BODY, [...BODY, COLUMN.lvMass]], settings);
  if ('undetermined' in answer) return { ...answer, velocity };
  const { values, ...difference } = answer;
  return { ...difference, velocity, shrinkage: shrinkageOf(values, settings.velocitySpread) };
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
