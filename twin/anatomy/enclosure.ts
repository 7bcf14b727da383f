import type { TriangleTree } from './triangleTree.ts';

type Vector = readonly [number, number, number];

/** Directions cast from each triangle: the whole sphere, evenly. Chosen so that a triangle keeps about 20 that count. */
const DIRECTIONS = 72;
/** Rays closer than this to the tangent plane are left out (cosine): they graze the triangle's own neighbours. */
const GRAZING = 0.08;
/** After this many rays that agree a triangle is clear, and the rest are saved. */
const CLEAR = 10;
/** Rays within this of the long axis (cosine, 65°) are left out of enclosure: they may leave through the valves. */
const UPWARD = 0.42;

/** How a triangle of the boundary sees the muscle opposite it. */
export interface Enclosure {
  /** Share of rays into the outward half-space that meet the muscle again, rays towards the base left out; NaN when none is left, [triangles] */
  readonly share: Float64Array;
}

/** What rays need of a triangle: its centroid and outward unit normal, mm, [triangles, 3] each. */
export interface Facets {
  readonly centroids: Float64Array;
  readonly normals: Float64Array;
}

/**
 * The direction in which cavities are open, apex to base, as a unit vector: the mean of all rays that escape from places which otherwise see
 * mostly muscle. Undefined when no place does, which is a mesh without cavities.
 *
 * @param sample triangles to cast from
 */
export function findOpening(tree: TriangleTree, facets: Facets, sample: readonly number[]): Vector | undefined {
  const directions = evenDirections();
  let x = 0;
  let y = 0;
  let z = 0;
  let enclosed = 0;
  for (const triangle of sample) {
    let rays = 0;
    let hits = 0;
    let ex = 0;
    let ey = 0;
    let ez = 0;
    for (let at = 0; at < directions.length; at += 3) {
      const hit = castFrom(tree, facets, triangle, directions, at);
      if (hit === undefined) continue;
      rays++;
      if (hit) {
        hits++;
        continue;
      }
      ex += directions[at];
      ey += directions[at + 1];
      ez += directions[at + 2];
    }
    if (rays === 0 || hits < 0.7 * rays) continue;
    enclosed++;
    x += ex;
    y += ey;
    z += ez;
  }
  const length = Math.hypot(x, y, z);
  if (enclosed < 0.05 * sample.length || length === 0) return undefined;
  return [x / length, y / length, z / length];
}

/** Enclosure of the sampled triangles; NaN on all others. */
export function measureEnclosure(
  tree: TriangleTree,
  facets: Facets,
  sample: readonly number[],
  [ax, ay, az]: Vector,
): Enclosure {
  const directions = evenDirections().filter((_, at, all) => {
    const first = at - (at % 3);
    return all[first] * ax + all[first + 1] * ay + all[first + 2] * az < UPWARD;
  });
  const share = new Float64Array(facets.normals.length / 3).fill(Number.NaN);
  for (const triangle of sample) {
    let rays = 0;
    let hits = 0;
    for (let at = 0; at < directions.length; at += 3) {
      const hit = castFrom(tree, facets, triangle, directions, at);
      if (hit === undefined) continue;
      rays++;
      if (hit) hits++;
      if (rays >= CLEAR && (hits === rays || hits < 0.2 * rays)) break;
    }
    if (rays >= 3) share[triangle] = hits / rays;
  }
  return { share };
}

/** Whether a ray meets muscle; undefined when it does not leave outward. */
function castFrom(
  tree: TriangleTree,
  { centroids, normals }: Facets,
  triangle: number,
  directions: Float64Array,
  at: number,
): boolean | undefined {
  const t = 3 * triangle;
  const dx = directions[at];
  const dy = directions[at + 1];
  const dz = directions[at + 2];
  if (dx * normals[t] + dy * normals[t + 1] + dz * normals[t + 2] < GRAZING) return undefined;
  // A ray starts a hundredth of a millimetre outside its own triangle, so as not to meet it.
  const x = centroids[t] + 0.01 * normals[t];
  const y = centroids[t + 1] + 0.01 * normals[t + 1];
  const z = centroids[t + 2] + 0.01 * normals[t + 2];
  return tree.castRay(x, y, z, dx, dy, dz) < Number.POSITIVE_INFINITY;
}

/** Unit vectors of a Fibonacci spiral on the sphere, [DIRECTIONS, 3], in an order whose every beginning is spread over the sphere. */
export function evenDirections(): Float64Array {
  const golden = Math.PI * (3 - Math.sqrt(5));
  const directions = new Float64Array(3 * DIRECTIONS);
  for (let at = 0; at < DIRECTIONS; at++) {
    const i = (29 * at) % DIRECTIONS;
    const z = 1 - (2 * i + 1) / DIRECTIONS;
    const radius = Math.sqrt(1 - z * z);
    directions[3 * at] = radius * Math.cos(golden * i);
    directions[3 * at + 1] = radius * Math.sin(golden * i);
    directions[3 * at + 2] = z;
  }
  return directions;
}
