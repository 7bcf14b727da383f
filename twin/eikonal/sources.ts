import type { ActivationParameters } from '../calibrate/twin.ts';
import { TwinError } from '../errors.ts';
import type { Csr } from '../mesh/nodeTets.ts';
import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';
import { type Locator, locateTet } from './locate.ts';
import { VELOCITY_COLUMN, velocitiesByRegion } from './metric.ts';
import { openStraightWay, straightDerivatives, walkStraight } from './straightWay.ts';

/** Nodes where waves start. */
export interface Seeds {
  /** Ascending, each once */
  readonly nodes: Uint32Array;
  /** ms, [seeds] */
  readonly times_ms: Float64Array;
  /** The PMJ (or the place in the caller's list of nodes) that each seed comes from, [seeds] */
  readonly origins: Int32Array;
}

/** Seeds of PMJs, and what their derivatives need. */
export interface PmjSeeds extends Seeds {
  /** The tetrahedron that holds each PMJ, [pmjs] */
  readonly pmjTets: Uint32Array;
  readonly locator: Locator;
}

/**
 * Seeds all nodes near a PMJ (`NearField.radius_mm`), and those of its tetrahedron, with the time of the straight way there, each piece in the metric
 * of its own tetrahedron (`walkStraight`):
 *
 *     τ_n = min_i  t_i + ∫ |dx|_{D⁻¹} from x_i straight to x_n
 *
 * No wave that the mesh carries is later than these, so the solve may still improve on them. A piecewise linear solution is
 * least right around its sources; with the four nodes of the PMJ's tetrahedron alone a coarse mesh's fit does not carry over
 * to a finer one (`docs/decisions/0011-near-field.md`).
 *
 * @throws TwinError NoConvergence when a PMJ lies outside the mesh or has no finite time
 */
export function seedPmjs(locator: Locator, nodeTets: Csr, parameters: ActivationParameters): PmjSeeds {
  const { mesh, nearField } = locator;
  const { cellNodes, cell_mm, low, cells, neighbours, radius_mm } = nearField;
  const { points, tets } = mesh;
  const { pmjPositions, pmjTimes_ms } = parameters;
  const byRegion = velocitiesByRegion(parameters);
  const slowness = slownessByRegion(byRegion);
  const perMm = 1 / (nearField.greatestSpeed * byRegion.reduce((most, velocity) => Math.max(most, velocity), 0));
  const nodes = nodeCount(mesh);
  const earliest = new Float64Array(nodes).fill(Number.POSITIVE_INFINITY);
  const origin = new Int32Array(nodes).fill(-1);
  const pmjTets = new Uint32Array(pmjTimes_ms.length);
  const barycentric = new Float64Array(4);
  const way = openStraightWay();
  // Early PMJs first: most ways of later ones are then cut short.
  const order = Uint32Array.from(pmjTimes_ms.keys()).sort((a, b) => pmjTimes_ms[a] - pmjTimes_ms[b] || a - b);
  for (const pmj of order) {
    const x = pmjPositions[3 * pmj];
    const y = pmjPositions[3 * pmj + 1];
    const z = pmjPositions[3 * pmj + 2];
    const start = pmjTimes_ms[pmj];
    const tet = locateTet(locator, x, y, z, barycentric);
    if (tet < 0 || !Number.isFinite(start)) throw badPmj(pmj, x, y, z, start);
    pmjTets[pmj] = tet;
    const seed = (node: number, least: number) => {
      const latest = earliest[node] - start;
      const time = walkStraight(mesh, neighbours, slowness, tet, x, y, z, node, latest, least, way);
      if (time < latest) {
        earliest[node] = start + time;
        origin[node] = pmj;
      }
    };
    for (let corner = 0; corner < 4; corner++) seed(tets[4 * tet + corner], 0);
    const firstX = Math.max(0, Math.floor((x - radius_mm - low[0]) / cell_mm));
    const lastX = Math.min(cells[0] - 1, Math.floor((x + radius_mm - low[0]) / cell_mm));
    const firstY = Math.max(0, Math.floor((y - radius_mm - low[1]) / cell_mm));
    const lastY = Math.min(cells[1] - 1, Math.floor((y + radius_mm - low[1]) / cell_mm));
    const firstZ = Math.max(0, Math.floor((z - radius_mm - low[2]) / cell_mm));
    const lastZ = Math.min(cells[2] - 1, Math.floor((z + radius_mm - low[2]) / cell_mm));
    for (let cz = firstZ; cz <= lastZ; cz++) {
      for (let cy = firstY; cy <= lastY; cy++) {
        const row = (cz * cells[1] + cy) * cells[0];
        const end = cellNodes.starts[row + lastX + 1];
        for (let at = cellNodes.starts[row + firstX]; at < end; at++) {
          const node = cellNodes.items[at];
          if (nodeTets.starts[node] === nodeTets.starts[node + 1]) continue; // no muscle
          const ex = points[3 * node] - x;
          const ey = points[3 * node + 1] - y;
          const ez = points[3 * node + 2] - z;
          const square = ex * ex + ey * ey + ez * ez;
          if (square > radius_mm * radius_mm) continue;
          const least = perMm * Math.sqrt(square);
          if (start + least < earliest[node]) seed(node, least);
        }
      }
    }
  }
  return { ...collectSeeds(earliest, origin), pmjTets, locator };
}

/** How the times of seeds move with their PMJs' places and the velocities. */
export interface SeedLegs {
  /** ∂τ/∂x of the PMJ, ms/mm, [seeds, 3] */
  readonly byPosition: Float64Array;
  /** ∂τ/∂(lv.fibre, lv.transverse, rv.fibre, rv.transverse), ms per mm/ms, [seeds, 4] */
  readonly byVelocity: Float64Array;
}

/** Walks the ways of seeds again and differentiates them. @param isAsked  which seeds; zero on the others, by place in the list */
export function seedLegs(
  { nodes, origins, pmjTets, locator }: PmjSeeds,
  parameters: ActivationParameters,
  isAsked: (seed: number) => boolean = () => true,
): SeedLegs {
  const { mesh, nearField } = locator;
  const { pmjPositions } = parameters;
  const byRegion = velocitiesByRegion(parameters);
  const slowness = slownessByRegion(byRegion);
  const byPosition = new Float64Array(3 * nodes.length);
  const byVelocity = new Float64Array(4 * nodes.length);
  const way = openStraightWay();
  const workspace = { leg: new Float64Array(3), timed: new Float64Array(6) };
  const out = new Float64Array(7);
  for (let seed = 0; seed < nodes.length; seed++) {
    if (!isAsked(seed)) continue;
    const pmj = origins[seed];
    const node = nodes[seed];
    const x = pmjPositions[3 * pmj];
    const y = pmjPositions[3 * pmj + 1];
    const z = pmjPositions[3 * pmj + 2];
    walkStraight(mesh, nearField.neighbours, slowness, pmjTets[pmj], x, y, z, node, Number.POSITIVE_INFINITY, 0, way);
    straightDerivatives(mesh, byRegion, VELOCITY_COLUMN, x, y, z, node, way, workspace, out);
    for (let axis = 0; axis < 3; axis++) byPosition[3 * seed + axis] = out[axis];
    for (let velocity = 0; velocity < 4; velocity++) byVelocity[4 * seed + velocity] = out[3 + velocity];
  }
  return { byPosition, byVelocity };
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

/**
 * What every backend says of muscle that no wave reached.
 *
 * @param within  after "reached", where a backend looks no farther than some time
 */
export function unreachedMuscle(unreached: number, within = ''): TwinError {
  return new TwinError(
    'NoConvergence',
    `activation: ${unreached} nodes of the muscle were not reached${within}, expected all; a detached part holds no PMJ, take another start or mend the mesh`,
    { unreached },
  );
}

/** Number of nodes that tetrahedra use and no wave reached: 0 when every connected part holds a seed. */
export function countUnreached(mesh: TetMesh, nodeTets: Csr, tau: Float64Array): number {
  let unreached = 0;
  for (let node = 0; node < nodeCount(mesh); node++) {
    if (tau[node] === Number.POSITIVE_INFINITY && nodeTets.starts[node + 1] > nodeTets.starts[node]) unreached++;
  }
  return unreached;
}

/** 1/v_t² and 1/v_f² − 1/v_t² by region, ms²/mm², [4, 2] */
function slownessByRegion(byRegion: Float64Array): Float64Array {
  const slowness = new Float64Array(byRegion.length);
  for (let at = 0; at < byRegion.length; at += 2) {
    slowness[at] = 1 / byRegion[at + 1] ** 2;
    slowness[at + 1] = 1 / byRegion[at] ** 2 - slowness[at];
  }
  return slowness;
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
