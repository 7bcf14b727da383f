import { nodeCount, type TetMesh } from '../mesh/tetMesh.ts';

/** Which tetrahedra touch a node, and with which corner. */
export interface Incidence {
  /** Node n's entries are `corners[starts[n]] … corners[starts[n + 1] − 1]`, [nodes + 1] */
  readonly starts: Uint32Array;
  /** `4 · tetrahedron + corner`, ascending within a node, [4 · tets] */
  readonly corners: Uint32Array;
}

/** Lists the corners at every node, in the order of the tetrahedra. */
export function incidentCorners(mesh: Pick<TetMesh, 'points' | 'tets'>): Incidence {
  const { tets } = mesh;
  const nodes = nodeCount(mesh);
  const starts = new Uint32Array(nodes + 1);
  for (let code = 0; code < tets.length; code++) starts[tets[code] + 1]++;
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const next = starts.slice(0, nodes);
  const corners = new Uint32Array(tets.length);
  for (let code = 0; code < tets.length; code++) corners[next[tets[code]]++] = code;
  return { starts, corners };
}
