import test from 'ava';
import { localTime } from '../../twin/eikonal/localSolve.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../../twin/eikonal/solve.ts';
import { seedNodes } from '../../twin/eikonal/sources.ts';
import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { blockMesh } from '../helpers/meshes.ts';

/** Anisotropy 6: what is well shaped in mm is not in the metric of the fibres. */
const velocity = { fibre_mm_ms: 0.9, transverse_mm_ms: 0.15 };

/** A jittered block with turning fibres, its places moved by a map. */
function badMesh(move: (place: readonly [number, number, number]) => readonly [number, number, number]): TetMesh {
  const mesh = blockMesh(6, 6, 6, 1, {
    fibre: ([x, y, z]) => [Math.cos(x + y) * Math.cos(z), Math.sin(x + y) * Math.cos(z), Math.sin(z)],
    jitter: 0.22,
  });
  const points = new Float64Array(mesh.points.length);
  for (let node = 0; node < nodeCount(mesh); node++) {
    const [x, y, z] = mesh.points.subarray(3 * node, 3 * node + 3);
    points.set(move([x, y, z]), 3 * node);
  }
  return { ...mesh, points };
}

function metricOf(mesh: TetMesh): Float64Array {
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, { lv: velocity, rv: velocity }, metric);
  return metric;
}

/** The fixed point by force: all corners of all tetrahedra, from all sides, until nothing moves. */
function sweepAll({ tets }: TetMesh, metric: Float64Array, nodes: Uint32Array, times: Float64Array): Float64Array {
  const tau = new Float64Array(tets.reduce((most, node) => Math.max(most, node), 0) + 1).fill(Number.POSITIVE_INFINITY);
  for (const [place, node] of nodes.entries()) tau[node] = times[place];
  for (let moved = true; moved; ) {
    moved = false;
    for (let at = 0; at < tets.length; at++) {
      for (let from = 0; from < 4; from++) {
        if (from === (at & 3)) continue;
        const time = localTime(metric, tets, tau, at >>> 2, at & 3, from);
        if (!(time < tau[tets[at]] - 1e-12)) continue;
        tau[tets[at]] = time;
        moved = true;
      }
    }
  }
  return tau;
}

for (const [shape, move] of [
  ['flattened to a sixth', ([x, y, z]) => [x, y, z / 6]],
  ['drawn out to needles', ([x, y, z]) => [5 * x, y, z]],
  ['sheared by three', ([x, y, z]) => [x + 3 * z, y - 2 * z, z]],
] as const satisfies readonly (readonly [string, Parameters<typeof badMesh>[0]])[]) {
  test(`on tetrahedra ${shape}, nearly all obtuse in the metric, the queue finds the fixed point of brute force`, (t) => {
    const mesh = badMesh(move);
    const metric = metricOf(mesh);
    let obtuse = 0;
    for (let tet = 0; tet < tetCount(mesh); tet++) {
      if (metric.subarray(METRIC_STRIDE * tet, METRIC_STRIDE * tet + 6).some((k) => k < 0)) obtuse++;
    }
    t.true(obtuse > 0.9 * tetCount(mesh), `${obtuse} of ${tetCount(mesh)}`);
    const nodes = Uint32Array.of(0, 120, 200, 330);
    const times = Float64Array.of(0, 3, 1, 8);
    const { tau } = solveEikonal(openWaveFront(mesh), metric, seedNodes(nodes, times));
    const expected = sweepAll(mesh, metric, nodes, times);
    const worst = tau.reduce((most, time, node) => Math.max(most, Math.abs(time - expected[node])), 0);
    t.true(worst < 1e-8, `${worst} ms`);
  });
}
