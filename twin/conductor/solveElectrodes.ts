import { aggregateLevels } from './aggregation.ts';
import { solveBlock } from './blockGradients.ts';
import type { PointCurrent } from './electrodesOnSkin.ts';
import type { Interpolator } from './interpolation.ts';
import { openMultigrid } from './multigrid.ts';
import { BLOCK, type SparseMatrix } from './sparse.ts';

/** Potentials at points when a unit current is drawn at each electrode and returned equally at all. */
export interface ElectrodeSolutions {
  /** One array for each set of points: 1/(S/m · mm), [points, electrodes] */
  readonly fields: readonly Float64Array[];
  readonly iterations: number;
  readonly residual: number;
}

/**
 * Solves for all electrodes, BLOCK at a time:
 *
 *     K Z_e = −(f_e − f̄),   f̄ the mean of all f
 *
 * As the sum over all electrodes is zero, and leads are differences, one solve fewer than electrodes is needed: each against the last, from
 * which the mean over all is taken away. Each field has the mean zero over the first set of points.
 *
 * @param sizes  number of points of each set
 */
export function solveElectrodes(
  matrix: SparseMatrix,
  currents: readonly PointCurrent[],
  tolerance: number,
  targets: readonly { readonly interpolator: Interpolator; readonly points: number }[],
): ElectrodeSolutions {
  const electrodes = currents.length;
  const preconditioner = openMultigrid(aggregateLevels(matrix));
  const fields = targets.map(({ points }) => new Float64Array(points * electrodes));
  const last = currents[electrodes - 1];
  let iterations = 0;
  let residual = 0;
  for (let first = 0; first < electrodes - 1; first += BLOCK) {
    const width = Math.min(BLOCK, electrodes - 1 - first);
    const right = new Float64Array(BLOCK * matrix.rows);
    for (let k = 0; k < width; k++) {
      addCurrent(right, currents[first + k], k, -1);
      addCurrent(right, last, k, 1);
    }
    const solved = solveBlock(matrix, preconditioner, right, tolerance);
    iterations = Math.max(iterations, solved.iterations);
    residual = Math.max(residual, solved.residual);
    for (const [at, { interpolator, points }] of targets.entries()) {
      const block = new Float64Array(BLOCK * points);
      interpolator.apply(solved.solution, block);
      for (let point = 0; point < points; point++) {
        for (let k = 0; k < width; k++) fields[at][point * electrodes + first + k] = block[BLOCK * point + k];
      }
    }
  }
  returnEqually(fields, electrodes);
  return { fields, iterations, residual };
}

function addCurrent(right: Float64Array, { nodes, shares }: PointCurrent, column: number, sign: number): void {
  for (const [at, node] of nodes.entries()) right[BLOCK * node + column] += sign * shares[at];
}

/** From currents returned at the last electrode to currents returned equally at all, and to the mean zero over the first set of points. */
function returnEqually(fields: readonly Float64Array[], electrodes: number): void {
  const means = new Float64Array(electrodes);
  for (const [at, field] of fields.entries()) {
    for (let to = 0; to < field.length; to += electrodes) {
      let mean = 0;
      for (let e = 0; e < electrodes; e++) mean += field[to + e];
      mean /= electrodes;
      for (let e = 0; e < electrodes; e++) {
        field[to + e] -= mean;
        if (at === 0) means[e] += (field[to + e] * electrodes) / field.length;
      }
    }
  }
  for (const field of fields) for (let to = 0; to < field.length; to++) field[to] -= means[to % electrodes];
}
