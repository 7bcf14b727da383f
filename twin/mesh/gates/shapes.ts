import { tetVolume } from '../volume.ts';
import { type Gate, keptTets, type MeshDraft, repaired } from './gate.ts';

/** A tetrahedron is flat when its volume is below this part of its longest edge cubed: rounding, not shape (a regular one has 0.118). */
const FLAT = 1e-9;

/** Tetrahedra without volume carry no muscle and would divide by zero: dropped and counted. */
export const flatTets: Gate = (draft) => {
  const keep = new Uint8Array(draft.tets.length / 4);
  let dropped = 0;
  for (let tet = 0; tet < keep.length; tet++) {
    const isFlat = Math.abs(tetVolume(draft, tet)) <= FLAT * longestEdge(draft, tet) ** 3;
    if (isFlat) dropped++;
    else keep[tet] = 1;
  }
  if (dropped === 0) return draft;
  const repair = {
    by: 'dropDegenerate',
    code: 'flat-tetrahedra',
    count: dropped,
    of: keep.length,
    fault: `${dropped} of ${keep.length} tetrahedra have no volume`,
    remedy: 'and were left out',
  } as const;
  return repaired(draft, repair, keptTets(draft, keep));
};

/** Tetrahedra with their corners in negative order are turned by swapping the last two. */
export const invertedTets: Gate = (draft) => {
  const tets = draft.tets.slice();
  let inverted = 0;
  for (let tet = 0; tet < tets.length / 4; tet++) {
    if (tetVolume(draft, tet) > 0) continue;
    const at = tet * 4;
    tets[at + 2] = draft.tets[at + 3] as number;
    tets[at + 3] = draft.tets[at + 2] as number;
    inverted++;
  }
  if (inverted === 0) return draft;
  const count = tets.length / 4;
  const repair = {
    by: 'reorient',
    code: 'inverted-tetrahedra',
    count: inverted,
    of: inverted === count ? Number.POSITIVE_INFINITY : count,
    fault: `${inverted} of ${count} tetrahedra had negative orientation`,
    remedy: 'and were turned',
  } as const;
  return repaired(draft, repair, { tets });
};

/** The same four nodes twice would count their muscle twice: the later one is dropped. */
export const repeatedTets: Gate = (draft) => {
  const { tets } = draft;
  const count = tets.length / 4;
  const keep = new Uint8Array(count).fill(1);
  const seen = new Table(count);
  const corners = new Uint32Array(4);
  let dropped = 0;
  for (let tet = 0; tet < count; tet++) {
    corners.set(tets.subarray(tet * 4, tet * 4 + 4));
    corners.sort();
    const isSame = (other: number): boolean => {
      for (let corner = 0; corner < 4; corner++) {
        const node = tets[other * 4 + corner] as number;
        if (node !== corners[0] && node !== corners[1] && node !== corners[2] && node !== corners[3]) return false;
      }
      return true;
    };
    if (seen.findOrAdd(hashOf(corners), tet, isSame) === tet) continue;
    keep[tet] = 0;
    dropped++;
  }
  if (dropped === 0) return draft;
  const repair = {
    by: 'dropDegenerate',
    code: 'repeated-tetrahedra',
    count: dropped,
    of: count,
    fault: `${dropped} of ${count} tetrahedra stand twice in the file`,
    remedy: 'and were left out the second time',
  } as const;
  return repaired(draft, repair, keptTets(draft, keep));
};

/** Nodes at exactly the same place become one in the tetrahedra's indices; node order and count stay as in the file. */
export const duplicateNodes: Gate = (draft) => {
  const { points } = draft;
  const nodes = points.length / 3;
  const firstAt = new Int32Array(nodes).fill(-1);
  const seen = new Table(nodes);
  const bits = new Float64Array(3);
  const words = new Uint32Array(bits.buffer);
  let merged = 0;
  const tets = draft.tets.map((node) => {
    if (firstAt[node] === -1) {
      for (let axis = 0; axis < 3; axis++) bits[axis] = (points[node * 3 + axis] as number) + 0; // −0 and 0 are one place
      const isSame = (other: number): boolean =>
        points[other * 3] === bits[0] && points[other * 3 + 1] === bits[1] && points[other * 3 + 2] === bits[2];
      firstAt[node] = seen.findOrAdd(hashOf(words), node, isSame);
      if (firstAt[node] !== node) merged++;
    }
    return firstAt[node] as number;
  });
  if (merged === 0) return draft;
  const repair = {
    by: 'mergeDuplicates',
    code: 'duplicate-nodes',
    count: merged,
    of: nodes === draft.tets.length ? Number.POSITIVE_INFINITY : nodes, // every tetrahedron with nodes of its own is a way to write, no damage
    fault: `${merged} of ${nodes} nodes stand where another one stands already`,
    remedy: "and their tetrahedra now use the one that comes first in the file's elements",
  } as const;
  return repaired(draft, repair, { tets });
};

function longestEdge({ points, tets }: MeshDraft, tet: number): number {
  let longest = 0;
  for (let i = 0; i < 3; i++) {
    for (let j = i + 1; j < 4; j++) {
      const a = (tets[tet * 4 + i] as number) * 3;
      const b = (tets[tet * 4 + j] as number) * 3;
      const dx = (points[a] as number) - (points[b] as number);
      const dy = (points[a + 1] as number) - (points[b + 1] as number);
      const dz = (points[a + 2] as number) - (points[b + 2] as number);
      longest = Math.max(longest, dx * dx + dy * dy + dz * dz);
    }
  }
  return Math.sqrt(longest);
}

/** 32-bit FNV-1a over words, with a last mix so that low bits depend on all. */
function hashOf(words: Uint32Array): number {
  let state = 0x811c9dc5;
  for (const word of words) state = Math.imul(state ^ word, 0x01000193) ^ (word >>> 15);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Open-addressed set of indices, compared by a function given with each search. */
class Table {
  readonly #slots: Int32Array;

  constructor(items: number) {
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(items, 1) * 2 + 1))).fill(-1);
  }

  /** The earlier index that is the same as this one, or this one, then added. */
  findOrAdd(hash: number, index: number, isSame: (other: number) => boolean): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const other = this.#slots[slot] as number;
      if (other === -1) {
        this.#slots[slot] = index;
        return index;
      }
      if (isSame(other)) return other;
      slot = (slot + 1) & mask;
    }
  }
}
