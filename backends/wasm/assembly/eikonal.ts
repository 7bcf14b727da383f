import { CORNER_BITS, ID_BIAS, ID_PLACE } from './layout';

/** A link's `previous` of a node that does not wait. */
const ABSENT: i32 = -2;
/** Buckets are 2¹⁷ units wide, 1/8 ms. */
const BUCKET_SHIFT: i32 = 17;
/** An improvement of no more than these units is rounding. */
const RESOLUTION: i32 = 2;
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
  /**
   * Time at v over the edge p q, p's time being 0: see `edgeTime` (twin/eikonal/localSolve.ts). Without an entry point
   * between p and q it is not below `otherwise`.
   */
  @inline static edgeTime(tq: v128, lp: v128, lq: v128, lpq: v128, otherwise: v128): v128 {
    const free = f32x4.sub(lpq, f32x4.mul(tq, tq));
    const middle = f32x4.mul(f32x4.splat(0.5), f32x4.sub(f32x4.sub(lq, lp), lpq));
    const area = f32x4.max(f32x4.sub(f32x4.mul(lp, lpq), f32x4.mul(middle, middle)), f32x4.splat(0));
    const height = f32x4.sqrt(f32x4.div(area, free));
    const share = f32x4.neg(f32x4.add(middle, f32x4.mul(tq, height)));
    const time = f32x4.add(f32x4.mul(f32x4.div(share, lpq), tq), height);
    const enters = v128.and(
      v128.and(f32x4.gt(free, f32x4.splat(0)), f32x4.gt(share, f32x4.splat(0))),
      f32x4.lt(share, lpq),
    );
    return f32x4.pmin(otherwise, v128.bitselect(time, otherwise, enters));
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
 * @param ms      one unit of time, ms
 * @returns nodes that were taken from the queue
 */
export function spread(
  starts: usize,
  items: usize,
  table: usize,
  masks: usize,
  tau: usize,
  upwind: usize,
  links: usize,
  heads: usize,
  buckets: i32,
  ms: f32,
): i32 {
  let pops = 0;
  const times = tau - ID_BIAS;
  const unit = f32x4.splat(ms);
  const perMs = f32x4.splat(1 / ms);
  const one = f32x4.splat(1);
  for (let bucket = 0; bucket < buckets; bucket++) {
    let node = load<i32>(heads + ((<usize>bucket) << 2));
    while (node >= 0) {
      pops++;
      const link = links + ((<usize>node) << 3);
      const after = load<i32>(link);
      store<i32>(link, ABSENT, 4);
      store<i32>(heads + ((<usize>bucket) << 2), after);
      if (after >= 0) store<i32>(links + ((<usize>after) << 3), -1, 4);
      const own = load<i32>(tau + ((<usize>node) << 2));
      const own4 = i32x4.splat(own);
      let item = items + ((<usize>load<u32>(starts + ((<usize>node) << 2))) << 2);
      const end = items + ((<usize>load<u32>(starts + ((<usize>node) << 2), 4)) << 2);
      for (; item < end; item += 4) {
        const place = <usize>load<u32>(item);
        const corner = place & CORNER_BITS;
        const record = table + (place - corner);
        const ids = record + ID_PLACE;
        const a = times + <usize>load<u32>(ids + (corner ^ 16));
        const b = times + <usize>load<u32>(ids + (corner ^ 32));
        const c = times + <usize>load<u32>(ids + (corner ^ 48));
        let late = v128.load_zero<u32>(a);
        late = v128.load_lane<u32>(b, late, 1);
        late = v128.load_lane<u32>(c, late, 2);
        late = i32x4.sub(late, own4);
        const d = f32x4.mul(f32x4.convert_i32x4_s(late), unit);
        const mask = v128.load(masks + corner);
        const k0 = v128.load(record);
        const k1 = v128.load(record, 16);
        const p = v128.bitselect(k0, k1, mask);
        const q = v128.bitselect(k1, k0, mask);
        const d1 = Lanes.next(d);
        const d2 = Lanes.after(d);
        const across = f32x4.sub(d1, d2);
        const pd = f32x4.mul(p, f32x4.mul(d, d));
        const qd = f32x4.mul(q, f32x4.mul(across, across));
        const energies = f32x4.add(pd, qd);
        const energy =
          f32x4.extract_lane(energies, 0) + f32x4.extract_lane(energies, 1) + f32x4.extract_lane(energies, 2);
        if (energy <= STILL) continue;

        // The face: v is the lane's corner, n the popped one, 1 and 2 the next ones.
        const kv1 = Lanes.after(q);
        const kv2 = Lanes.next(q);
        const kn1 = Lanes.next(p);
        const kn2 = Lanes.after(p);
        const square = f32x4.add(p, f32x4.add(kv1, kv2));
        const kv1d1 = f32x4.mul(kv1, d1);
        const kv2d2 = f32x4.mul(kv2, d2);
        const half = f32x4.add(kv1d1, kv2d2);
        const rest = f32x4.add(
          f32x4.add(f32x4.mul(kv1d1, d1), f32x4.mul(kv2d2, d2)),
          f32x4.add(f32x4.add(Lanes.next(pd), Lanes.after(pd)), qd),
        );
        const root = f32x4.sub(f32x4.mul(half, half), f32x4.mul(square, f32x4.sub(rest, one)));
        const faceTime = f32x4.div(f32x4.add(half, f32x4.sqrt(root)), square);
        // Where the root is not below the lane's own time no edge is either; without a root the comparison is false.
        const hopeless = f32x4.ge(faceTime, d);
        if ((v128.bitmask<i32>(hopeless) & 7) === 7) continue;
        const kn1d1 = f32x4.mul(kn1, d1);
        const kn2d2 = f32x4.mul(kn2, d2);
        const qAcross = f32x4.mul(q, across);
        const zero = f32x4.splat(0);
        const enters = v128.and(
          f32x4.ge(f32x4.add(f32x4.mul(p, faceTime), f32x4.add(kn1d1, kn2d2)), zero),
          v128.and(
            f32x4.ge(f32x4.mul(kv1, f32x4.sub(faceTime, d1)), f32x4.add(kn1d1, qAcross)),
            f32x4.ge(f32x4.add(f32x4.mul(kv2, f32x4.sub(faceTime, d2)), qAcross), kn2d2),
          ),
        );
        let time = v128.bitselect(faceTime, d, enters);
        if ((v128.bitmask<i32>(v128.or(enters, hopeless)) & 7) !== 7) {
          const l0 = v128.load(record, 32);
          const l1 = v128.load(record, 48);
          const lp = v128.bitselect(l0, l1, mask);
          const lq = v128.bitselect(l1, l0, mask);
          let side = f32x4.sqrt(lp);
          side = Lanes.edgeTime(d1, lp, Lanes.after(lq), Lanes.next(lp), side);
          side = Lanes.edgeTime(d2, lp, Lanes.next(lq), Lanes.after(lp), side);
          time = v128.bitselect(faceTime, side, enters);
        }
        const rounded = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(time, perMs)));
        const earlier = i32x4.lt_s(rounded, i32x4.sub(late, i32x4.splat(RESOLUTION)));
        let lanes = v128.bitmask<i32>(earlier) & 7;
        if (lanes === 0) continue;
        const found = i32x4.add(rounded, own4);
        let target = a;
        let value = i32x4.extract_lane(found, 0);
        let side: usize = 16;
        while (true) {
          if ((lanes & 1) !== 0) {
            const before = load<i32>(target);
            const offset = target - tau;
            const targetLink = links + (offset << 1);
            const targetNode = <i32>(offset >> 2);
            store<i32>(target, value);
            store<i32>(upwind + offset, <i32>((place ^ side) >> 4));
            const bucketNew = value >> BUCKET_SHIFT;
            const previous = load<i32>(targetLink, 4);
            const bucketOld = before >> BUCKET_SHIFT;
            const waits = previous !== ABSENT;
            if (!waits || bucketOld !== bucketNew) {
              if (waits) {
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
          lanes >>= 1;
          if (lanes === 0) break;
          side += 16;
          target = side === 32 ? b : c;
          value = side === 32 ? i32x4.extract_lane(found, 1) : i32x4.extract_lane(found, 2);
        }
      }
      node = load<i32>(heads + ((<usize>bucket) << 2));
    }
  }
  return pops;
}
