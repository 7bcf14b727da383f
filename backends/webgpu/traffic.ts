import { MOST_LANES } from './layout.ts';

/** Bytes of a tetrahedron's table and of its place around a node, which members side by side read together. */
const SHARED_BYTES = 48 + 4;
/** Bytes of the times of the three other corners, each member's own. */
const TIMES_BYTES = 3 * 4;
/** Bytes of a node that is awake: its time, its next time, its mark cleared, and where its tetrahedra start and end. */
const AWAKE_BYTES = 4 + 4 + 4 + 8;
/** Bytes of a node's mark, read in every sweep. */
const MARK_BYTES = 4;

/**
 * A model of the bytes that one sweep of the activation asks of the memory. With N nodes, T tetrahedra (each around four nodes), M members of which up to
 * eight lie side by side, and a share a of the nodes awake:
 *
 *     M N · 4 + a M (4T (52 / min(M, 8) + 12) + 20 N)
 *
 * Caches make it less: a tetrahedron's table is read for its four nodes, which are often neighbours. Over a whole solve, take the sum of the shares
 * (`docs/decisions/0017-graphics-roofline.md` has those measured) for a, and the marks once a sweep.
 */
export function bytesPerSweep(
  { nodes, tets }: { readonly nodes: number; readonly tets: number },
  members: number,
  awakeShare = 1,
): number {
  const shared = SHARED_BYTES / Math.min(members, MOST_LANES);
  return members * (MARK_BYTES * nodes + awakeShare * (4 * tets * (shared + TIMES_BYTES) + AWAKE_BYTES * nodes));
}
