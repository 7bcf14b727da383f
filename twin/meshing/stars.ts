import type { Csr } from '../mesh/nodeTets.ts';

/** A mesh whose nodes are moved, with the tetrahedra around each node. */
export interface Stars {
  /** mm, [nodes, 3]; changes while nodes move */
  readonly points: Float64Array;
  /** [tets, 4] */
  readonly tets: Uint32Array;
  readonly around: Csr;
  /** The three other nodes of each entry of `around`, so ordered that (node, p, q, r) is positive, [entries, 3] */
  readonly others: Uint32Array;
  /** Whether the angles of a tetrahedron count; of the others only the sign does, [tets] */
  readonly isGuarded: Uint8Array;
}

/** Corners behind each corner of a positive tetrahedron, in the order that keeps it positive. */
const BEHIND = [1, 2, 3, 0, 3, 2, 0, 1, 3, 0, 2, 1] as const;

export function openStars(points: Float64Array, tets: Uint32Array, around: Csr, isGuarded: Uint8Array): Stars {
  const others = new Uint32Array(3 * tets.length);
  for (let node = 0; node < points.length / 3; node++) {
    for (let entry = around.starts[node]; entry < around.starts[node + 1]; entry++) {
      const tet = 4 * around.items[entry];
      let corner = 0;
      while (tets[tet + corner] !== node) corner++;
      for (let i = 0; i < 3; i++) others[3 * entry + i] = tets[tet + BEHIND[3 * corner + i]];
    }
  }
  return { points, tets, around, others, isGuarded };
}

/** What a move must leave of every tetrahedron around the node. */
export interface Guard {
  /** Square of the cosine of the least dihedral angle */
  readonly cosine2: number;
  /** Six times the least volume, mm³ */
  readonly volume6: number;
}

/**
 * Whether a node may stand at a place: all tetrahedra around it keep their orientation, and guarded ones no dihedral angle below the bound. With inward
 * face normals n_i, whose lengths need no root:
 *
 *     cos θ_ij = −n_i · n_j / (|n_i| |n_j|)
 */
export function mayStand(stars: Stars, guard: Guard, node: number, x: number, y: number, z: number): boolean {
  const { points, others, isGuarded } = stars;
  const { starts, items } = stars.around;
  const { cosine2, volume6 } = guard;
  for (let entry = starts[node]; entry < starts[node + 1]; entry++) {
    const p = 3 * others[3 * entry];
    const q = 3 * others[3 * entry + 1];
    const r = 3 * others[3 * entry + 2];
    const ax = points[p] - x;
    const ay = points[p + 1] - y;
    const az = points[p + 2] - z;
    const bx = points[q] - x;
    const by = points[q + 1] - y;
    const bz = points[q + 2] - z;
    const cx = points[r] - x;
    const cy = points[r + 1] - y;
    const cz = points[r + 2] - z;
    const px = by * cz - bz * cy;
    const py = bz * cx - bx * cz;
    const pz = bx * cy - by * cx;
    if (ax * px + ay * py + az * pz < volume6) return false;
    if (!isGuarded[items[entry]]) continue;
    const qx = cy * az - cz * ay;
    const qy = cz * ax - cx * az;
    const qz = cx * ay - cy * ax;
    const rx = ay * bz - az * by;
    const ry = az * bx - ax * bz;
    const rz = ax * by - ay * bx;
    const nx = -px - qx - rx;
    const ny = -py - qy - ry;
    const nz = -pz - qz - rz;
    const pp = px * px + py * py + pz * pz;
    const qq = qx * qx + qy * qy + qz * qz;
    const rr = rx * rx + ry * ry + rz * rz;
    const nn = nx * nx + ny * ny + nz * nz;
    const pq = px * qx + py * qy + pz * qz;
    if (pq < 0 && pq * pq > cosine2 * pp * qq) return false;
    const pr = px * rx + py * ry + pz * rz;
    if (pr < 0 && pr * pr > cosine2 * pp * rr) return false;
    const qr = qx * rx + qy * ry + qz * rz;
    if (qr < 0 && qr * qr > cosine2 * qq * rr) return false;
    const pn = px * nx + py * ny + pz * nz;
    if (pn < 0 && pn * pn > cosine2 * pp * nn) return false;
    const qn = qx * nx + qy * ny + qz * nz;
    if (qn < 0 && qn * qn > cosine2 * qq * nn) return false;
    const rn = rx * nx + ry * ny + rz * nz;
    if (rn < 0 && rn * rn > cosine2 * rr * nn) return false;
  }
  return true;
}

/** Moves a node by a vector, or by half, a quarter or an eighth of it where the whole may not be. @returns the share that was gone */
export function moveGuarded(stars: Stars, guard: Guard, node: number, dx: number, dy: number, dz: number): number {
  const { points } = stars;
  const x = points[3 * node];
  const y = points[3 * node + 1];
  const z = points[3 * node + 2];
  for (let share = 1; share > 0.1; share /= 2) {
    if (!mayStand(stars, guard, node, x + share * dx, y + share * dy, z + share * dz)) continue;
    points[3 * node] = x + share * dx;
    points[3 * node + 1] = y + share * dy;
    points[3 * node + 2] = z + share * dz;
    return share;
  }
  return 0;
}
