import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { CornerCoefficients, EdgeCoefficients } from './cornerCoefficients.ts';
import type { Tensorflow } from './runtime.ts';
import type { TetChunk } from './tensorMesh.ts';
import { tidyAll } from './tidy.ts';

/** Time of a node that no wave has reached, ms. A number rather than Infinity, whose differences would be NaN. */
export const UNREACHED_ms = 1e6;
/** Smallest share of |∇τ|² left to the height, so that no root is zero; there the wave grazes and the feet leave the face anyway. */
const GRAZING = 1e-12;

/** The three others of each corner v = 0, 1, 2, 3, as `OTHER_CORNERS` column by column. */
const OTHERS = [
  [1, 0, 0, 0],
  [2, 2, 1, 1],
  [3, 3, 3, 2],
] as const;

/** Values of each corner's three others, each [4 · tets, members]. @param byCorner [4 · tets, members] */
export function othersOfCorners(tf: Tensorflow, byCorner: Tensor2D, tets: number): Tensor2D[] {
  const members = byCorner.shape[1];
  const corners = [0, 1, 2, 3].map((corner) => tf.slice(byCorner, [corner * tets, 0], [tets, members]));
  return OTHERS.map((places) => tf.concat(places.map((corner) => corners[corner])));
}

/** Times of each corner's three others after the earliest of them, ms. */
interface Others {
  readonly a: Tensor2D;
  readonly b: Tensor2D;
  readonly c: Tensor2D;
  readonly least: Tensor2D;
  /** At the ends p and q of the edges a b, a c, b c, [12 · tets, members] */
  readonly p: Tensor2D;
  readonly q: Tensor2D;
  /** q − p */
  readonly delay: Tensor2D;
}

/** Differences of float32 times lose nothing once the least is taken off: 7e-5 ms of error became 0.1 ms without. */
function othersAfterLeast(tf: Tensorflow, chunk: TetChunk, tau: Tensor2D): Others {
  return tidyAll(tf, () => {
    const others = othersOfCorners(tf, tf.gather(tau, chunk.corners), chunk.tets);
    const least = leastOf(tf, others);
    const [a, b, c] = others.map((time) => tf.sub(time, least) as Tensor2D);
    const p = tf.concat([a, a, b]);
    const q = tf.concat([b, c, c]);
    return { a, b, c, least, p, q, delay: tf.sub(q, p) as Tensor2D };
  });
}

/**
 * Earliest time at each corner by a wave from the opposite face, `localTime` for all corners at once:
 *
 *     min over λ ≥ 0, Σλ = 1 of  Σ λ_i τ_i + |x_v − Σ λ_i x_i|_{D⁻¹}
 *
 * The face's own minimum where its λ are not negative, otherwise the least of the three edges', whose λ are clipped to the
 * edge; the function is convex, so nothing else need be looked at.
 *
 * @param tau  ms, UNREACHED_ms where no wave has come yet, [nodes, members]
 * @returns ms, [4 · tets, members]
 */
export function cornerTimes(
  tf: Tensorflow,
  chunk: TetChunk,
  coefficients: CornerCoefficients,
  tau: Tensor2D,
): Tensor2D {
  return tf.tidy(() => {
    const others = othersAfterLeast(tf, chunk, tau);
    const face = tidyAll(tf, () => {
      const { time, shares } = faceSolution(tf, coefficients, others);
      return { time, leastShare: leastOf(tf, shares) };
    });
    const edge = tf.tidy(() => leastOf(tf, thirds(tf, edgeSolution(tf, coefficients.edges, others).time)));
    return tf.add(tf.where(tf.greaterEqual(face.leastShare, 0), face.time, edge), others.least) as Tensor2D;
  });
}

/** The same with the λ of its minimum, by the three others, each [4 · tets, members]; of edges that tie, the mean. */
export function cornerShares(
  tf: Tensorflow,
  chunk: TetChunk,
  coefficients: CornerCoefficients,
  tau: Tensor2D,
): { time: Tensor2D; shares: Tensor2D[] } {
  return tidyAll(tf, () => {
    const others = othersAfterLeast(tf, chunk, tau);
    const face = faceSolution(tf, coefficients, others);
    const isFace = tf.greaterEqual(leastOf(tf, face.shares), 0);
    const solution = edgeSolution(tf, coefficients.edges, others);
    const times = thirds(tf, solution.time);
    const edge = leastOf(tf, times);
    const isLeast = times.map((time) => tf.cast(tf.equal(time, edge), 'float32'));
    const ties = tf.add(tf.add(isLeast[0], isLeast[1]), isLeast[2]);
    const ofQ = thirds(tf, solution.share).map((share, at) => tf.mul(isLeast[at], share));
    const ofP = ofQ.map((share, at) => tf.sub(isLeast[at], share));
    const onEdges = [tf.add(ofP[0], ofP[1]), tf.add(ofQ[0], ofP[2]), tf.add(ofQ[1], ofQ[2])];
    return {
      time: tf.add(tf.where(isFace, face.time, edge), others.least) as Tensor2D,
      shares: onEdges.map((share, at) => tf.where(isFace, face.shares[at], tf.div(share, ties)) as Tensor2D),
    };
  });
}

const leastOf = (tf: Tensorflow, [a, b, c]: readonly Tensor2D[]): Tensor2D =>
  tf.minimum(tf.minimum(a, b), c) as Tensor2D;

/** Of the edges a b, a c, b c, each [4 · tets, members]. @param byEdge [12 · tets, members] */
function thirds(tf: Tensorflow, byEdge: Tensor2D): Tensor2D[] {
  const [rows, members] = byEdge.shape;
  return [0, 1, 2].map((edge) => tf.slice(byEdge, [(edge * rows) / 3, 0], [rows / 3, members]));
}

/**
 * The face's minimum. With E = Σ κ_ij (τ_i − τ_j)² the squared slowness that τ already has in the face,
 *
 *     time = Σ α_i τ_i + h √(1 − E),   λ_i = α_i + h/√(1 − E) Σ_j κ_ij (τ_j − τ_i)
 */
function faceSolution(
  tf: Tensorflow,
  { footA, footB, footC, height, edges }: CornerCoefficients,
  { a, b, c, delay }: Others,
): { time: Tensor2D; shares: Tensor2D[] } {
  return tidyAll(tf, () => {
    const slope = tf.mul(edges.stiffness, delay) as Tensor2D;
    const [ab, ac, bc] = thirds(tf, slope);
    const [ofAb, ofAc, ofBc] = thirds(tf, tf.mul(slope, delay) as Tensor2D);
    const energy = tf.add(tf.add(ofAb, ofAc), ofBc);
    const root = tf.sqrt(tf.maximum(tf.sub(1, energy), GRAZING));
    const pull = tf.div(height, root);
    const start = tf.add(tf.add(tf.mul(footA, a), tf.mul(footB, b)), tf.mul(footC, c));
    return {
      time: tf.add(start, tf.mul(height, root)) as Tensor2D,
      shares: [
        tf.add(footA, tf.mul(pull, tf.add(ab, ac))) as Tensor2D,
        tf.add(footB, tf.mul(pull, tf.sub(bc, ab))) as Tensor2D,
        tf.sub(footC, tf.mul(pull, tf.add(ac, bc))) as Tensor2D,
      ],
    };
  });
}

/**
 * The same on the edges p q, their ends included: a time that is interpolated is exact at either end, even where the other was
 * never reached.
 *
 * @returns times, and the λ of q, [12 · tets, members]
 */
function edgeSolution(
  tf: Tensorflow,
  { foot, heightSquare, lengthSquare, slowness, aspect }: EdgeCoefficients,
  { p, q, delay }: Others,
): { time: Tensor2D; share: Tensor2D } {
  return tidyAll(tf, () => {
    const slope = tf.mul(delay, slowness);
    const root = tf.sqrt(tf.maximum(tf.sub(1, tf.square(slope)), GRAZING));
    const share = tf.clipByValue(tf.sub(foot, tf.div(tf.mul(slope, aspect), root)), 0, 1) as Tensor2D;
    const leg = tf.sqrt(tf.add(heightSquare, tf.mul(tf.square(tf.sub(share, foot)), lengthSquare)));
    const start = tf.add(tf.mul(p, tf.sub(1, share)), tf.mul(q, share));
    return { time: tf.add(start, leg) as Tensor2D, share };
  });
}
