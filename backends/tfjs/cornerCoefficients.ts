import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tensorflow } from './runtime.ts';
import type { TetChunk } from './tensorMesh.ts';
import { tidyAll } from './tidy.ts';

/**
 * What the local solve of each corner v from the other three a, b, c needs once the velocities are known, all
 * `[4 · tets, members]`. With `k_ij` and `l_ij` of `tetMetric`, the foot of v on the plane a b c (in the metric D⁻¹) has the
 * barycentric coordinates α and the distance h, and the face's own stiffness is κ:
 *
 *     α_i = k_vi / Σ_j k_vj,   h = (Σ_j k_vj)^(−1/2),   κ_ij = k_ij + α_i k_vj
 *
 * These are well conditioned where the quadratic's own coefficients cancel, which float32 needs.
 */
export interface CornerCoefficients {
  /** α */
  readonly footA: Tensor2D;
  readonly footB: Tensor2D;
  readonly footC: Tensor2D;
  /** h, ms */
  readonly height: Tensor2D;
  /** Of the face's edges a b, a c, b c, one after the other, [12 · tets, members]: */
  readonly edges: EdgeCoefficients;
}

/** What the local solve needs of each edge p q of the face. */
export interface EdgeCoefficients {
  /** κ, 1/ms² */
  readonly stiffness: Tensor2D;
  /** Share of the way from p to q at which v's foot stands */
  readonly foot: Tensor2D;
  /** Squared time from the foot to v, ms² */
  readonly heightSquare: Tensor2D;
  /** Squared time from p to q, ms² */
  readonly lengthSquare: Tensor2D;
  /** 1/√lengthSquare */
  readonly slowness: Tensor2D;
  /** √(heightSquare / lengthSquare) */
  readonly aspect: Tensor2D;
}

/** For v = 0, 1, 2, 3 the edges va, vb, vc, ab, ac, bc among 01 02 03 12 13 23, as `CORNER_EDGES` column by column. */
const EDGES_BY_PLACE = [
  [0, 0, 1, 2],
  [1, 3, 3, 4],
  [2, 4, 5, 5],
  [3, 1, 0, 0],
  [4, 2, 2, 1],
  [5, 5, 4, 3],
] as const;

/** Spreads numbers of edges over the corners: va, vb, vc, ab, ac, bc, each [4 · tets, members]. @param byEdge [6 · tets, members] */
export function edgesOfCorners(tf: Tensorflow, byEdge: Tensor2D, tets: number): Tensor2D[] {
  const members = byEdge.shape[1];
  const edges = [0, 1, 2, 3, 4, 5].map((edge) => tf.slice(byEdge, [edge * tets, 0], [tets, members]));
  return EDGES_BY_PLACE.map((places) => tf.concat(places.map((edge) => edges[edge])));
}

/**
 * @param along, across  v_f and v_t by velocity row, mm/ms, [VELOCITY_ROWS, members]
 */
export function cornerCoefficients(
  tf: Tensorflow,
  chunk: TetChunk,
  along: Tensor2D,
  across: Tensor2D,
): CornerCoefficients {
  return tidyAll(tf, (): CornerCoefficients => {
    const ofEdges = (byRow: Tensor) => tf.gather(byRow, chunk.velocityRows);
    const mix = (one: Tensor2D, oneByRow: Tensor, other: Tensor2D, otherByRow: Tensor) =>
      edgesOfCorners(
        tf,
        tf.add(tf.mul(ofEdges(oneByRow), one), tf.mul(ofEdges(otherByRow), other)) as Tensor2D,
        chunk.tets,
      );
    const [kva, kvb, kvc, kab, kac, kbc] = mix(
      chunk.stiffnessAlong,
      tf.square(along),
      chunk.stiffnessAcross,
      tf.square(across),
    );
    const inverse = (velocity: Tensor) => tf.div(1, tf.square(velocity));
    const [lva, lvb, lvc, lab, lac, lbc] = mix(chunk.squareAlong, inverse(along), chunk.squareAcross, inverse(across));
    const square = tf.add(tf.add(kva, kvb), kvc) as Tensor2D;
    const footA = tf.div(kva, square) as Tensor2D;
    const footB = tf.div(kvb, square) as Tensor2D;
    const stiffness = [
      tf.add(kab, tf.mul(footA, kvb)),
      tf.add(kac, tf.mul(footA, kvc)),
      tf.add(kbc, tf.mul(footB, kvc)),
    ] as Tensor2D[];
    const edges = edgeCoefficients(
      tf,
      tf.concat([lva, lva, lvb]),
      tf.concat([lvb, lvc, lvc]),
      tf.concat([lab, lac, lbc]),
    );
    return {
      footA,
      footB,
      footC: tf.div(kvc, square) as Tensor2D,
      height: tf.sqrt(tf.div(1, square)) as Tensor2D,
      edges: { stiffness: tf.concat(stiffness), ...edges },
    };
  });
}

/** @param lp, lq, lpq  squared times v p, v q, p q, ms² */
function edgeCoefficients(
  tf: Tensorflow,
  lp: Tensor2D,
  lq: Tensor2D,
  lpq: Tensor2D,
): Omit<EdgeCoefficients, 'stiffness'> {
  const foot = tf.div(tf.sub(tf.add(lp, lpq), lq), tf.mul(lpq, 2)) as Tensor2D;
  const heightSquare = tf.relu(tf.sub(lp, tf.mul(tf.square(foot), lpq))) as Tensor2D;
  return {
    foot,
    heightSquare,
    lengthSquare: lpq,
    slowness: tf.div(1, tf.sqrt(lpq)) as Tensor2D,
    aspect: tf.sqrt(tf.div(heightSquare, lpq)) as Tensor2D,
  };
}

export function closeCoefficients({ edges, ...face }: CornerCoefficients): void {
  for (const tensor of [...Object.values(face), ...Object.values(edges)]) tensor.dispose();
}
