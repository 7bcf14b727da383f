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
 * Edges as chains from their higher nodes: with some seven edges a node a chain is walked faster than a table is hashed into. In a mesh that
 * is refined, higher nodes are newer and have fewer edges than the old ones in their midst.
 *
 * @param nodes  about how many nodes there will be; more only cost time
 */
export function openEdgeTable(nodes: number): EdgeTable {
  let heads = new Int32Array(nodes).fill(-1);
  let chains = new Int32Array(16 * nodes + 64); // For each edge the next of its chain, then its lower node.
  let owners = new Uint32Array(8 * nodes + 32);
  let size = 0;
  const find = (a: number, b: number): number => {
    const low = Math.min(a, b);
    const high = a + b - low;
    let edge = high < heads.length ? heads[high] : -1;
    while (edge >= 0 && chains[2 * edge + 1] !== low) edge = chains[2 * edge];
    return edge;
  };
  return {
    add(a, b) {
      const found = find(a, b);
      if (found >= 0) return found;
      if (size === owners.length) {
        const larger = new Int32Array(2 * chains.length);
        larger.set(chains);
        chains = larger;
        const largerOwners = new Uint32Array(2 * owners.length);
        largerOwners.set(owners);
        owners = largerOwners;
      }
      const low = Math.min(a, b);
      const high = a + b - low;
      if (high >= heads.length) {
        const larger = new Int32Array(2 * high).fill(-1);
        larger.set(heads);
        heads = larger;
      }
      chains[2 * size] = heads[high];
      chains[2 * size + 1] = low;
      owners[size] = high;
      heads[high] = size;
      return size++;
    },
    find,
    get size() {
      return size;
    },
    nodes() {
      const out = new Uint32Array(2 * size);
      for (let edge = 0; edge < size; edge++) {
        out[2 * edge] = chains[2 * edge + 1];
        out[2 * edge + 1] = owners[edge];
      }
      return out;
    },
  };
}
