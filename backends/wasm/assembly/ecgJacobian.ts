/** PMJs that are kept a node. */
const TERRITORIES: usize = 4;

/**
 * ∂ECG/∂parameters from territories: `ecgJacobian` (twin/ecg/projectionJacobian.ts), summed in float32, eight lanes of leads and more side by side.
 * What is said of samples holds for any sums over grid times, and leads can be mixed on the way out.
 *
 * @param tau          f64, ms, [nodes]
 * @param leadVectors  f32, [nodes, lanes], lanes a multiple of eight
 * @param kernel       f32, [samples, width]
 * @param firsts       i32, [samples]
 * @param sources, derivatives, byVelocity  of `findTerritories`
 * @param moving       f32, scratch, [nodes, 4]: grid time (i32, −1 for none) and weights of three of them, per ms
 * @param starts       i32, scratch, [pmjs + 2]
 * @param places       i32, scratch, [4 · nodes]
 * @param gathered     f32, scratch, zero on entry and on return, [steps, 4, lanes]
 * @param line         f32, scratch, [5, lanes]
 * @param mix          f32, share of lead m in lead l, [m, l] of lanes each, or 0 to leave leads as they are
 * @param out          f32, mV per ms, mm or mm/ms, [4 · pmjs + 4, samples · leads]
 */
export function ecgJacobian(
  nodes: i32,
  pmjs: i32,
  leads: i32,
  lanes: i32,
  samples: i32,
  steps: i32,
  width: i32,
  start_ms: f64,
  step_ms: f64,
  halfStep_mV: f32,
  tau: usize,
  leadVectors: usize,
  kernel: usize,
  firsts: usize,
  sources: usize,
  derivatives: usize,
  byVelocity: usize,
  moving: usize,
  starts: usize,
  places: usize,
  gathered: usize,
  line: usize,
  mix: usize,
  out: usize,
): void {
  memory.fill(out, 0, (<usize>(4 * pmjs + 4) * <usize>samples * <usize>leads) << 2);
  placeNodes(nodes, steps, start_ms, step_ms, tau, moving);
  sortByPmj(nodes, pmjs, moving, sources, starts, places);
  // Four rows of the Jacobian, and of what is gathered at a grid time.
  const four = (<usize>samples * <usize>leads) << 4;
  const vectors = (<usize>lanes) << 2;
  const row = vectors << 2;
  for (let pmj = 0; pmj <= pmjs; pmj++) {
    // After the last PMJ come the velocities, which move every node.
    const isVelocity = pmj === pmjs;
    let at: usize = isVelocity ? 0 : <usize>load<u32>(starts + ((<usize>pmj) << 2));
    const end: usize = isVelocity ? <usize>nodes : <usize>load<u32>(starts + ((<usize>pmj) << 2), 4);
    let low = steps;
    let high = 0;
    for (; at < end; at++) {
      const place: usize = isVelocity ? at : <usize>load<u32>(places + (at << 2));
      const node: usize = isVelocity ? at : place >> 2;
      const move = moving + (node << 4);
      const step = load<i32>(move);
      if (step < 0) continue;
      low = min(low, step - 1);
      high = max(high, step + 2);
      const numbers = (isVelocity ? byVelocity : derivatives) + (place << 5);
      const from = leadVectors + node * vectors;
      gather(
        gathered + <usize>(step - 1) * row,
        vectors,
        v128.load32_splat(move, 4),
        v128.load32_splat(move, 8),
        v128.load32_splat(move, 12),
        numbers,
        from,
      );
    }
    if (low >= high) continue;
    spread(
      leads,
      lanes,
      samples,
      width,
      halfStep_mV,
      kernel,
      firsts,
      gathered,
      low,
      high,
      line,
      mix,
      out + <usize>pmj * four,
    );
    memory.fill(gathered + <usize>low * row, 0, <usize>(high - low) * row);
  }
}

/** Grid time and moving weights of each node. */
function placeNodes(nodes: i32, steps: i32, start_ms: f64, step_ms: f64, tau: usize, moving: usize): void {
  const last = <f64>(steps - 2);
  for (let node: usize = 0; node < <usize>nodes; node++) {
    const place = (load<f64>(tau + (node << 3)) - start_ms) / step_ms;
    const to = moving + (node << 4);
    if (!(place >= 1) || place >= last) {
      store<i32>(to, -1);
      continue;
    }
    const step = <i32>place;
    const x = place - <f64>step;
    const m0 = -(3 * x * x - 6 * x + 2) / 6;
    store<i32>(to, step);
    store<f32>(to, <f32>(m0 / step_ms), 4);
    store<f32>(to, <f32>((m0 + (3 * x * x - 4 * x - 1) / 2) / step_ms), 8);
    store<f32>(to, <f32>(-(3 * x * x - 1) / 6 / step_ms), 12);
  }
}

/** Entries of the territories of nodes that move the ECG, `4 · node + rank`, by PMJ and ascending. */
function sortByPmj(nodes: i32, pmjs: i32, moving: usize, sources: usize, starts: usize, places: usize): void {
  memory.fill(starts, 0, (<usize>(pmjs + 2)) << 2);
  for (let node: usize = 0; node < <usize>nodes; node++) {
    if (load<i32>(moving + (node << 4)) < 0) continue;
    for (let rank: usize = 0; rank < TERRITORIES; rank++) {
      const pmj = load<i32>(sources + (node << 4) + (rank << 2));
      if (pmj < 0) break;
      const count = starts + ((<usize>pmj) << 2);
      store<i32>(count, load<i32>(count, 8) + 1, 8);
    }
  }
  // Counts stand two places on, so that filling each PMJ's part moves its start to where it belongs.
  for (let at: usize = 2; at < <usize>(pmjs + 2); at++) {
    const count = starts + (at << 2);
    store<i32>(count, load<i32>(count) + load<i32>(count - 4));
  }
  for (let node: usize = 0; node < <usize>nodes; node++) {
    if (load<i32>(moving + (node << 4)) < 0) continue;
    for (let rank: usize = 0; rank < TERRITORIES; rank++) {
      const pmj = load<i32>(sources + (node << 4) + (rank << 2));
      if (pmj < 0) break;
      const next = starts + ((<usize>pmj) << 2);
      const at = <usize>load<u32>(next, 4);
      store<i32>(next, <i32>at + 1, 4);
      store<i32>(places + (at << 2), <i32>((node << 2) + rank));
    }
  }
}

/** Adds a node's four derivatives times its lead vector to three grid times. */
function gather(to: usize, vectors: usize, w0: v128, w1: v128, w2: v128, numbers: usize, from: usize): void {
  const row = vectors << 2;
  for (let number: usize = 0; number < 4; number++) {
    const value = f32x4.splat(<f32>load<f64>(numbers + (number << 3)));
    const a = f32x4.mul(w0, value);
    const b = f32x4.mul(w1, value);
    const c = f32x4.mul(w2, value);
    for (let at: usize = 0; at < vectors; at += 16) {
      const lead = v128.load(from + at);
      const t0 = to + at;
      const t1 = t0 + row;
      const t2 = t1 + row;
      v128.store(t0, f32x4.add(v128.load(t0), f32x4.mul(a, lead)));
      v128.store(t1, f32x4.add(v128.load(t1), f32x4.mul(b, lead)));
      v128.store(t2, f32x4.add(v128.load(t2), f32x4.mul(c, lead)));
    }
    to += vectors;
  }
}

/** Sends four gathered rows, non-zero on grid times low … high − 1, through the kernel. */
function spread(
  leads: i32,
  lanes: i32,
  samples: i32,
  width: i32,
  halfStep_mV: f32,
  kernel: usize,
  firsts: usize,
  gathered: usize,
  low: i32,
  high: i32,
  line: usize,
  mix: usize,
  out: usize,
): void {
  const row = (<usize>lanes) << 4;
  const half = f32x4.splat(halfStep_mV);
  for (let sample: usize = 0; sample < <usize>samples; sample++) {
    const first = load<i32>(firsts + (sample << 2));
    const begin = max(low, first);
    const end = min(high, first + width);
    if (begin >= end) continue;
    const k = kernel + ((sample * <usize>width + <usize>(begin - first)) << 2);
    const past = k + ((<usize>(end - begin)) << 2);
    for (let chunk: usize = 0; chunk < row; chunk += 128) {
      let from = gathered + <usize>begin * row + chunk;
      let s0 = f32x4.splat(0);
      let s1 = f32x4.splat(0);
      let s2 = f32x4.splat(0);
      let s3 = f32x4.splat(0);
      let s4 = f32x4.splat(0);
      let s5 = f32x4.splat(0);
      let s6 = f32x4.splat(0);
      let s7 = f32x4.splat(0);
      for (let at = k; at < past; at += 4) {
        const factor = v128.load32_splat(at);
        s0 = f32x4.add(s0, f32x4.mul(factor, v128.load(from)));
        s1 = f32x4.add(s1, f32x4.mul(factor, v128.load(from, 16)));
        s2 = f32x4.add(s2, f32x4.mul(factor, v128.load(from, 32)));
        s3 = f32x4.add(s3, f32x4.mul(factor, v128.load(from, 48)));
        s4 = f32x4.add(s4, f32x4.mul(factor, v128.load(from, 64)));
        s5 = f32x4.add(s5, f32x4.mul(factor, v128.load(from, 80)));
        s6 = f32x4.add(s6, f32x4.mul(factor, v128.load(from, 96)));
        s7 = f32x4.add(s7, f32x4.mul(factor, v128.load(from, 112)));
        from += row;
      }
      const to = line + chunk;
      v128.store(to, f32x4.mul(half, s0));
      v128.store(to, f32x4.mul(half, s1), 16);
      v128.store(to, f32x4.mul(half, s2), 32);
      v128.store(to, f32x4.mul(half, s3), 48);
      v128.store(to, f32x4.mul(half, s4), 64);
      v128.store(to, f32x4.mul(half, s5), 80);
      v128.store(to, f32x4.mul(half, s6), 96);
      v128.store(to, f32x4.mul(half, s7), 112);
    }
    for (let number: usize = 0; number < 4; number++) {
      let from = line + ((number * <usize>lanes) << 2);
      if (mix !== 0) {
        const mixed = line + row;
        mixLeads(lanes, from, mix, mixed);
        from = mixed;
      }
      const to = out + (((number * <usize>samples + sample) * <usize>leads) << 2);
      if (leads === 8) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        continue;
      }
      for (let lead: usize = 0; lead < <usize>leads; lead++)
        store<f32>(to + (lead << 2), load<f32>(from + (lead << 2)));
    }
  }
}

function mixLeads(lanes: i32, from: usize, mix: usize, out: usize): void {
  const vectors = (<usize>lanes) << 2;
  for (let at: usize = 0; at < vectors; at += 32) {
    let low = f32x4.splat(0);
    let high = f32x4.splat(0);
    let share = mix + at;
    for (let lead: usize = 0; lead < vectors; lead += 4) {
      const value = v128.load32_splat(from + lead);
      low = f32x4.add(low, f32x4.mul(value, v128.load(share)));
      high = f32x4.add(high, f32x4.mul(value, v128.load(share, 16)));
      share += vectors;
    }
    v128.store(out + at, low);
    v128.store(out + at, high, 16);
  }
}
