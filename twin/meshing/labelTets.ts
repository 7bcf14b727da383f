import { latticePosition, latticeTets, type OwnedLattice } from './lattice.ts';
import { type Materials, ownerOf } from './materials.ts';
import { surfaceNodes } from './surfaceNodes.ts';

/** Places along a lattice edge at which a thin wall is looked for, nearest to the middle first. */
const LOOKS = [0.5, 0.375, 0.625, 0.25, 0.75, 0.125, 0.875] as const;

/**
 * Material of every lattice tetrahedron, [12 · cubes]: the owner of its four nodes where they agree, otherwise of its centroid. A wall between two
 * other materials takes every tetrahedron with an edge through it, whether or not it owns a node: a sheet thinner than the lattice is so
 * one unbroken layer of tetrahedra, each with nodes on both sides.
 *
 * @param walls  materials that are walls
 */
export function labelTets(lattice: OwnedLattice, materials: Materials, walls: readonly number[]): Uint8Array {
  const { owners, counts } = lattice;
  const background = materials.names.length;
  const labels = new Uint8Array(12 * counts[0] * counts[1] * counts[2]).fill(background);
  const values = new Float64Array(background + 1);
  const isWall = new Uint8Array(background + 1);
  for (const wall of walls) isWall[wall] = 1;
  const places = Array.from({ length: 4 }, () => new Float64Array(3));
  const sample = (x: number, y: number, z: number): number => {
    materials.sampleAll(x, y, z, values);
    return ownerOf(values);
  };
  const wallBetween = (from: Float64Array, to: Float64Array): number => {
    for (const at of LOOKS) {
      const owner = sample(
        from[0] + at * (to[0] - from[0]),
        from[1] + at * (to[1] - from[1]),
        from[2] + at * (to[2] - from[2]),
      );
      if (isWall[owner]) return owner;
    }
    return -1;
  };
  const isSurface = surfaceNodes(lattice, isWall);
  const nodes = [0, 0, 0, 0];
  latticeTets(lattice, (tet, a, b, c, d) => {
    const owner = owners[a];
    if (owner === owners[b] && owner === owners[c] && owner === owners[d]) {
      labels[tet] = owner;
      return;
    }
    nodes[0] = a;
    nodes[1] = b;
    nodes[2] = c;
    nodes[3] = d;
    for (let corner = 0; corner < 4; corner++) latticePosition(lattice, nodes[corner], places[corner]);
    let only = -1;
    let isMixed = false;
    for (const node of nodes) {
      if (isSurface[node] || owners[node] === only) continue;
      isMixed ||= only >= 0;
      only = owners[node];
    }
    if (only >= 0 && !isMixed) {
      labels[tet] = only;
      return;
    }
    if (walls.length > 0) {
      for (let i = 1; i < 4; i++) {
        for (let j = 0; j < i; j++) {
          const one = owners[nodes[i]];
          const other = owners[nodes[j]];
          if (one === other || isWall[one] || isWall[other]) continue;
          const wall = wallBetween(places[j], places[i]);
          if (wall < 0) continue;
          labels[tet] = wall;
          return;
        }
      }
    }
    const [p, q, r, s] = places;
    labels[tet] = sample(
      (p[0] + q[0] + r[0] + s[0]) / 4,
      (p[1] + q[1] + r[1] + s[1]) / 4,
      (p[2] + q[2] + r[2] + s[2]) / 4,
    );
  });
  return labels;
}
