import { applyStep, displacement, firstOrderUnits } from '../parameters.ts';
import { lossGradient, scaleAt, tryOut } from '../problem.ts';
import type { Optimiser } from './optimiser.ts';

/** Pairs kept; as many as in the peers' script that we compare with. */
const PAIRS = 15;
/** First step along the gradient, and the longest of any, in units of `firstOrderUnits`. */
const FIRST_STEP = 0.5;
const LONGEST_STEP = 4;
const ATTEMPTS = 8;
/** Share of the promised fall that a step must bring (Armijo), and what it is shortened by when it does not. */
const ENOUGH = 1e-4;
const SHORTER = 0.5;
/** A pair whose curvature is not above this share of its lengths is not kept. */
const CURVED = 1e-12;

/**
 * L-BFGS (Nocedal 1980, two-loop recursion) with backtracking, on the adjoint gradient: for comparison. Positions held by the layer go where the
 * layer lets them, so pairs are of moves made, not of moves asked for.
 *
 * Memory: s and y of up to fifteen pairs, oldest first. A line search that fails forgets them; one that fails along the gradient ends the level.
 */
export const lbfgs: Optimiser = {
  stalled: { coarse: 2e-3, finest: 1e-5 },
  async iterate(problem, state, { damping, vectors }) {
    const { space, layer } = problem;
    const units = firstOrderUnits(space, scaleAt(problem, state));
    const inUnits = (gradient: Float64Array) => gradient.map((value, p) => value * units[p]);
    const gradient = inUnits(await lossGradient(problem, state));
    let pairs = vectors;
    for (;;) {
      const direction = directionOf(gradient, pairs);
      const slope = dot(direction, gradient);
      for (let length = 1, attempt = 0; attempt < ATTEMPTS && slope < 0; attempt++, length *= SHORTER) {
        const step = direction.map((value, p) => length * units[p] * value);
        const moved = applyStep(space, layer, state.parameters, step);
        const next = await tryOut(problem, moved);
        if (next === undefined || !(next.loss < state.loss + ENOUGH * length * slope)) continue;
        const after = inUnits(await lossGradient(problem, next));
        const change = displacement(state.parameters, moved);
        const s = units.map((unit, p) => (unit > 0 ? change[p] / unit : 0));
        const y = after.map((value, p) => value - gradient[p]);
        const isCurved = dot(s, y) > CURVED * Math.sqrt(dot(s, s) * dot(y, y));
        const kept = isCurved ? [...pairs, [...s], [...y]].slice(-2 * PAIRS) : pairs;
        return { state: next, memory: { damping, vectors: kept }, hasImproved: true };
      }
      if (pairs.length === 0) return { state, memory: { damping, vectors: [] }, hasImproved: false };
      pairs = [];
    }
  },
};

/** −H g by the two loops, in no parameter longer than the longest step. */
function directionOf(gradient: Float64Array, pairs: readonly (readonly number[])[]): Float64Array {
  const out = gradient.map((value) => -value);
  const shares: number[] = [];
  for (let at = pairs.length - 2; at >= 0; at -= 2) {
    const share = dot(pairs[at], out) / dot(pairs[at], pairs[at + 1]);
    shares.push(share);
    for (let p = 0; p < out.length; p++) out[p] -= share * pairs[at + 1][p];
  }
  const [s, y] = pairs.slice(-2);
  if (s !== undefined && y !== undefined) {
    const curvature = dot(s, y) / dot(y, y);
    for (let p = 0; p < out.length; p++) out[p] *= curvature;
  }
  for (let at = 0; at < pairs.length; at += 2) {
    const share = shares[shares.length - 1 - at / 2] - dot(pairs[at + 1], out) / dot(pairs[at], pairs[at + 1]);
    for (let p = 0; p < out.length; p++) out[p] += share * pairs[at][p];
  }
  let longest = 0;
  for (const value of out) longest = Math.max(longest, Math.abs(value));
  if (longest === 0) return out;
  const factor = pairs.length > 0 ? Math.min(1, LONGEST_STEP / longest) : FIRST_STEP / longest;
  return out.map((value) => factor * value);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
