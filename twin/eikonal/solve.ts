import { TwinError } from '../errors.ts';
import { type Csr, nodeTets } from '../mesh/nodeTets.ts';
import { nodeCount, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import { BucketQueue } from './bucketQueue.ts';
import { CORNER_EDGES, localTime } from './localSolve.ts';
import { METRIC_STRIDE, tetMetric, type VentricularVelocities } from './metric.ts';
import { type Seeds, seedNodes } from './sources.ts';

/** A node's `upwind` when its time came from a seed. */
export const SEEDED = -1;
/** A node's `upwind` when no wave reached it. */
export const UNREACHED = -2;

/** An improvement below this is rounding, ms: far under what a difference quotient of a fit sees, far over the rounding of 300 ms. */
const RESOLUTION_ms = 1e-11;
/** Energy up to which a tetrahedron improves nothing: 1, and the rounding of a corner that was just solved from it. */
const STILL = 1 + 1e-12;
/** Width of a bucket: 1.1 visits a node at edges of 1–3 mm. From 0.02 to 0.3 ms the time of a solve was the same within 5 %. */
const BUCKET_ms = 0.1;
/** 1.6 s of buckets from the earliest seed on, past any activation of a heart that can live. */
const BUCKETS = 16384;

/** A solved activation, and where each node's wave came from. */
export interface Wave {
  /** τ, ms, Infinity where no wave came, [nodes] */
  readonly tau: Float64Array;
  /** `4 · tetrahedron + corner` of the last leg, SEEDED or UNREACHED, [nodes] */
  readonly upwind: Int32Array;
  /** Of a seeded node: the PMJ (or place in the list of nodes) that seeded it; otherwise −1, [nodes] */
  readonly source: Int32Array;
}

/** A heart's connections and the queue of its solves; made once a mesh. */
export interface WaveFront {
  readonly mesh: TetMesh;
  readonly nodeTets: Csr;
  readonly queue: BucketQueue;
}

/** Prepares a mesh for `solveEikonal`. */
export function openWaveFront(mesh: TetMesh): WaveFront {
  const nodes = nodeCount(mesh);
  return { mesh, nodeTets: nodeTets(mesh.tets, nodes), queue: new BucketQueue(nodes, BUCKETS, BUCKET_ms) };
}

/**
 * Activation times `√(∇τᵀ D ∇τ) = 1`, `τ = t` at the seeds, from a cold start: the viscosity solution on linear
 * tetrahedra, as the fixed point of `localTime` over all corners.
 *
 * Nodes are taken from the earliest bucket and pushed to the neighbours of each tetrahedron, again when a node's time
 * falls. Two rules save work without changing the answer:
 *
 * - A tetrahedron whose linear τ has `|∇τ|²_D ≤ 1` cannot improve any corner, since times along any straight leg in it
 *   then differ by at most the leg's own time. One energy a tetrahedron therefore replaces most local solves.
 * - Node n cannot improve m when `τ_n ≥ τ_m` and the angles at m between n and the other corners are not obtuse (every
 *   wave through n then arrives after τ_n), or when `τ_n − τ_m ≥ √l_nm`. A tighter bound by the cosine is wrong.
 *
 * @param metric  of `tetMetric`, [tets, 12]
 */
export function solveEikonal(front: WaveFront, metric: Float64Array, seeds: Seeds): Wave {
  const nodes = nodeCount(front.mesh);
  const tau = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const upwind = new Int32Array(nodes).fill(UNREACHED);
  const source = new Int32Array(nodes).fill(-1);
  // Buckets count from the earliest seed on: times before zero that shared the first bucket would be taken in no order, again and again.
  let start = Number.POSITIVE_INFINITY;
  for (let seed = 0; seed < seeds.nodes.length; seed++) start = Math.min(start, seeds.times_ms[seed]);
  for (let seed = 0; seed < seeds.nodes.length; seed++) {
    const node = seeds.nodes[seed];
    tau[node] = seeds.times_ms[seed];
    upwind[node] = SEEDED;
    source[node] = seeds.origins[seed];
    front.queue.put(node, tau[node] - start);
  }
  spread(front.mesh.tets, front.nodeTets, metric, front.queue, start, tau, upwind);
  for (let node = 0; node < nodes; node++) if (upwind[node] >= 0) source[node] = -1;
  return { tau, upwind, source };
}

/**
 * Activation from nodes with given times, for comparing with other solvers; ms, [nodes].
 *
 * @throws TwinError BadInput when a source is no node of the mesh
 */
export function solveFromNodes(
  mesh: TetMesh,
  velocities: VentricularVelocities,
  nodes: Uint32Array,
  times_ms: Float64Array,
): Float64Array {
  const strange = nodes.find((node) => node >= nodeCount(mesh));
  if (strange !== undefined) {
    throw new TwinError(
      'BadInput',
      `sources: found node ${strange}, expected 0 … ${nodeCount(mesh) - 1}; sources and mesh are not of one heart`,
    );
  }
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, velocities, metric);
  return solveEikonal(openWaveFront(mesh), metric, seedNodes(nodes, times_ms)).tau;
}

/** Empties the queue, whose times count from `start`; every change of `tau` is recorded in `upwind`. */
function spread(
  tets: Uint32Array,
  { starts, items }: Csr,
  metric: Float64Array,
  queue: BucketQueue,
  start: number,
  tau: Float64Array,
  upwind: Int32Array,
): void {
  for (let node = queue.take(); node >= 0; node = queue.take()) {
    const time = tau[node];
    const end = starts[node + 1];
    for (let at = starts[node]; at < end; at++) {
      const tet = items[at];
      const first = 4 * tet;
      const k = METRIC_STRIDE * tet;
      const t0 = tau[tets[first]];
      const t1 = tau[tets[first + 1]];
      const t2 = tau[tets[first + 2]];
      const t3 = tau[tets[first + 3]];
      const d01 = t0 - t1;
      const d02 = t0 - t2;
      const d03 = t0 - t3;
      const d12 = t1 - t2;
      const d13 = t1 - t3;
      const d23 = t2 - t3;
      const energy =
        metric[k] * d01 * d01 +
        metric[k + 1] * d02 * d02 +
        metric[k + 2] * d03 * d03 +
        metric[k + 3] * d12 * d12 +
        metric[k + 4] * d13 * d13 +
        metric[k + 5] * d23 * d23;
      if (energy <= STILL) continue; // NaN, where a wave has not come to every corner, goes on
      const own = tets[first] === node ? 0 : tets[first + 1] === node ? 1 : tets[first + 2] === node ? 2 : 3;
      for (let corner = 0; corner < 4; corner++) {
        if (corner === own) continue;
        const target = tets[first + corner];
        const found = tau[target];
        if (time >= found && isTooLate(metric, k + 6, corner, own, time - found)) continue;
        const earlier = localTime(metric, tets, tau, tet, corner, own);
        if (earlier < found - RESOLUTION_ms) {
          tau[target] = earlier;
          upwind[target] = first + corner;
          queue.put(target, earlier - start);
        }
      }
    }
  }
}

/** Whether a node that is `delay` ms later than a corner cannot make it earlier (the second rule above). */
function isTooLate(metric: Float64Array, l: number, corner: number, own: number, delay: number): boolean {
  const place = own < corner ? own : own - 1;
  const edges = 6 * corner;
  const toOwn = metric[l + CORNER_EDGES[edges + place]];
  if (delay * delay >= toOwn) return true;
  const one = place === 0 ? 1 : 0;
  const two = place === 2 ? 1 : 2;
  const toOne = metric[l + CORNER_EDGES[edges + one]];
  const toTwo = metric[l + CORNER_EDGES[edges + two]];
  // Among the other three corners the edges stand as 01 02 12: the sum of the two places, plus 2, is the edge's place.
  const across1 = metric[l + CORNER_EDGES[edges + 2 + place + one]];
  const across2 = metric[l + CORNER_EDGES[edges + 2 + place + two]];
  return toOwn + toOne >= across1 && toOwn + toTwo >= across2;
}
