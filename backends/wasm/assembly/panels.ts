/**
 * A matrix P, [rows, columns], as panels of eight rows: panel I holds `P[8I … 8I + 7, c]` for each column c, so that a product of two
 * panels reads contiguously. Blocks of four columns that are zero in a panel are neither stored nor read: a bit a block,
 * in words of 64 bits, [panels, words]. A PMJ's four rows of the Jacobian are such blocks.
 */

/**
 * Packs P = Jᵀ: rows are data, columns parameters.
 *
 * @param jacobian  f32, [parameters, data]
 * @param stride    columns of a panel: parameters, rounded up to a multiple of four
 * @param panels    f32, [⌈data/8⌉, stride, 8]
 * @param masks     u64, [⌈data/8⌉, words], zero on entry
 * @param squares   f64, Σ_d J², [parameters]
 */
export function packTransposed(
  jacobian: usize,
  parameters: i32,
  data: i32,
  stride: i32,
  words: i32,
  panels: usize,
  masks: usize,
  squares: usize,
): void {
  const whole = data >> 3;
  const rest = data & 7;
  const panelBytes = (<usize>stride) << 5;
  const magnitude = i32x4.splat(0x7fffffff);
  for (let first = 0; first < parameters; first += 4) {
    const rows = min(4, parameters - first);
    const mask = masks + ((<usize>(first >> 8)) << 3);
    const bit = (<u64>1) << (<u64>((first >> 2) & 63));
    for (let panel = 0; panel < whole; panel++) {
      const from = jacobian + ((<usize>first * <usize>data + ((<usize>panel) << 3)) << 2);
      let any = f32x4.splat(0);
      for (let row = 0; row < rows; row++) {
        const at = from + ((<usize>row * <usize>data) << 2);
        any = v128.or(any, v128.or(v128.load(at), v128.load(at, 16)));
      }
      if (!v128.any_true(v128.and(any, magnitude))) continue;
      const word = mask + ((<usize>panel * <usize>words) << 3);
      store<u64>(word, load<u64>(word) | bit);
      const to = panels + <usize>panel * panelBytes + ((<usize>first) << 5);
      for (let row = 0; row < 4; row++) {
        let low = f32x4.splat(0);
        let high = f32x4.splat(0);
        if (row < rows) {
          const at = from + ((<usize>row * <usize>data) << 2);
          low = v128.load(at);
          high = v128.load(at, 16);
          addSquares(low, high, squares + ((<usize>(first + row)) << 3));
        }
        v128.store(to + ((<usize>row) << 5), low);
        v128.store(to + ((<usize>row) << 5), high, 16);
      }
    }
    if (rest === 0) continue;
    const to = panels + <usize>whole * panelBytes + ((<usize>first) << 5);
    const word = mask + ((<usize>whole * <usize>words) << 3);
    store<u64>(word, load<u64>(word) | bit);
    memory.fill(to, 0, 128);
    for (let row = 0; row < rows; row++) {
      const at = jacobian + ((<usize>(first + row) * <usize>data + ((<usize>whole) << 3)) << 2);
      memory.copy(to + ((<usize>row) << 5), at, (<usize>rest) << 2);
      addSquares(
        v128.load(to + ((<usize>row) << 5)),
        v128.load(to + ((<usize>row) << 5), 16),
        squares + ((<usize>(first + row)) << 3),
      );
    }
  }
}

function addSquares(low: v128, high: v128, to: usize): void {
  const a = f64x2.promote_low_f32x4(low);
  const b = f64x2.promote_low_f32x4(i64x2.shuffle(low, low, 1, 1));
  const c = f64x2.promote_low_f32x4(high);
  const d = f64x2.promote_low_f32x4(i64x2.shuffle(high, high, 1, 1));
  const sum = f64x2.add(f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)), f64x2.add(f64x2.mul(c, c), f64x2.mul(d, d)));
  store<f64>(to, load<f64>(to) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
}

/**
 * Packs P = J: rows are parameters, columns data.
 *
 * @param stride   columns of a panel: data, rounded up to a multiple of four
 * @param panels   f32, [⌈parameters/8⌉, stride, 8]
 * @param masks    u64, [⌈parameters/8⌉, words], zero on entry
 * @param squares  f64, Σ_d J², [parameters]
 */
export function pack(
  jacobian: usize,
  parameters: i32,
  data: i32,
  stride: i32,
  words: i32,
  panels: usize,
  masks: usize,
  squares: usize,
): void {
  for (let first = 0; first < parameters; first += 8) {
    const rows = min(8, parameters - first);
    const panel = panels + ((<usize>(first >> 3) * <usize>stride) << 5);
    const mask = masks + ((<usize>(first >> 3) * <usize>words) << 3);
    for (let start = 0; start < data; start += 4) {
      const columns = min(4, data - start);
      const to = panel + ((<usize>start) << 5);
      memory.fill(to, 0, 128);
      let any = false;
      for (let row = 0; row < rows; row++) {
        const at = jacobian + ((<usize>(first + row) * <usize>data + <usize>start) << 2);
        let sum = 0.0;
        for (let column = 0; column < columns; column++) {
          const value = load<f32>(at + ((<usize>column) << 2));
          if (value === 0) continue;
          any = true;
          store<f32>(to + ((<usize>column) << 5) + ((<usize>row) << 2), value);
          sum += <f64>value * <f64>value;
        }
        const square = squares + ((<usize>(first + row)) << 3);
        store<f64>(square, load<f64>(square) + sum);
      }
      if (!any) continue;
      const word = mask + ((<usize>(start >> 8)) << 3);
      store<u64>(word, load<u64>(word) | ((<u64>1) << (<u64>((start >> 2) & 63))));
    }
  }
}

/**
 * Pᵀ x.
 *
 * @param vector  x, f64, [8 · count]
 * @param out     f64, [stride]
 */
export function multiplyTransposed(
  panels: usize,
  count: i32,
  stride: i32,
  masks: usize,
  words: i32,
  vector: usize,
  out: usize,
): void {
  memory.fill(out, 0, (<usize>stride) << 3);
  for (let panel = 0; panel < count; panel++) {
    const from = vector + ((<usize>panel) << 6);
    const x0 = v128.load(from);
    const x1 = v128.load(from, 16);
    const x2 = v128.load(from, 32);
    const x3 = v128.load(from, 48);
    for (let word = 0; word < words; word++) {
      const chunk = panels + ((<usize>panel * <usize>stride + ((<usize>word) << 8)) << 5);
      const to = out + ((<usize>word) << 11);
      for (
        let bits = load<u64>(masks + ((<usize>panel * <usize>words + <usize>word) << 3));
        bits !== 0;
        bits &= bits - 1
      ) {
        const block = <usize>ctz(bits);
        for (let column = block << 2; column < (block + 1) << 2; column++) {
          const at = chunk + (column << 5);
          const sum = f64x2.add(
            f64x2.add(f64x2.mul(pair(at), x0), f64x2.mul(pair(at + 8), x1)),
            f64x2.add(f64x2.mul(pair(at + 16), x2), f64x2.mul(pair(at + 24), x3)),
          );
          const place = to + (column << 3);
          store<f64>(place, load<f64>(place) + (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
        }
      }
    }
  }
}

/**
 * Adds P y.
 *
 * @param vector  y, f64, [stride]
 * @param out     f64, added to, [8 · count]
 */
export function addProduct(
  panels: usize,
  count: i32,
  stride: i32,
  masks: usize,
  words: i32,
  vector: usize,
  out: usize,
): void {
  for (let panel = 0; panel < count; panel++) {
    const to = out + ((<usize>panel) << 6);
    let z0 = v128.load(to);
    let z1 = v128.load(to, 16);
    let z2 = v128.load(to, 32);
    let z3 = v128.load(to, 48);
    for (let word = 0; word < words; word++) {
      const chunk = panels + ((<usize>panel * <usize>stride + ((<usize>word) << 8)) << 5);
      const from = vector + ((<usize>word) << 11);
      for (
        let bits = load<u64>(masks + ((<usize>panel * <usize>words + <usize>word) << 3));
        bits !== 0;
        bits &= bits - 1
      ) {
        const block = <usize>ctz(bits);
        for (let column = block << 2; column < (block + 1) << 2; column++) {
          const at = chunk + (column << 5);
          const y = v128.load64_splat(from + (column << 3));
          z0 = f64x2.add(z0, f64x2.mul(pair(at), y));
          z1 = f64x2.add(z1, f64x2.mul(pair(at + 8), y));
          z2 = f64x2.add(z2, f64x2.mul(pair(at + 16), y));
          z3 = f64x2.add(z3, f64x2.mul(pair(at + 24), y));
        }
      }
    }
    v128.store(to, z0);
    v128.store(to, z1, 16);
    v128.store(to, z2, 32);
    v128.store(to, z3, 48);
  }
}

/** Two float32 as float64. */
function pair(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}
