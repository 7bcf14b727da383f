/** Pieces of fewer tetrahedra (two cubes of the lattice) go to what surrounds them. */
const SPECK = 24;
/** Rounds in which spikes are cut off; each may bare another. */
const ROUNDS = 4;

/**
 * Cuts off what only labelling makes: tetrahedra with three faces in one other material (they would be pressed flat on its interface) go to
 * it, and pieces of a few tetrahedra to the material with most faces around them.
 *
 * @param neighbours  across the face opposite each corner, −1 where there is none, [tets, 4]
 * @param out         material of each tetrahedron, changed in place, [tets]
 * @returns number of tetrahedra that changed
 */
export function smoothLabels(neighbours: Int32Array, out: Uint8Array): number {
  let changed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = changed;
    for (let tet = 0; tet < out.length; tet++) {
      const spike = commonNeighbour(neighbours, out, tet);
      if (spike < 0) continue;
      out[tet] = spike;
      changed++;
    }
    if (changed === before) break;
  }
  return changed + dropSpecks(neighbours, out);
}

/** The other material behind at least three faces, −1 where there is none. */
function commonNeighbour(neighbours: Int32Array, labels: Uint8Array, tet: number): number {
  const own = labels[tet];
  for (let first = 0; first < 2; first++) {
    if (neighbours[4 * tet + first] < 0) continue;
    const other = labels[neighbours[4 * tet + first]];
    if (other === own) continue;
    let faces = 0;
    for (let face = 0; face < 4; face++) {
      const next = neighbours[4 * tet + face];
      if (next >= 0 && labels[next] === other) faces++;
    }
    if (faces >= 3) return other;
  }
  return -1;
}

function dropSpecks(neighbours: Int32Array, out: Uint8Array): number {
  const isSeen = new Uint8Array(out.length);
  const piece = new Uint32Array(out.length);
  let changed = 0;
  for (let first = 0; first < out.length; first++) {
    if (isSeen[first]) continue;
    const label = out[first];
    const votes = new Map<number, number>();
    let isClosed = true;
    let count = 1;
    piece[0] = first;
    isSeen[first] = 1;
    for (let i = 0; i < count; i++) {
      for (let face = 0; face < 4; face++) {
        const next = neighbours[4 * piece[i] + face];
        if (next < 0) isClosed = false;
        else if (out[next] !== label) votes.set(out[next], (votes.get(out[next]) ?? 0) + 1);
        else if (!isSeen[next]) {
          isSeen[next] = 1;
          piece[count++] = next;
        }
      }
    }
    if (!isClosed || count >= SPECK) continue;
    let winner = label;
    let most = 0;
    for (const [other, faces] of votes) {
      if (faces < most || (faces === most && other > winner)) continue;
      winner = other;
      most = faces;
    }
    for (let i = 0; i < count; i++) out[piece[i]] = winner;
    changed += count;
  }
  return changed;
}
