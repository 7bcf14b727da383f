import { SCAR_VELOCITY_mm_ms } from '../eikonal/metric.ts';
import { REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';

/** A layer under both endocardia that conducts faster than the muscle behind it. */
export interface FastEndocardium {
  /** mm; our example is 1: Purkinje fibres couple to the innermost muscle over its first millimetre */
  readonly thickness_mm: number;
  /** On both velocities, as a multiple of the ventricle's own */
  readonly factor: number;
}

/** Where conduction differs from the velocities of a ventricle. */
export interface ConductionSettings {
  readonly endocardium?: FastEndocardium | undefined;
  /** The same in every direction, mm/ms */
  readonly scarVelocity_mm_ms?: number | undefined;
}

/**
 * The mesh with its `speed`: the factor of the fast layer by the share of each tetrahedron that lies in it, and in scar the scar's velocity. Without settings
 * the mesh itself.
 *
 *     speed = 1 + share (factor − 1),   share = |{x in tetrahedron: d(x) ≤ thickness}| / |tetrahedron|
 *
 * d is linear between nodes, so the share is smooth in thickness and place, and coarse meshes carry a thin layer in their mean. Scar has no fast layer.
 *
 * @param endocardialDistance  d, mm, [nodes]
 */
export function withConductionSpeed(
  mesh: TetMesh,
  endocardialDistance: Float64Array,
  { endocardium, scarVelocity_mm_ms }: ConductionSettings,
): TetMesh {
  if (endocardium === undefined && scarVelocity_mm_ms === undefined) return mesh;
  const { tets, regions } = mesh;
  const speed = new Float32Array(tetCount(mesh)).fill(1);
  const inScar = (scarVelocity_mm_ms ?? SCAR_VELOCITY_mm_ms) / SCAR_VELOCITY_mm_ms;
  for (let tet = 0; tet < speed.length; tet++) {
    if (regions[tet] === REGION.scar) {
      speed[tet] = inScar;
    } else if (endocardium !== undefined) {
      const share = shareBelow(
        endocardialDistance[tets[4 * tet]],
        endocardialDistance[tets[4 * tet + 1]],
        endocardialDistance[tets[4 * tet + 2]],
        endocardialDistance[tets[4 * tet + 3]],
        endocardium.thickness_mm,
      );
      speed[tet] = 1 + share * (endocardium.factor - 1);
    }
    if (mesh.speed !== undefined) speed[tet] *= mesh.speed[tet];
  }
  return { ...mesh, speed };
}

/**
 * Share of a tetrahedron's volume where a function, linear with these values at its corners, is at most `level`. Cuts of one corner or of one edge
 * are products of the shares of the edges that they cut, so nothing cancels when values are equal.
 */
export function shareBelow(p: number, q: number, r: number, s: number, level: number): number {
  // The four values in ascending order, by five comparisons.
  const lowPQ = Math.min(p, q);
  const highPQ = Math.max(p, q);
  const lowRS = Math.min(r, s);
  const highRS = Math.max(r, s);
  const a = Math.min(lowPQ, lowRS);
  const d = Math.max(highPQ, highRS);
  const oneMiddle = Math.max(lowPQ, lowRS);
  const otherMiddle = Math.min(highPQ, highRS);
  const b = Math.min(oneMiddle, otherMiddle);
  const c = Math.max(oneMiddle, otherMiddle);
  if (level < a) return 0;
  if (level >= d) return 1;
  if (level < b) return ((level - a) / (b - a)) * ((level - a) / (c - a)) * ((level - a) / (d - a));
  if (level >= c) return 1 - ((d - level) / (d - a)) * ((d - level) / (d - b)) * ((d - level) / (d - c));
  const ac = (level - a) / (c - a);
  const ad = (level - a) / (d - a);
  const bc = (level - b) / (c - b);
  const bd = (level - b) / (d - b);
  return ac * ad + ac * (1 - ad) * bd + (1 - ac) * bc * bd;
}
