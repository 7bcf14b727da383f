import type { TriangleSurface } from './torsoModel.ts';

/** Volume inside a closed surface, mm³; negative when it faces inwards: `Σ a · (b × c) / 6`, seen from its first node. */
export function surfaceVolume_mm3({ points, triangles }: TriangleSurface): number {
  const [ox, oy, oz] = points;
  let sum = 0;
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [3 * triangles[at], 3 * triangles[at + 1], 3 * triangles[at + 2]];
    const [bx, by, bz] = [points[b] - ox, points[b + 1] - oy, points[b + 2] - oz];
    const [cx, cy, cz] = [points[c] - ox, points[c + 1] - oy, points[c + 2] - oz];
    sum +=
      (points[a] - ox) * (by * cz - bz * cy) +
      (points[a + 1] - oy) * (bz * cx - bx * cz) +
      (points[a + 2] - oz) * (bx * cy - by * cx);
  }
  return sum / 6;
}

/**
 * How often a closed surface winds about a place: 1 inside an outward one, 0 outside. Sum of the triangles' solid angles by 4π (van Oosterom and Strackee,
 * IEEE Trans Biomed Eng, 1983); a walk over all triangles, so for hundreds of places, not for meshes.
 */
export function windingNumber({ points, triangles }: TriangleSurface, x: number, y: number, z: number): number {
  let sum = 0;
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = [3 * triangles[at], 3 * triangles[at + 1], 3 * triangles[at + 2]];
    const ax = points[a] - x;
    const ay = points[a + 1] - y;
    const az = points[a + 2] - z;
    const bx = points[b] - x;
    const by = points[b + 1] - y;
    const bz = points[b + 2] - z;
    const cx = points[c] - x;
    const cy = points[c + 1] - y;
    const cz = points[c + 2] - z;
    const al = Math.sqrt(ax * ax + ay * ay + az * az);
    const bl = Math.sqrt(bx * bx + by * by + bz * bz);
    const cl = Math.sqrt(cx * cx + cy * cy + cz * cz);
    const triple = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
    const below =
      al * bl * cl +
      (ax * bx + ay * by + az * bz) * cl +
      (ax * cx + ay * cy + az * cz) * bl +
      (bx * cx + by * cy + bz * cz) * al;
    sum += Math.atan2(triple, below);
  }
  return sum / (2 * Math.PI);
}

/** Whether a place lies inside a closed surface. */
export const isInside = (surface: TriangleSurface, x: number, y: number, z: number): boolean =>
  windingNumber(surface, x, y, z) > 0.5;

/** A surface with only the nodes that it uses, in their order. */
export function withoutLooseNodes(points: Float64Array, triangles: Uint32Array): TriangleSurface {
  const numbers = new Int32Array(points.length / 3).fill(-1);
  for (const node of triangles) numbers[node] = 0;
  let count = 0;
  for (let node = 0; node < numbers.length; node++) if (numbers[node] === 0) numbers[node] = count++;
  return {
    points: points.filter((_, at) => numbers[Math.floor(at / 3)] >= 0),
    triangles: triangles.map((node) => numbers[node]),
  };
}
