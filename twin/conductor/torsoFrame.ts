import type { Point } from '../anatomy/anatomy.ts';
import { rotate } from '../anatomy/torso.ts';
import type { TriangleSurface } from './torsoModel.ts';

/**
 * Where a torso's own frame (x to the subject's left, y to the back, z to the head) lies in a heart's mesh: `x_mesh = origin + rotation x_torso`.
 */
export interface TorsoFrame {
  /** [9] row-major; a rotation */
  readonly rotation: readonly number[];
  /** mm */
  readonly origin: Point;
}

/** The frame of a mesh that lies as the torso does (LPS). */
export const TORSO_IS_MESH: TorsoFrame = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], origin: [0, 0, 0] };

/** A place of the torso's frame in the mesh's. */
export function toMesh({ rotation, origin }: TorsoFrame, place: Point): Point {
  const [x, y, z] = rotate(rotation, place);
  return [origin[0] + x, origin[1] + y, origin[2] + z];
}

/** A place of the mesh's frame in the torso's. */
export function toTorso({ rotation: r, origin }: TorsoFrame, place: Point): Point {
  const [x, y, z] = [place[0] - origin[0], place[1] - origin[1], place[2] - origin[2]];
  return [r[0] * x + r[3] * y + r[6] * z, r[1] * x + r[4] * y + r[7] * z, r[2] * x + r[5] * y + r[8] * z];
}

/** Places moved one by one, mm, [nodes, 3]. */
export function moveAll(points: Float64Array, move: (place: Point) => Point): Float64Array {
  const out = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 3) out.set(move([points[at], points[at + 1], points[at + 2]]), at);
  return out;
}

/** A surface of the torso's frame in the mesh's. */
export const surfaceToMesh = (frame: TorsoFrame, { points, triangles }: TriangleSurface): TriangleSurface => ({
  points: moveAll(points, (place) => toMesh(frame, place)),
  triangles,
});
