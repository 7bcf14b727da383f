/** The pieces of a mesh that no shared node joins. */
export interface Parts {
  readonly count: number;
  /** Piece of each tetrahedron, numbered by first appearance, [tets] */
  readonly partOfTet: Uint32Array;
}

/** Finds the pieces of a mesh by union–find over its nodes. @param tets [tets, 4] */
export function connectedParts(tets: Uint32Array, nodes: number): Parts {
  const parent = Uint32Array.from({ length: nodes }, (_, node) => node);
  const root = (start: number): number => {
    let node = start;
    while (parent[node] !== node) {
      const above = parent[parent[node] as number] as number;
      parent[node] = above;
      node = above;
    }
    return node;
  };
  for (let at = 0; at < tets.length; at += 4) {
    const first = root(tets[at] as number);
    for (let corner = 1; corner < 4; corner++) parent[root(tets[at + corner] as number)] = first;
  }
  const numbers = new Int32Array(nodes).fill(-1);
  const partOfTet = new Uint32Array(tets.length / 4);
  let count = 0;
  for (let tet = 0; tet < partOfTet.length; tet++) {
    const node = root(tets[tet * 4] as number);
    if (numbers[node] === -1) numbers[node] = count++;
    partOfTet[tet] = numbers[node] as number;
  }
  return { count, partOfTet };
}
