import { solveFromNodes } from '../eikonal/solve.ts';
import { nodeCount, REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';
import type { ConsistentCoordinates, Point, Surfaces } from './anatomy.ts';
import type { HarmonicFields } from './harmonicFields.ts';
import { openLaplace } from './laplace.ts';
import { eachEdge, findWalls, WALL } from './walls.ts';

/** Rotation of the anterior insertion; the posterior one has its negative, so that the septum has a third of the circle and each free wall the rest. */
export const INSERTION_rad = Math.PI / 3;
/** Isotropic speed of 1 mm/ms, for lengths of ways through muscle. */
const UNIT_SPEED = { fibre_mm_ms: 1, transverse_mm_ms: 1 };

/**
 * Coordinates that are the same at the same place of any two hearts (after Schuler et al., Med Image Anal 2021): their pole is where the anterior and the
 * posterior insertion of the RV meet at the heart's tip, which is the only place at which a rotation can close that is continuous through both.
 *
 * With p harmonic, 1 on the anterior and −1 on the posterior borders between the walls (`findWalls`),
 *
 *     rotational = p π/3 in the septum,   π − p 2π/3 in either free wall
 *
 * and apicobasal = d_pole / (d_pole + d_base), d being lengths of shortest ways through muscle.
 *
 * @returns undefined where the ventricles have no septum with two insertions
 * @throws TwinError NoConvergence when the Laplace solution fails
 */
export function consistentCoordinates(
  mesh: TetMesh,
  surfaces: Pick<Surfaces, 'rvEndo' | 'base'>,
  fields: HarmonicFields,
): ConsistentCoordinates | undefined {
  const { walls, border } = findWalls(mesh, fields);
  const front = openFront(mesh.points, surfaces, fields);
  const anterior = border.filter((node) => front(node) >= 0);
  const posterior = border.filter((node) => front(node) < 0);
  const hasAll = Object.values(WALL).every((wall) => walls.includes(wall));
  if (!hasAll || anterior.length === 0 || posterior.length === 0) return undefined;
  const p = openLaplace(mesh).solve([
    { nodes: anterior, value: 1 },
    { nodes: posterior, value: -1 },
  ]);
  const toPole = waysFrom(mesh, findPole(mesh, fields, anterior, posterior));
  const toBase = waysFrom(mesh, new Uint32Array(new Set(surfaces.base)));
  return {
    apicobasal: toPole.map((length, node) => length / (length + toBase[node])),
    rotational: p.map((value, node) => {
      const share = Math.max(-1, Math.min(1, value));
      if (walls[node] === WALL.septum) return share * INSERTION_rad;
      const angle = Math.PI - share * (Math.PI - INSERTION_rad);
      return angle > Math.PI ? angle - 2 * Math.PI : angle;
    }),
  };
}

/** How far a node lies in front of the plane through the LV's long axis and the middle of the RV endocardium, mm: positive towards the anterior wall. */
function openFront(
  points: Float64Array,
  { rvEndo }: Pick<Surfaces, 'rvEndo'>,
  { lvAxis: { baseCentre, direction } }: HarmonicFields,
): (node: number) => number {
  const towardsRv: [number, number, number] = [0, 0, 0];
  for (const node of rvEndo) {
    for (let axis = 0; axis < 3; axis++)
      towardsRv[axis] = (towardsRv[axis] as number) + (points[3 * node + axis] - baseCentre[axis]) / rvEndo.length;
  }
  const [x, y, z] = cross(direction, towardsRv);
  const length = Math.hypot(x, y, z);
  return (node) =>
    ((points[3 * node] - baseCentre[0]) * x +
      (points[3 * node + 1] - baseCentre[1]) * y +
      (points[3 * node + 2] - baseCentre[2]) * z) /
    length;
}

/** Nodes where the anterior border touches the posterior one in the lower half of both; where they do not touch, the lowest node of either. */
function findPole(
  { points, tets }: Pick<TetMesh, 'points' | 'tets'>,
  { lvAxis: { direction } }: HarmonicFields,
  anterior: Uint32Array,
  posterior: Uint32Array,
): Uint32Array {
  const height = (node: number) =>
    points[3 * node] * direction[0] + points[3 * node + 1] * direction[1] + points[3 * node + 2] * direction[2];
  const border = [...anterior, ...posterior];
  const middle = border.reduce((sum, node) => sum + height(node) / border.length, 0);
  const sides = new Int8Array(points.length / 3);
  for (const node of anterior) sides[node] = 1;
  for (const node of posterior) sides[node] = -1;
  const met = new Set<number>();
  eachEdge(tets, (from, to) => {
    if (sides[from] * sides[to] === -1 && height(from) < middle && height(to) < middle) met.add(from).add(to);
  });
  const lowest = (nodes: Uint32Array) => nodes.reduce((low, node) => (height(node) < height(low) ? node : low));
  return Uint32Array.from(met.size > 0 ? met : [lowest(anterior), lowest(posterior)]).sort();
}

/** Length of the shortest way through muscle to the nearest of some nodes, mm, [nodes]; NaN where there is none. */
export function waysFrom(mesh: TetMesh, nodes: Uint32Array): Float64Array {
  const { points, tets } = mesh;
  const uniform = { points, tets, regions: new Uint8Array(tetCount(mesh)).fill(REGION.lv), fibres: mesh.fibres };
  const times = solveFromNodes(uniform, { lv: UNIT_SPEED, rv: UNIT_SPEED }, nodes, new Float64Array(nodes.length));
  return Float64Array.from({ length: nodeCount(mesh) }, (_, node) =>
    Number.isFinite(times[node]) ? times[node] : Number.NaN,
  );
}

const cross = ([ax, ay, az]: Point, [bx, by, bz]: Point): Point => [
  ay * bz - az * by,
  az * bx - ax * bz,
  ax * by - ay * bx,
];
