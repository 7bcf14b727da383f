import { CORNER_BITS, ID_BIAS, ID_PLACE, UNREACHED_TIME } from './layout';

/** A link's `previous` of a node that does not wait. */
const ABSENT: i32 = -2;
/** The same of one that stands in the line behind all buckets. */
const LAST: i32 = -3;
/** Buckets are 2¹⁷ units wide, 1/8 ms. */
const BUCKET_SHIFT: i32 = 17;
/** An improvement of no more than these units is rounding. */
const RESOLUTION: i32 = 2;
/** Pops a node after which that is doubled: where rounding is more, waves that depend on each other in a ring could lower each other for ever. */
const ENDURANCE: i32 = 1024;
/** Times after which a node is taken last: see `BucketQueue` (twin/eikonal/bucketQueue.ts). */
const PATIENCE: u8 = 8;
/** Energy up to which a tetrahedron improves nothing: 1 and the rounding of float32. */
const STILL: f32 = 1.000002;

/** Lanes 0, 1, 2 are the three other corners of a tetrahedron; lane 3 is not used. */
class Lanes {
  /** The next corner's value in each lane. */
  @inline static next(x: v128): v128 {
    return v128.shuffle<f32>(x, x, 1, 2, 0, 3);
  }
  /** The value of the corner after that. */
  @inline static after(x: v128): v128 {
    return v128.shuffle<f32>(x, x, 2, 0, 1, 3);
  }
  /** x where the mask has ones, otherwise y. Masks are all ones or all zeros a lane, of which the relaxed instruction makes the same everywhere. */
  @inline static choose(mask: v128, x: v128, y: v128): v128 {
    return i32x4.relaxed_laneselect(x, y, mask);
  }
  /**
   * Time at v over the edge n 1 (or n 2), n's time being 0: `edgeTime` (twin/eikonal/localSolve.ts) with one division. Without
   * an entry point inside the edge it is `otherwise`.
   *
   * @param late    time of the edge's other end
   * @param length  squared time along the edge
   * @param middle  half of: squared times from v to the other end, less to n, less along the edge
   * @param area    squared times from v to n and along the edge multiplied, less the square of `middle`
   * @param free    `length` less the square of `late`
   */
  @inline static edgeTime(late: v128, length: v128, middle: v128, area: v128, free: v128, otherwise: v128): v128 {
    const zero = f32x4.splat(0);
    const height = f32x4.sqrt(f32x4.mul(area, free));
    const time = f32x4.div(f32x4.sub(height, f32x4.mul(middle, late)), length);
    // Minus the place of entry times `length · free`.
    const place = f32x4.add(f32x4.mul(middle, free), f32x4.mul(late, height));
    const enters = v128.and(
      v128.and(f32x4.gt(free, zero), f32x4.lt(place, zero)),
      f32x4.gt(f32x4.add(place, f32x4.mul(length, free)), zero),
    );
    return f32x4.pmin(otherwise, Lanes.choose(enters, time, otherwise));
  }
}

/**
 * Empties the queue: the fixed point of `localTime` over all corners, as `spread` of twin/eikonal/solve.ts, with the three
 * other corners of a tetrahedron in the lanes of a vector. All times that lanes see are relative to the popped node's,
 * so that float32 is exact enough, and any that they give is one that a wave can have; the integers then only fall.
 *
 * @param starts  u32, [nodes + 1]
 * @param items   u32: around each node, 64·tetrahedron + 16·own corner
 * @param table   records of `layout.ts`
 * @param masks   u32: all ones where the view of corner o takes the record's first (third) vector, [4, 4]
 * @param tau     i32, times, [nodes]
 * @param upwind  i32: 4·tetrahedron + corner of the last leg, [nodes]
 * @param links   i32: next and previous node in the bucket, [nodes, 2]
 * @param heads   i32: first node of each bucket or −1, [buckets]
 * @param taken   u8, zero: how often each node was taken from a bucket, [nodes]
 * @param line    i32: room for nodes that are taken last, [nodes]
 * @param work    room for 32 bytes an item of one node, and 32 more
 * @param ms      one unit of time, ms
 * @returns nodes that were taken from the queue
 */
export function spread(
  nodes: i32,
  starts: usize,
  items: usize,
  table: usize,
  masks: usize,
  tau: usize,
  upwind: usize,
  links: usize,
  heads: usize,
  taken: usize,
  line: usize,
  work: usize,
  buckets: i32,
  ms: f32,
): i32 {
  let pops = 0;
  let endurance = ENDURANCE * nodes;
  let resolution = RESOLUTION;
  // Sum of numbers that are read only so that they come from memory before they are needed.
  let touched: u32 = 0;
  const times = tau - ID_BIAS;
  const unit = f32x4.splat(ms);
  const perMs = f32x4.splat(1 / ms);
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const oneHalf = f32x4.splat(0.5);
  const longest = f32x4.splat(<f32>UNREACHED_TIME * ms);
  let bucket = 0;
  let lineFirst: i32 = 0;
  let lineCount: i32 = 0;
  while (true) {
    while (bucket < buckets && load<i32>(heads + ((<usize>bucket) << 2)) < 0) bucket++;
    let node: i32;
    if (bucket < buckets) {
      node = load<i32>(heads + ((<usize>bucket) << 2));
      store<u8>(taken + node, load<u8>(taken + node) + 1);
      const link = links + ((<usize>node) << 3);
      const after = load<i32>(link);
      store<i32>(link, ABSENT, 4);
      store<i32>(heads + ((<usize>bucket) << 2), after);
      if (after >= 0) {
        store<i32>(links + ((<usize>after) << 3), -1, 4);
        const last = items + ((<usize>load<u32>(starts + ((<usize>after) << 2), 4)) << 2);
        for (let at = items + ((<usize>load<u32>(starts + ((<usize>after) << 2))) << 2); at < last; at += 4) {
          touched += load<u32>(table + (<usize>load<u32>(at) & ~CORNER_BITS));
        }
        const second = load<i32>(links + ((<usize>after) << 3));
        if (second >= 0) {
          touched += load<u32>(items + ((<usize>load<u32>(starts + ((<usize>second) << 2))) << 2), 16);
          touched += load<u32>(links + ((<usize>second) << 3));
        }
      }
    } else {
      if (lineCount === 0) break;
      node = load<i32>(line + ((<usize>lineFirst) << 2));
      lineCount--;
      if (++lineFirst === nodes) lineFirst = 0;
      store<i32>(links + ((<usize>node) << 3), ABSENT, 4);
    }
    if (++pops === endurance) {
      endurance += ENDURANCE * nodes;
      resolution <<= 1;
    }
    const own = load<i32>(tau + ((<usize>node) << 2));
    const own4 = i32x4.splat(own);
    let item = items + ((<usize>load<u32>(starts + ((<usize>node) << 2))) << 2);
    const end = items + ((<usize>load<u32>(starts + ((<usize>node) << 2), 4)) << 2);
    // First which tetrahedra can improve a corner at all, without a branch, so that their records come from memory together.
    let violated = work;
    for (; item < end; item += 4) {
      const place = <usize>load<u32>(item);
      const corner = place & CORNER_BITS;
      const record = table + (place - corner);
      const ids = record + ID_PLACE;
      let late = v128.load_zero<u32>(times + <usize>load<u32>(ids + (corner ^ 16)));
      late = v128.load_lane<u32>(times + <usize>load<u32>(ids + (corner ^ 32)), late, 1);
      late = v128.load_lane<u32>(times + <usize>load<u32>(ids + (corner ^ 48)), late, 2);
      late = i32x4.sub(late, own4);
      const d = f32x4.mul(f32x4.convert_i32x4_s(late), unit);
      const mask = v128.load(masks + corner);
      const k0 = v128.load(record);
      const k1 = v128.load(record, 16);
      const p = Lanes.choose(mask, k0, k1);
      const q = Lanes.choose(mask, k1, k0);
      const across = f32x4.sub(Lanes.next(d), Lanes.after(d));
      const energies = f32x4.add(f32x4.mul(p, f32x4.mul(d, d)), f32x4.mul(q, f32x4.mul(across, across)));
      const energy =
        f32x4.extract_lane(energies, 0) + f32x4.extract_lane(energies, 1) + f32x4.extract_lane(energies, 2);
      v128.store(violated, i32x4.replace_lane(late, 3, <i32>place));
      violated += (<usize>(energy > STILL)) << 4;
    }
    // Then what it makes of each, again without a branch. Lane by lane v is the corner, n the popped node, 1 and 2 the next corners.
    const found = violated;
    let improved = found;
    for (item = work; item < found; item += 16) {
      const late = v128.load(item);
      const place = <usize>load<u32>(item, 12);
      const corner = place & CORNER_BITS;
      const record = table + (place - corner);
      const mask = v128.load(masks + corner);
      const d = f32x4.mul(f32x4.convert_i32x4_s(late), unit);
      const d1 = Lanes.next(d);
      const d2 = Lanes.after(d);
      const dd = f32x4.mul(d, d);

      // Over the face n 1 2: `localTime` (twin/eikonal/localSolve.ts).
      const k0 = v128.load(record);
      const k1 = v128.load(record, 16);
      const p = Lanes.choose(mask, k0, k1);
      const q = Lanes.choose(mask, k1, k0);
      const kv1 = Lanes.after(q);
      const kv2 = Lanes.next(q);
      const kv1d1 = f32x4.mul(kv1, d1);
      const kv2d2 = f32x4.mul(kv2, d2);
      const pd = f32x4.mul(p, d);
      const pdd = f32x4.mul(p, dd);
      const across = f32x4.sub(d1, d2);
      const qAcross = f32x4.mul(q, across);
      const square = f32x4.add(p, f32x4.add(kv1, kv2));
      const half = f32x4.add(kv1d1, kv2d2);
      const energy = f32x4.add(
        f32x4.add(f32x4.mul(kv1d1, d1), f32x4.mul(kv2d2, d2)),
        f32x4.add(f32x4.add(Lanes.next(pdd), Lanes.after(pdd)), f32x4.mul(qAcross, across)),
      );
      const root = f32x4.sub(f32x4.mul(half, half), f32x4.mul(square, f32x4.sub(energy, one)));
      const face = f32x4.div(f32x4.add(half, f32x4.sqrt(root)), square);
      const pd1 = Lanes.next(pd);
      const pd2 = Lanes.after(pd);
      // Without a root these compare NaN, which is false.
      const enters = v128.and(
        f32x4.ge(f32x4.add(f32x4.mul(p, face), f32x4.add(pd1, pd2)), zero),
        v128.and(
          f32x4.ge(f32x4.mul(kv1, f32x4.sub(face, d1)), f32x4.add(pd1, qAcross)),
          f32x4.ge(f32x4.mul(kv2, f32x4.sub(face, d2)), f32x4.sub(pd2, qAcross)),
        ),
      );

      // From n itself and over the edges n 1 and n 2. In the triangle n v 1 `middle` and `area` are the same for v and 1.
      const l0 = v128.load(record, 32);
      const l1 = v128.load(record, 48);
      const lp = Lanes.choose(mask, l0, l1);
      const lp1 = Lanes.next(lp);
      const middle = f32x4.mul(oneHalf, f32x4.sub(f32x4.sub(Lanes.after(Lanes.choose(mask, l1, l0)), lp), lp1));
      const area = f32x4.pmax(f32x4.sub(f32x4.mul(lp, lp1), f32x4.mul(middle, middle)), zero);
      const free = f32x4.sub(lp, dd);
      let side = f32x4.sqrt(lp);
      side = Lanes.edgeTime(d1, lp1, middle, area, Lanes.next(free), side);
      side = Lanes.edgeTime(d2, Lanes.after(lp), Lanes.after(middle), Lanes.after(area), Lanes.after(free), side);
      const time = f32x4.pmin(Lanes.choose(enters, face, side), longest);
      const rounded = i32x4.relaxed_trunc_f32x4_s(f32x4.nearest(f32x4.mul(time, perMs)));
      const earlier = i32x4.gt_s(i32x4.sub(late, i32x4.splat(resolution)), rounded);
      v128.store(improved, i32x4.replace_lane(i32x4.add(rounded, own4), 3, <i32>place));
      improved += (<usize>((v128.bitmask<i32>(earlier) & 7) !== 0)) << 4;
    }
    for (let at = found; at < improved; at += 16) {
      const place = <usize>load<u32>(at, 12);
      const corner = place & CORNER_BITS;
      const ids = table + (place - corner) + ID_PLACE;
      for (let lane: usize = 0; lane < 3; lane++) {
        const other = corner ^ ((lane + 1) << 4);
        const target = times + <usize>load<u32>(ids + other);
        const value = load<i32>(at + (lane << 2));
        const before = load<i32>(target);
        if (value >= before - resolution) continue;
        const offset = target - tau;
        const targetLink = links + (offset << 1);
        const targetNode = <i32>(offset >> 2);
        store<i32>(target, value);
        store<i32>(upwind + offset, <i32>((place - corner + other) >> 4));
        const bucketNew = value >> BUCKET_SHIFT;
        const bucketOld = before >> BUCKET_SHIFT;
        const previous = load<i32>(targetLink, 4);
        if (previous === LAST) continue;
        if (previous === ABSENT && load<u8>(taken + targetNode) >= PATIENCE) {
          const behind = lineFirst + lineCount++;
          store<i32>(line + ((<usize>(behind < nodes ? behind : behind - nodes)) << 2), targetNode);
          store<i32>(targetLink, LAST, 4);
          continue;
        }
        if (previous !== ABSENT) {
          if (bucketOld === bucketNew) continue;
          const next = load<i32>(targetLink);
          if (previous >= 0) store<i32>(links + ((<usize>previous) << 3), next);
          else store<i32>(heads + ((<usize>bucketOld) << 2), next);
          if (next >= 0) store<i32>(links + ((<usize>next) << 3), previous, 4);
        }
        const head = heads + ((<usize>bucketNew) << 2);
        const next = load<i32>(head);
        store<i32>(targetLink, next);
        store<i32>(targetLink, -1, 4);
        if (next >= 0) store<i32>(links + ((<usize>next) << 3), targetNode, 4);
        store<i32>(head, targetNode);
        if (bucketNew < bucket) bucket = bucketNew;
      }
    }
  }
  store<u32>(work, touched);
  return pops;
}
