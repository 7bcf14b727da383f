/** Rows of different lengths in two flat arrays: row i is `items[starts[i] … starts[i + 1] − 1]`. */
export interface Csr {
  /** [rows + 1] */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
}

/** The tetrahedra around each node, by rising index. @param tets [tets, 4] */
export function nodeTets(tets: Uint32Array, nodes: number): Csr {
  const starts = new Uint32Array(nodes + 1);
  for (let i = 0; i < tets.length; i++) {
    const row = (tets[i] as number) + 1;
    starts[row] = (starts[row] as number) + 1;
  }
  for (let node = 0; node < nodes; node++) starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number);
  const next = starts.slice(0, nodes);
  const items = new Uint32Array(tets.length);
  for (let i = 0; i < tets.length; i++) {
    const node = tets[i] as number;
    const place = next[node] as number;
    items[place] = i >>> 2;
    next[node] = place + 1;
  }
  return { starts, items };
}
