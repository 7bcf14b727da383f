/** Numbers edges (pairs of nodes) in the order in which they are met. */
export interface EdgeTable {
  /** Number of the edge, given a new one when it is met first. */
  add(a: number, b: number): number;
  /** Number of the edge, −1 when it was never added. */
  find(a: number, b: number): number;
  readonly size: number;
  /** Lower node first, [size, 2] */
  nodes(): Uint32Array;
}

/**
 * Edges as chains from their lower nodes: with some seven edges a node a chain is walked faster than a table is hashed into.
 *
 * @param nodes  all edges are between nodes below this
 */
export function openEdgeTable(nodes: number): EdgeTable {
  const heads = new Int32Array(nodes).fill(-1);
  let next = new Int32Array(8 * nodes + 64);
  let ends = new Uint32Array(2 * next.length);
  let size = 0;
  const find = (a: number, b: number): number => {
    const low = a < b ? a : b;
    const high = a + b - low;
    let edge = heads[low];
    while (edge >= 0 && ends[2 * edge + 1] !== high) edge = next[edge];
    return edge;
  };
  return {
    add(a, b) {
      const found = find(a, b);
      if (found >= 0) return found;
      if (size === next.length) {
        const larger = new Int32Array(2 * size);
        larger.set(next);
        next = larger;
        const largerEnds = new Uint32Array(4 * size);
        largerEnds.set(ends);
        ends = largerEnds;
      }
      const low = a < b ? a : b;
      ends[2 * size] = low;
      ends[2 * size + 1] = a + b - low;
      next[size] = heads[low];
      heads[low] = size;
      return size++;
    },
    find,
    get size() {
      return size;
    },
    nodes: () => ends.slice(0, 2 * size),
  };
}
