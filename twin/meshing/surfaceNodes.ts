import type { OwnedLattice } from './lattice.ts';

/** A wall gives its nodes to a surface only where another of its nodes lies at least this deep behind them, in spacings. */
const DEEP = 0.5;

/**
 * Lattice nodes that are to carry the interfaces: of every edge between two owners at least one end, taken in the order of their distances from
 * the interface. Tetrahedra between them then have one owner, and few lie with all four nodes in an interface. 1 where a node is taken, [nodes].
 *
 * @param isWall  by material
 */
export function surfaceNodes(lattice: OwnedLattice, isWall: Uint8Array): Uint8Array {
  const { owners, margins, counts, strides, spacing_mm } = lattice;
  const [nx, ny, nz] = counts;
  const steps = edgeSteps(strides);
  const candidates: number[] = [];
  const isTaken = new Uint8Array(owners.length);
  const isThin = new Uint8Array(owners.length);
  for (let k = 1; k < nz - 1; k++) {
    for (let j = 1; j < ny - 1; j++) {
      for (let node = 2 * (1 + nx * (j + ny * k)); node < 2 * (nx - 1 + nx * (j + ny * k)); node++) {
        const own = steps[node & 1];
        let isBetween = false;
        let isBacked = false;
        for (let edge = 0; edge < own.length; edge++) {
          const other = node + own[edge];
          if (owners[other] !== owners[node]) isBetween = true;
          else if (margins[other] >= DEEP * spacing_mm) isBacked = true;
        }
        if (!isBetween) continue;
        candidates.push(node);
        if (isWall[owners[node]] && !isBacked) isThin[node] = 1;
      }
    }
  }
  candidates.sort((a, b) => margins[a] - margins[b] || a - b);
  for (const node of candidates) {
    if (isThin[node]) continue;
    const own = steps[node & 1];
    for (let edge = 0; edge < own.length; edge++) {
      const other = node + own[edge];
      if (owners[other] === owners[node] || isTaken[other]) continue;
      isTaken[node] = 1;
      break;
    }
  }
  return isTaken;
}

/** Steps of the node number along the 14 edges of a corner and of a centre. */
function edgeSteps([sx, sy, sz]: readonly [number, number, number]): readonly [Int32Array, Int32Array] {
  const long = [sx, sy, sz, -sx, -sy, -sz];
  const cube = Array.from({ length: 8 }, (_, at) => (at & 1) * sx + ((at >> 1) & 1) * sy + (at >> 2) * sz);
  return [
    Int32Array.from([...long, ...cube.map((step) => 1 - step)]),
    Int32Array.from([...long, ...cube.map((step) => step - 1)]),
  ];
}
