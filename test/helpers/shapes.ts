import type { Bounds, SignedDistance } from '../../twin/anatomy/stuffing.ts';
import { type Materials, materialsOf } from '../../twin/meshing/materials.ts';
import { openRandom } from '../../twin/random.ts';

export const ball =
  (x0: number, y0: number, z0: number, radius: number): SignedDistance =>
  (x, y, z) =>
    Math.hypot(x - x0, y - y0, z - z0) - radius;

export const cube = (half: number): Bounds => ({ min: [-half, -half, -half], max: [half, half, half] });

/** What of a shape lies nearer to its middle than to the other's: two shapes that touch in a smooth interface. */
export const besides =
  (own: SignedDistance, other: SignedDistance): SignedDistance =>
  (x, y, z) =>
    Math.max(own(x, y, z), (own(x, y, z) - other(x, y, z)) / 2);

/** Corners − edges + triangles of a closed surface: 2 for each sphere. */
export function eulerNumber(triangles: Uint32Array): number {
  const edges = new Set<string>();
  for (let at = 0; at < triangles.length; at++) {
    const next = at % 3 === 2 ? at - 2 : at + 1;
    edges.add([triangles[at], triangles[next]].sort((a, b) => a - b).join());
  }
  return new Set(triangles).size - edges.size + triangles.length / 3;
}

/** Two to four overlapping balls that share their space, one of them hollow: triple lines, thin remains, concave edges. */
export function randomMaterials(seed: number): Materials {
  const random = openRandom(seed, 'materials');
  const balls = Array.from({ length: 2 + Math.floor(3 * random.uniform()) }, () =>
    ball(8 * random.uniform() - 4, 8 * random.uniform() - 4, 8 * random.uniform() - 4, 2 + 4 * random.uniform()),
  );
  const wall = 0.5 + 2 * random.uniform();
  const shapes: Record<string, SignedDistance> = {};
  for (const [index, own] of balls.entries()) {
    const alone: SignedDistance = (x, y, z) => {
      let value = own(x, y, z);
      for (const other of balls) if (other !== own) value = Math.max(value, (own(x, y, z) - other(x, y, z)) / 2);
      return value;
    };
    shapes[`m${index}`] = index === 0 ? (x, y, z) => Math.max(alone(x, y, z), -own(x, y, z) - wall) : alone;
  }
  return materialsOf(shapes, cube(11));
}
