/**
 * A tetrahedron's record: one line of the cache, four vectors of three float32 and a corner's number:
 *
 *     k01 k02 k03 corner0 | k23 k13 k12 corner1 | l01 l02 l03 corner2 | l23 l13 l12 corner3
 *
 * Seen from corner o the others are o^1, o^2, o^3. Lane by lane the edges from o, and those opposite to them, then stand in
 * the first or the second vector: `MASKS` says in which, so any corner's view of the record is two bitwise selections.
 */
export const TET_BYTES: usize = 64;

/** Four times a corner's number is stored with this added: read as a float32 it is then an ordinary number, which costs no time in a lane. */
export const ID_BIAS: u32 = 0x40000000;

/** Where corner 0's number stands in a record; the next ones follow by 16 bytes. */
export const ID_PLACE: usize = 12;

/** Times are whole numbers of 2⁻²⁰ ms (or of 16 times that) from the earliest seed on; unreached nodes have this one, 1024 ms. */
export const UNREACHED_TIME: i32 = 1 << 30;

/** Of an edge's place o·16 in `items`: the bits that tell the corner. */
export const CORNER_BITS: usize = 48;
