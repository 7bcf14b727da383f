import { latticePosition, latticeTets, type OwnedLattice } from './lattice.ts';

/** The part of a lattice that matters: the tetrahedra that are wanted, and those around interfaces. */
export interface ActiveTets {
  /** mm, by rising lattice node, [nodes, 3] */
  readonly points: Float64Array;
  /** Positively oriented, by rising lattice tetrahedron, [tets, 4] */
  readonly tets: Uint32Array;
  /** [tets] */
  readonly labels: Uint8Array;
  /** Whether all lattice tetrahedra around a node are here, so that it may move, [nodes] */
  readonly isComplete: Uint8Array;
}

/**
 * Takes wanted tetrahedra and all others that touch an interface; the rest of the lattice can neither move nor be seen.
 *
 * @param isWanted  by label
 */
export function activeTets(lattice: OwnedLattice, latticeLabels: Uint8Array, isWanted: Uint8Array): ActiveTets {
  const nodes = lattice.owners.length;
  const NONE = 255;
  const seen = new Uint8Array(nodes).fill(NONE);
  const isInterface = new Uint8Array(nodes);
  const note = (node: number, label: number) => {
    if (seen[node] === NONE) seen[node] = label;
    else if (seen[node] !== label) isInterface[node] = 1;
  };
  latticeTets(lattice, (tet, a, b, c, d) => {
    const label = latticeLabels[tet];
    note(a, label);
    note(b, label);
    note(c, label);
    note(d, label);
  });
  // One ring more than the interfaces': what lies around them makes room for their moves, and must see all its tetrahedra.
  const isNear = new Uint8Array(nodes);
  latticeTets(lattice, (tet, a, b, c, d) => {
    if (!isWanted[latticeLabels[tet]] && !(isInterface[a] | isInterface[b] | isInterface[c] | isInterface[d])) return;
    isNear[a] = isNear[b] = isNear[c] = isNear[d] = 1;
  });
  const newNode = new Int32Array(nodes).fill(-1);
  let count = 0;
  latticeTets(lattice, (_, a, b, c, d) => {
    if (!(isNear[a] | isNear[b] | isNear[c] | isNear[d])) return;
    newNode[a] = newNode[b] = newNode[c] = newNode[d] = 0;
    count++;
  });
  let used = 0;
  for (let node = 0; node < nodes; node++) if (newNode[node] === 0) newNode[node] = used++;
  const points = new Float64Array(3 * used);
  const isComplete = new Uint8Array(used);
  const place = new Float64Array(3);
  for (let node = 0; node < nodes; node++) {
    if (newNode[node] < 0) continue;
    latticePosition(lattice, node, place);
    points.set(place, 3 * newNode[node]);
    isComplete[newNode[node]] = isNear[node];
  }
  const tets = new Uint32Array(4 * count);
  const labels = new Uint8Array(count);
  let at = 0;
  latticeTets(lattice, (tet, a, b, c, d) => {
    if (!(isNear[a] | isNear[b] | isNear[c] | isNear[d])) return;
    labels[at >> 2] = latticeLabels[tet];
    tets[at++] = newNode[a];
    tets[at++] = newNode[b];
    tets[at++] = newNode[c];
    tets[at++] = newNode[d];
  });
  return { points, tets, labels, isComplete };
}
