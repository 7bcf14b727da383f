/**
 * Weights of a place on the grid of times, and what of them moves with it: `gridPlace` and `movingWeights` of twin/ecg/projection.ts.
 * Lead vectors are padded with zeros to `lanes`, a multiple of eight.
 */

/**
 * ECG of an activation: `projectEcg` (twin/ecg/projection.ts), in float64.
 *
 * @param tau          f64, ms, [nodes]
 * @param leadVectors  f32, [nodes, lanes]
 * @param kernel       f64, [samples, width]
 * @param firsts       i32, [samples]
 * @param binned       f64, scratch, [steps, lanes]
 * @param out          f64, mV, [samples, lanes]
 */
export function projectEcg(
  nodes: i32,
  lanes: i32,
  samples: i32,
  steps: i32,
  width: i32,
  start_ms: f64,
  step_ms: f64,
  rest_mV: f64,
  halfStep_mV: f64,
  tau: usize,
  leadVectors: usize,
  kernel: usize,
  firsts: usize,
  binned: usize,
  out: usize,
): void {
  const row = (<usize>lanes) << 3;
  const vectors = (<usize>lanes) << 2;
  memory.fill(binned, 0, <usize>steps * row);
  const last = <f64>(steps - 2);
  for (let node: usize = 0; node < <usize>nodes; node++) {
    const place = (load<f64>(tau + (node << 3)) - start_ms) / step_ms;
    let step: i32 = 1;
    let x = 0.0;
    if (place >= last) {
      step = steps - 3;
      x = 1;
    } else if (place >= 1) {
      step = <i32>place;
      x = place - <f64>step;
    }
    const w0 = f64x2.splat((-x * (x - 1) * (x - 2)) / 6);
    const w1 = f64x2.splat(((x + 1) * (x - 1) * (x - 2)) / 2);
    const w2 = f64x2.splat((-(x + 1) * x * (x - 2)) / 2);
    const w3 = f64x2.splat(((x + 1) * x * (x - 1)) / 6);
    const from = leadVectors + node * vectors;
    const to = binned + <usize>(step - 1) * row;
    for (let at: usize = 0; at < row; at += 16) {
      const b = f64x2.promote_low_f32x4(v128.load64_zero(from + (at >> 1)));
      const t0 = to + at;
      const t1 = t0 + row;
      const t2 = t1 + row;
      const t3 = t2 + row;
      v128.store(t0, f64x2.add(v128.load(t0), f64x2.mul(w0, b)));
      v128.store(t1, f64x2.add(v128.load(t1), f64x2.mul(w1, b)));
      v128.store(t2, f64x2.add(v128.load(t2), f64x2.mul(w2, b)));
      v128.store(t3, f64x2.add(v128.load(t3), f64x2.mul(w3, b)));
    }
  }
  const total = binned + <usize>(steps - 1) * row;
  for (let at = binned + row; at < total + row; at += 16) {
    v128.store(at, f64x2.add(v128.load(at), v128.load(at - row)));
  }
  const half = f64x2.splat(halfStep_mV);
  const rest = f64x2.splat(rest_mV);
  for (let sample: usize = 0; sample < <usize>samples; sample++) {
    const first = binned + <usize>load<u32>(firsts + (sample << 2)) * row;
    const k = kernel + ((sample * <usize>width) << 3);
    const to = out + sample * row;
    for (let at: usize = 0; at < row; at += 32) {
      let sum0 = f64x2.splat(0);
      let sum1 = f64x2.splat(0);
      let from = first + at;
      for (let place: usize = 0; place < <usize>width; place++) {
        const factor = v128.load64_splat(k + (place << 3));
        sum0 = f64x2.add(sum0, f64x2.mul(factor, v128.load(from)));
        sum1 = f64x2.add(sum1, f64x2.mul(factor, v128.load(from, 16)));
        from += row;
      }
      v128.store(to + at, f64x2.add(f64x2.mul(half, sum0), f64x2.mul(rest, v128.load(total + at))));
      v128.store(to + at, f64x2.add(f64x2.mul(half, sum1), f64x2.mul(rest, v128.load(total + at, 16))), 16);
    }
  }
}

/**
 * ∂loss/∂τ from ∂loss/∂φ: `pullBackEcg` (twin/ecg/projection.ts), in float64.
 *
 * @param sensitivity  f64, loss/mV, [samples, lanes]
 * @param perStep      f64, scratch, [steps, lanes]
 * @param out          f64, loss/ms, [nodes]
 */
export function pullBackEcg(
  nodes: i32,
  lanes: i32,
  samples: i32,
  steps: i32,
  width: i32,
  start_ms: f64,
  step_ms: f64,
  halfStep_mV: f64,
  tau: usize,
  leadVectors: usize,
  kernel: usize,
  firsts: usize,
  sensitivity: usize,
  perStep: usize,
  out: usize,
): void {
  const row = (<usize>lanes) << 3;
  memory.fill(perStep, 0, <usize>steps * row);
  const half = f64x2.splat(halfStep_mV);
  for (let sample: usize = 0; sample < <usize>samples; sample++) {
    const first = perStep + <usize>load<u32>(firsts + (sample << 2)) * row;
    const k = kernel + ((sample * <usize>width) << 3);
    for (let at: usize = 0; at < row; at += 16) {
      const push = f64x2.mul(half, v128.load(sensitivity + sample * row + at));
      let to = first + at;
      for (let place: usize = 0; place < <usize>width; place++) {
        v128.store(to, f64x2.add(v128.load(to), f64x2.mul(v128.load64_splat(k + (place << 3)), push)));
        to += row;
      }
    }
  }
  const last = <f64>(steps - 2);
  for (let node: usize = 0; node < <usize>nodes; node++) {
    const place = (load<f64>(tau + (node << 3)) - start_ms) / step_ms;
    if (!(place >= 1) || place >= last) {
      store<f64>(out + (node << 3), 0);
      continue;
    }
    const step = <i32>place;
    const x = place - <f64>step;
    const m0 = -(3 * x * x - 6 * x + 2) / 6;
    const w0 = f64x2.splat(m0);
    const w1 = f64x2.splat(m0 + (3 * x * x - 4 * x - 1) / 2);
    const w2 = f64x2.splat(-(3 * x * x - 1) / 6);
    const from = leadVectors + ((node * <usize>lanes) << 2);
    const at0 = perStep + <usize>(step - 1) * row;
    let sum = f64x2.splat(0);
    for (let at: usize = 0; at < row; at += 16) {
      const t = at0 + at;
      const felt = f64x2.add(
        f64x2.add(f64x2.mul(w0, v128.load(t)), f64x2.mul(w1, v128.load(t + row))),
        f64x2.mul(w2, v128.load(t + 2 * row)),
      );
      sum = f64x2.add(sum, f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(from + (at >> 1))), felt));
    }
    store<f64>(out + (node << 3), (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / step_ms);
  }
}
