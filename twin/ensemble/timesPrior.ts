import { openRandom, type Random } from '../random.ts';
import { drawFront, type FrontPlaces } from './frontDraws.ts';
import { type LowRankFactor, pivotedCholesky } from './pivotedCholesky.ts';

/**
 * Gaussian that stands for what is thought of the times of PMJs at given places before an ECG is seen: t = mean + F z, z ~ N(0, I). It has the
 * mean and the covariance of drawn fronts, and a smooth field for what no front of the law is like.
 */
export interface TimesPrior extends LowRankFactor {
  /** ms after QRS onset, [pmjs] */
  readonly mean_ms: Float64Array;
}

/** Fronts whose mean and covariance are taken: more than PMJs, so that few chance correlations are left. */
const DRAWS = 500;
/**
 * What departs from any front of the law, ms: a smooth field on each ventricle (Matérn 3/2, Rasmussen & Williams, Gaussian Processes for Machine
 * Learning 2006) over 25 mm, the ventricle as a whole, and all PMJs together. Our choices, made before any truth was looked at.
 */
const FIELD = { sd_ms: 4, length_mm: 25 } as const;
/** … and what a few neighbouring PMJs have in common, without which a discrete front cannot follow an ECG to its last percent. */
const NEIGHBOURS = { sd_ms: 2, length_mm: 10 } as const;
const VENTRICLE_SD_ms = 2;
const COMMON_SD_ms = 3;
/** Share of the variance that the factor leaves out: 1 % of a spread of 15 ms are 1.5 ms. Some 120 directions stay. */
const LEFT_OUT = 0.01;

/** @param seed of the drawn fronts */
export function openTimesPrior(places: FrontPlaces, qrs_ms: number, seed: number): TimesPrior {
  const pmjs = places.ventricles.length;
  const random = openRandom(seed, 'front-law');
  const draws = Array.from({ length: DRAWS }, () => drawFront(places, qrs_ms, random));
  const mean_ms = new Float64Array(pmjs);
  for (const times of draws) for (let pmj = 0; pmj < pmjs; pmj++) mean_ms[pmj] += times[pmj] / DRAWS;
  const covariance = fieldCovariance(places);
  const offset = new Float64Array(pmjs);
  for (const times of draws) {
    for (let pmj = 0; pmj < pmjs; pmj++) offset[pmj] = (times[pmj] - mean_ms[pmj]) / Math.sqrt(DRAWS - 1);
    for (let row = 0; row < pmjs; row++) {
      for (let column = 0; column <= row; column++) covariance[row * pmjs + column] += offset[row] * offset[column];
    }
  }
  mirror(covariance, pmjs);
  return { mean_ms, ...pivotedCholesky(covariance, pmjs, LEFT_OUT) };
}

/** Draws fronts with a smooth field upon each: whole samples of what is thought, ms after QRS onset, [pmjs]. */
export function openTimesDraw(places: FrontPlaces, qrs_ms: number): (random: Random) => Float64Array {
  const pmjs = places.ventricles.length;
  const covariance = fieldCovariance(places);
  mirror(covariance, pmjs);
  const field = pivotedCholesky(covariance, pmjs, LEFT_OUT);
  return (random) => {
    const times = drawFront(places, qrs_ms, random);
    return coloured(
      field,
      times,
      Float64Array.from({ length: field.rank }, () => random.normal()),
    );
  };
}

/** base + F z, [size]. @param z [rank] */
export function coloured({ factor, size, rank }: LowRankFactor, base: Float64Array, z: Float64Array): Float64Array {
  const out = base.slice();
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < rank; column++) out[row] += factor[row * rank + column] * z[column];
  }
  return out;
}

/** Covariance of the field, lower triangle, ms², [pmjs, pmjs] */
function fieldCovariance({ positions, ventricles }: FrontPlaces): Float64Array {
  const pmjs = ventricles.length;
  const out = new Float64Array(pmjs * pmjs);
  for (let row = 0; row < pmjs; row++) {
    for (let column = 0; column <= row; column++) {
      let value = COMMON_SD_ms ** 2;
      if (ventricles[row] === ventricles[column]) {
        const apart = Math.hypot(
          positions[3 * row] - positions[3 * column],
          positions[3 * row + 1] - positions[3 * column + 1],
          positions[3 * row + 2] - positions[3 * column + 2],
        );
        const lengths = (Math.sqrt(3) * apart) / FIELD.length_mm;
        value += VENTRICLE_SD_ms ** 2 + FIELD.sd_ms ** 2 * (1 + lengths) * Math.exp(-lengths);
        value += NEIGHBOURS.sd_ms ** 2 * Math.exp(-((apart / NEIGHBOURS.length_mm) ** 2) / 2);
      }
      out[row * pmjs + column] = value;
    }
  }
  return out;
}

function mirror(out: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) out[column * size + row] = out[row * size + column];
  }
}
