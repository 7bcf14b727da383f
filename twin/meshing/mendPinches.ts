import type { Csr } from '../mesh/nodeTets.ts';

/** Rounds over the nodes that the last one changed; on hearts the third finds nothing. */
const ROUNDS = 8;
/** What taking a tetrahedron from a wall costs beside adding one. */
const WALL_COST = 4;

/**
 * Relabels until each material's surface is a surface at every node: around a node both the tetrahedra of the material and the others must hang
 * together by faces, as they do on either side of a sheet. Two pieces of a material that touch in a node or an edge are parted
 * or joined, and so are the materials on both sides of a wall that meet through it, whichever takes fewer tetrahedra.
 *
 * @param neighbours  across the face opposite each corner, −1 where there is none, [tets, 4]
 * @param around      tetrahedra of each node
 * @param isWall      by label
 * @param bodies      materials whose union has a surface of its own, 1 by label
 * @param out         material of each tetrahedron, changed in place, [tets]
 * @returns number of nodes that are still pinched
 */
export function mendPinches(
  tets: Uint32Array,
  neighbours: Int32Array,
  around: Csr,
  isWall: Uint8Array,
  bodies: readonly Uint8Array[],
  out: Uint8Array,
): number {
  const nodes = around.starts.length - 1;
  let isDue = new Uint8Array(nodes).fill(1);
  const star: number[] = [];
  const piece: number[] = [];
  let pinched = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const isNext = new Uint8Array(nodes);
    pinched = 0;
    for (let node = 0; node < nodes; node++) {
      if (!isDue[node]) continue;
      if (isUniform(around, node, out)) continue;
      star.length = 0;
      for (let at = around.starts[node]; at < around.starts[node + 1]; at++) star.push(around.items[at]);
      const flip = findFlip(star, node, tets, neighbours, out, isWall, bodies, piece);
      if (flip === undefined) continue;
      pinched++;
      for (const tet of flip.piece) {
        out[tet] = flip.label;
        for (let corner = 0; corner < 4; corner++) isNext[tets[4 * tet + corner]] = 1;
      }
    }
    isDue = isNext;
    if (pinched === 0) break;
  }
  return pinched;
}

function isUniform({ starts, items }: Csr, node: number, labels: Uint8Array): boolean {
  const first = labels[items[starts[node]]];
  for (let at = starts[node] + 1; at < starts[node + 1]; at++) if (labels[items[at]] !== first) return false;
  return true;
}

interface Flip {
  readonly piece: readonly number[];
  readonly label: number;
}

/** The cheapest relabelling that brings a pinched node nearer to a surface; undefined where every label is a disc around the node. */
function findFlip(
  star: readonly number[],
  node: number,
  tets: Uint32Array,
  neighbours: Int32Array,
  labels: Uint8Array,
  isWall: Uint8Array,
  bodies: readonly Uint8Array[],
  scratch: number[],
): Flip | undefined {
  let best: Flip | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  const consider = (isIn: (label: number) => boolean): void => {
    const pieces = piecesOf(star, node, tets, neighbours, (tet) => isIn(labels[tet]), scratch);
    if (pieces.length < 2) return;
    for (const piece of pieces) {
      let cost = 0;
      for (const tet of piece) cost += isWall[labels[tet]] ? WALL_COST : 1;
      if (cost >= bestCost) continue;
      best = { piece, label: commonest(piece, neighbours, labels, (label) => !isIn(label)) };
      bestCost = cost;
    }
  };
  const met = [...new Set(star.map((tet) => labels[tet]))].sort((one, other) => one - other);
  for (const own of met) {
    consider((label) => label === own);
    consider((label) => label !== own);
  }
  for (const body of bodies) {
    consider((label) => body[label] === 1);
    consider((label) => body[label] !== 1);
  }
  return best;
}

/** Tetrahedra of a star that hang together by faces at its node. */
function piecesOf(
  star: readonly number[],
  node: number,
  tets: Uint32Array,
  neighbours: Int32Array,
  isIn: (tet: number) => boolean,
  queue: number[],
): number[][] {
  const isSeen = new Array<boolean>(star.length).fill(false);
  const pieces: number[][] = [];
  for (let at = 0; at < star.length; at++) {
    if (isSeen[at] || !isIn(star[at])) continue;
    isSeen[at] = true;
    queue.length = 0;
    queue.push(star[at]);
    for (let i = 0; i < queue.length; i++) {
      for (let corner = 0; corner < 4; corner++) {
        if (tets[4 * queue[i] + corner] === node) continue;
        const other = star.indexOf(neighbours[4 * queue[i] + corner]);
        if (other < 0 || isSeen[other] || !isIn(star[other])) continue;
        isSeen[other] = true;
        queue.push(star[other]);
      }
    }
    pieces.push([...queue]);
  }
  return pieces;
}

/** The wanted label with most faces on a piece, the lowest of equals. */
function commonest(
  piece: readonly number[],
  neighbours: Int32Array,
  labels: Uint8Array,
  isWanted: (label: number) => boolean,
): number {
  const faces = new Map<number, number>();
  for (const tet of piece) {
    for (let corner = 0; corner < 4; corner++) {
      const next = neighbours[4 * tet + corner];
      if (next >= 0 && isWanted(labels[next])) faces.set(labels[next], (faces.get(labels[next]) ?? 0) + 1);
    }
  }
  let winner = labels[piece[0]];
  let most = 0;
  for (const [label, count] of faces) {
    if (count < most || (count === most && label > winner)) continue;
    winner = label;
    most = count;
  }
  return winner;
}
