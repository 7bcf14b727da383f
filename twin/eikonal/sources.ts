import type { ActivationParameters } from '../calibrate/twin.ts';
import { TwinError } from '../errors.ts';
import type { Csr } from '../mesh/nodeTets.ts';
import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';
import { type Locator, locateTet } from './locate.ts';
import { legTime, velocitiesByRegion } from './metric.ts';

/** Nodes where waves start. */
export interface Seeds {
  /** Ascending, each once */
  readonly nodes: Uint32Array;
  /** ms, [seeds] */
  readonly times_ms: Float64Array;
  /** The PMJ (or the place in the caller's list of nodes) that each seed comes from, [seeds] */
  readonly origins: Int32Array;
}

/** Seeds of PMJs, and the tetrahedron that holds each. */
export interface PmjSeeds extends Seeds {
  /** [pmjs] */
  readonly pmjTets: Uint32Array;
}

/**
 * Seeds all nodes of the tetrahedra that touch the PMJ's own, with the straight time in the PMJ's own tetrahedron:
 *
 *     τ_n = min_i  t_i + |x_n − x_i|_{D⁻¹ of i's tetrahedron}
 *
 * Differentiable in `x_i`. The four nodes of the tetrahedron alone, as in the piecewise linear method proper, give a
 * coarse mesh a near field so different that its fit does not carry over to a finer one (`docs/decisions/0011-near-field.md`).
 *
 * @throws TwinError NoConvergence when a PMJ lies outside the mesh or has no finite time
 */
export function seedPmjs(locator: Locator, nodeTets: Csr, parameters: ActivationParameters): PmjSeeds {
  const { mesh } = locator;
  const { pmjPositions, pmjTimes_ms } = parameters;
  const byRegion = velocitiesByRegion(parameters);
  const nodes = nodeCount(mesh);
  const earliest = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const origin = new Int32Array(nodes).fill(-1);
  const visitedBy = new Int32Array(nodes).fill(-1);
  const pmjTets = new Uint32Array(pmjTimes_ms.length);
  const barycentric = new Float64Array(4);
  const leg = new Float64Array(3);
  const timed = new Float64Array(6);
  for (let pmj = 0; pmj < pmjTimes_ms.length; pmj++) {
    const x = pmjPositions[3 * pmj];
    const y = pmjPositions[3 * pmj + 1];
    const z = pmjPositions[3 * pmj + 2];
    const start = pmjTimes_ms[pmj];
    const tet = locateTet(locator, x, y, z, barycentric);
    if (tet < 0 || !Number.isFinite(start)) throw badPmj(pmj, x, y, z, start);
    pmjTets[pmj] = tet;
    for (let corner = 0; corner < 4; corner++) {
      const touched = mesh.tets[4 * tet + corner];
      for (let at = nodeTets.starts[touched]; at < nodeTets.starts[touched + 1]; at++) {
        const first = 4 * nodeTets.items[at];
        for (let other = 0; other < 4; other++) {
          const node = mesh.tets[first + other];
          if (visitedBy[node] === pmj) continue;
          visitedBy[node] = pmj;
          leg[0] = mesh.points[3 * node] - x;
          leg[1] = mesh.points[3 * node + 1] - y;
          leg[2] = mesh.points[3 * node + 2] - z;
          legTime(mesh, byRegion, tet, leg, timed);
          if (start + timed[0] < earliest[node]) {
            earliest[node] = start + timed[0];
            origin[node] = pmj;
          }
        }
      }
    }
  }
  return { ...collectSeeds(earliest, origin), pmjTets };
}

/** Seeds at nodes; of a node given twice the earlier time counts. */
export function seedNodes(nodes: Uint32Array, times_ms: Float64Array): Seeds {
  const order = Uint32Array.from(nodes, (_, place) => place).sort(
    (a, b) => nodes[a] - nodes[b] || times_ms[a] - times_ms[b] || a - b,
  );
  const kept = order.filter((place, rank) => rank === 0 || nodes[place] !== nodes[order[rank - 1]]);
  return {
    nodes: kept.map((place) => nodes[place]),
    times_ms: Float64Array.from(kept, (place) => times_ms[place]),
    origins: Int32Array.from(kept),
  };
}

/** Number of nodes that tetrahedra use and no wave reached: 0 when every connected part holds a seed. */
export function countUnreached(mesh: TetMesh, nodeTets: Csr, tau: Float64Array): number {
  let unreached = 0;
  for (let node = 0; node < nodeCount(mesh); node++) {
    if (tau[node] === Number.POSITIVE_INFINITY && nodeTets.starts[node + 1] > nodeTets.starts[node]) unreached++;
  }
  return unreached;
}

function collectSeeds(earliest: Float64Array, origin: Int32Array): Seeds {
  let count = 0;
  for (let node = 0; node < origin.length; node++) if (origin[node] >= 0) count++;
  const seeds = { nodes: new Uint32Array(count), times_ms: new Float64Array(count), origins: new Int32Array(count) };
  let seed = 0;
  for (let node = 0; node < origin.length; node++) {
    if (origin[node] < 0) continue;
    seeds.nodes[seed] = node;
    seeds.times_ms[seed] = earliest[node];
    seeds.origins[seed++] = origin[node];
  }
  return seeds;
}

function badPmj(pmj: number, x: number, y: number, z: number, start: number): TwinError {
  const place = `(${[x, y, z].map((value) => value.toFixed(2)).join(', ')}) mm at ${start} ms`;
  return new TwinError(
    'NoConvergence',
    `PMJ ${pmj}: found at ${place}, expected inside the muscle at a finite time; take a smaller step or another start`,
    { pmj },
  );
}
