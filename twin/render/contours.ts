import type { Point } from '../anatomy/anatomy.ts';
import { dot } from './heartFrame.ts';

/** A plane with its two directions, as a picture shows it. */
export interface Plane {
  readonly origin: Point;
  /** Unit vectors at right angles: to the right and up in the picture */
  readonly right: Point;
  readonly up: Point;
}

/**
 * The lines in which a plane cuts a surface of triangles, in the plane's own two coordinates.
 *
 * @param points     mm, [nodes, 3]
 * @param triangles  [triangles, 3]
 * @returns polylines, mm right and up of the origin, [places, 2] each; a closed line ends where it began
 */
export function contoursOf(points: Float64Array, triangles: Uint32Array, { origin, right, up }: Plane): Float64Array[] {
  const normal: Point = [
    right[1] * up[2] - right[2] * up[1],
    right[2] * up[0] - right[0] * up[2],
    right[0] * up[1] - right[1] * up[0],
  ];
  const nodes = points.length / 3;
  const from = (node: number): Point => [
    points[3 * node] - origin[0],
    points[3 * node + 1] - origin[1],
    points[3 * node + 2] - origin[2],
  ];
  const heights = new Float64Array(nodes);
  for (const node of triangles) heights[node] = dot(from(node), normal);
  const isAbove = (node: number) => heights[node] >= 0;
  // A cut edge is one place of the line; its key is the same in both of its triangles.
  const places = new Map<number, [number, number]>();
  const neighbours = new Map<number, number[]>();
  const place = (a: number, b: number): number => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const key = low * nodes + high;
    if (!places.has(key)) {
      const share = heights[low] / (heights[low] - heights[high]);
      const [p, q] = [from(low), from(high)];
      const at = (axis: Point) => (1 - share) * dot(p, axis) + share * dot(q, axis);
      places.set(key, [at(right), at(up)]);
    }
    return key;
  };
  const join = (one: number, other: number) => {
    const list = neighbours.get(one);
    if (list === undefined) neighbours.set(one, [other]);
    else list.push(other);
  };
  for (let at = 0; at < triangles.length; at += 3) {
    const corners = [triangles[at], triangles[at + 1], triangles[at + 2]];
    const crossed: number[] = [];
    for (let corner = 0; corner < 3; corner++) {
      const [a, b] = [corners[corner], corners[(corner + 1) % 3]];
      if (isAbove(a) !== isAbove(b)) crossed.push(place(a, b));
    }
    if (crossed.length !== 2) continue;
    join(crossed[0], crossed[1]);
    join(crossed[1], crossed[0]);
  }
  return chains(places, neighbours);
}

/** Segments joined to lines: open ones from their ends, then rings. */
function chains(places: Map<number, [number, number]>, neighbours: Map<number, number[]>): Float64Array[] {
  const lines: Float64Array[] = [];
  const take = (one: number, other: number) => {
    for (const [a, b] of [
      [one, other],
      [other, one],
    ]) {
      const list = neighbours.get(a) as number[];
      list.splice(list.indexOf(b), 1);
    }
  };
  const walk = (start: number) => {
    const line = [...(places.get(start) as [number, number])];
    let at = start;
    for (let next = neighbours.get(at)?.[0]; next !== undefined; next = neighbours.get(at)?.[0]) {
      take(at, next);
      at = next;
      line.push(...(places.get(at) as [number, number]));
    }
    if (line.length > 2) lines.push(Float64Array.from(line));
  };
  for (const [start, list] of neighbours) if (list.length === 1) walk(start);
  for (const start of neighbours.keys()) walk(start);
  return lines;
}
