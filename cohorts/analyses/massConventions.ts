import { COLUMN } from './columns.ts';
import { type SexRows, valuesOf } from './sexSize.ts';

/** Papillary muscle by LV mass with it: 8.9 % in 50 women and 50 men (Vogel-Claussen et al., J Comput Assist Tomogr, 2006). */
const PAPILLARY = 0.089;
/** How far the share might lie from that in one sex: our choice, for no source gives it by sex. */
const PAPILLARY_RANGE = 0.04;
/** What the right half of the septum is of an LV that holds all of it: a tenth or so (docs/metrics.md#muscle-mass). */
const RIGHT_SEPTUM = 0.1;
/** How far that might lie from a tenth in one sex: our choice. */
const SEPTUM_RANGE = 0.02;
/** Muscle, g/mL (Kawel-Boehm et al., J Cardiovasc Magn Reson, 2015). */
const DENSITY_g_mL = 1.05;

/** Another way to draw the LV: what share of the mass goes elsewhere (below 0: comes in), by sex, and whether it goes to the cavity. */
interface Convention {
  readonly by: string;
  readonly women: number;
  readonly men: number;
  readonly isInCavity: boolean;
}

const percent = (share: number): string => `${Math.round(1000 * share) / 10} %`;
const halves = (mean: number, range: number): readonly (readonly [women: number, men: number])[] => [
  [mean - range, mean + range],
  [mean + range, mean - range],
];

/** Papillary muscle moved between mass and volume, and the right half of the septum given to the RV; the same in both sexes, and as different as is thought possible. */
const CONVENTIONS: readonly Convention[] = [
  {
    by: `papillary muscle (${percent(PAPILLARY)} of the mass) to the volume`,
    women: PAPILLARY,
    men: PAPILLARY,
    isInCavity: true,
  },
  {
    by: `papillary muscle (${percent(PAPILLARY)} of the new mass) to the mass`,
    women: -PAPILLARY / (1 - PAPILLARY),
    men: -PAPILLARY / (1 - PAPILLARY),
    isInCavity: true,
  },
  ...halves(PAPILLARY, PAPILLARY_RANGE).map(([women, men]) => ({
    by: `papillary muscle (women ${percent(women)}, men ${percent(men)}) to the volume`,
    women,
    men,
    isInCavity: true,
  })),
  {
    by: `right half of the septum (${percent(RIGHT_SEPTUM)} of the mass) to the RV`,
    women: RIGHT_SEPTUM,
    men: RIGHT_SEPTUM,
    isInCavity: false,
  },
  ...halves(RIGHT_SEPTUM, SEPTUM_RANGE).map(([women, men]) => ({
    by: `right half of the septum (women ${percent(women)}, men ${percent(men)}) to the RV`,
    women,
    men,
    isInCavity: false,
  })),
];

/** LV mass and volume of complete rows as another convention would have them. */
export interface RedrawnSize {
  readonly by: string;
  /** g, [rows] */
  readonly mass: Float64Array;
  /** mL, [rows] */
  readonly volume: Float64Array;
}

/**
 * Masses and volumes under every convention: `m' = (1 − s) m`, and where the muscle goes to the cavity `V' = V + s m / 1.05`, s by sex. A share s that is
 * one for all scales the mass and mixes it with the volume, which changes neither what mass explains nor what both explain together; only a share that
 * differs between the sexes does, and what volume explains alone.
 */
export function redrawnSizes(rows: SexRows): RedrawnSize[] {
  const mass = valuesOf(rows, COLUMN.lvMass);
  const volume = valuesOf(rows, COLUMN.lvVolume);
  return CONVENTIONS.map(({ by, women, men, isInCavity }) => {
    const moved = mass.map((value, row) => value * (rows.isFemale[row] === 1 ? women : men));
    return {
      by,
      mass: mass.map((value, row) => value - (moved[row] ?? Number.NaN)),
      volume: isInCavity ? volume.map((value, row) => value + (moved[row] ?? Number.NaN) / DENSITY_g_mL) : volume,
    };
  });
}
