/** Rows of panels that are factored together: a panel that they are multiplied with is read from the nearest cache. */
const GROUP: i32 = 4;

/** First byte of panel I of a triangle: panels of eight rows, each with the columns up to its own diagonal, [8(I + 1), 8]. */
export function trianglePanel(triangle: usize, panel: i32): usize {
  return triangle + ((<usize>panel * <usize>(panel + 1)) << 7);
}

/**
 * Cholesky factor A = L Lᵀ in place, float32, by tiles of 8 × 8 (left-looking: Golub & Van Loan, Matrix Computations). The diagonal of L is
 * left as its inverse.
 *
 * @param triangle  f32, panels of eight rows, see `trianglePanel`
 * @param count     panels
 * @returns false when a pivot is not above zero
 */
export function factorCholesky(triangle: usize, count: i32): bool {
  for (let start = 0; start < count; start += GROUP) {
    const end = min(start + GROUP, count);
    for (let column = 0; column < end; column++) {
      const across = trianglePanel(triangle, column);
      for (let row = max(start, column); row < end; row++) {
        const along = trianglePanel(triangle, row);
        const tile = along + ((<usize>column) << 8);
        subtractProducts(along, across, (<usize>column) << 8, tile);
        subtractProducts(along, across + 16, (<usize>column) << 8, tile + 128);
        if (row === column) {
          if (!factorTile(tile)) return false;
        } else {
          divideTile(tile, across + ((<usize>column) << 8));
        }
      }
    }
  }
  return true;
}

/** Subtracts the products of the columns before a tile from four of the tile's columns. */
function subtractProducts(one: usize, other: usize, bytes: usize, tile: usize): void {
  let a0 = v128.load(tile);
  let a1 = v128.load(tile, 16);
  let b0 = v128.load(tile, 32);
  let b1 = v128.load(tile, 48);
  let c0 = v128.load(tile, 64);
  let c1 = v128.load(tile, 80);
  let d0 = v128.load(tile, 96);
  let d1 = v128.load(tile, 112);
  for (let k: usize = 0; k < bytes; k += 64) {
    let low = v128.load(one + k);
    let high = v128.load(one + k, 16);
    let s = v128.load32_splat(other + k);
    a0 = f32x4.sub(a0, f32x4.mul(s, low));
    a1 = f32x4.sub(a1, f32x4.mul(s, high));
    s = v128.load32_splat(other + k, 4);
    b0 = f32x4.sub(b0, f32x4.mul(s, low));
    b1 = f32x4.sub(b1, f32x4.mul(s, high));
    s = v128.load32_splat(other + k, 8);
    c0 = f32x4.sub(c0, f32x4.mul(s, low));
    c1 = f32x4.sub(c1, f32x4.mul(s, high));
    s = v128.load32_splat(other + k, 12);
    d0 = f32x4.sub(d0, f32x4.mul(s, low));
    d1 = f32x4.sub(d1, f32x4.mul(s, high));
    low = v128.load(one + k, 32);
    high = v128.load(one + k, 48);
    s = v128.load32_splat(other + k, 32);
    a0 = f32x4.sub(a0, f32x4.mul(s, low));
    a1 = f32x4.sub(a1, f32x4.mul(s, high));
    s = v128.load32_splat(other + k, 36);
    b0 = f32x4.sub(b0, f32x4.mul(s, low));
    b1 = f32x4.sub(b1, f32x4.mul(s, high));
    s = v128.load32_splat(other + k, 40);
    c0 = f32x4.sub(c0, f32x4.mul(s, low));
    c1 = f32x4.sub(c1, f32x4.mul(s, high));
    s = v128.load32_splat(other + k, 44);
    d0 = f32x4.sub(d0, f32x4.mul(s, low));
    d1 = f32x4.sub(d1, f32x4.mul(s, high));
  }
  v128.store(tile, a0);
  v128.store(tile, a1, 16);
  v128.store(tile, b0, 32);
  v128.store(tile, b1, 48);
  v128.store(tile, c0, 64);
  v128.store(tile, c1, 80);
  v128.store(tile, d0, 96);
  v128.store(tile, d1, 112);
}

/** Factor of a tile of the diagonal; of the tile, column c holds rows 0 … 7, and those above c are set to zero. */
function factorTile(tile: usize): bool {
  for (let c: usize = 0; c < 8; c++) {
    const column = tile + (c << 5);
    const pivot = load<f32>(column + (c << 2));
    if (!(pivot > 0 && pivot < f32.MAX_VALUE)) return false;
    const inverse = <f32>1 / sqrt(pivot);
    for (let r: usize = 0; r < c; r++) store<f32>(column + (r << 2), 0);
    store<f32>(column + (c << 2), inverse);
    for (let r = c + 1; r < 8; r++) {
      store<f32>(column + (r << 2), load<f32>(column + (r << 2)) * inverse);
    }
    for (let later = c + 1; later < 8; later++) {
      const factor = load<f32>(column + (later << 2));
      const to = tile + (later << 5);
      for (let r = later; r < 8; r++) {
        store<f32>(to + (r << 2), load<f32>(to + (r << 2)) - factor * load<f32>(column + (r << 2)));
      }
    }
  }
  return true;
}

/** Zero for what is next to nothing: fill-in fades away from the diagonal, and products of subnormal numbers take a hundred times as long. */
function withoutTraces(values: v128): v128 {
  return v128.and(values, f32x4.gt(f32x4.abs(values), f32x4.splat(1e-18)));
}

/** X = T L⁻ᵀ with the factored tile of the diagonal. */
function divideTile(tile: usize, diagonal: usize): void {
  for (let c: usize = 0; c < 8; c++) {
    const column = tile + (c << 5);
    let low = v128.load(column);
    let high = v128.load(column, 16);
    for (let before: usize = 0; before < c; before++) {
      const factor = v128.load32_splat(diagonal + (before << 5) + (c << 2));
      low = f32x4.sub(low, f32x4.mul(factor, v128.load(tile + (before << 5))));
      high = f32x4.sub(high, f32x4.mul(factor, v128.load(tile + (before << 5), 16)));
    }
    const inverse = v128.load32_splat(diagonal + (c << 5) + (c << 2));
    v128.store(column, withoutTraces(f32x4.mul(low, inverse)));
    v128.store(column, withoutTraces(f32x4.mul(high, inverse)), 16);
  }
}

/**
 * Solves L Lᵀ x = b.
 *
 * @param right  f64, b, [8 · count]
 * @param work   f32, [8 · count]
 * @param out    f64, x, [8 · count]
 */
export function solveCholesky(triangle: usize, count: i32, right: usize, work: usize, out: usize): void {
  const rows = (<usize>count) << 3;
  for (let at: usize = 0; at < rows; at++) store<f32>(work + (at << 2), <f32>load<f64>(right + (at << 3)));
  for (let panel = 0; panel < count; panel++) {
    const along = trianglePanel(triangle, panel);
    const own = work + ((<usize>panel) << 5);
    const before = (<usize>panel) << 8;
    let a0 = v128.load(own);
    let a1 = v128.load(own, 16);
    let b0 = f32x4.splat(0);
    let b1 = f32x4.splat(0);
    let x = work;
    for (let k: usize = 0; k < before; k += 64) {
      let s = v128.load32_splat(x);
      a0 = f32x4.sub(a0, f32x4.mul(s, v128.load(along + k)));
      a1 = f32x4.sub(a1, f32x4.mul(s, v128.load(along + k, 16)));
      s = v128.load32_splat(x, 4);
      b0 = f32x4.sub(b0, f32x4.mul(s, v128.load(along + k, 32)));
      b1 = f32x4.sub(b1, f32x4.mul(s, v128.load(along + k, 48)));
      x += 8;
    }
    v128.store(own, f32x4.add(a0, b0));
    v128.store(own, f32x4.add(a1, b1), 16);
    const tile = along + before;
    for (let c: usize = 0; c < 8; c++) {
      const value = load<f32>(own + (c << 2)) * load<f32>(tile + (c << 5) + (c << 2));
      store<f32>(own + (c << 2), value);
      for (let r = c + 1; r < 8; r++) {
        store<f32>(own + (r << 2), load<f32>(own + (r << 2)) - value * load<f32>(tile + (c << 5) + (r << 2)));
      }
    }
  }
  for (let panel = count - 1; panel >= 0; panel--) {
    const along = trianglePanel(triangle, panel);
    const own = work + ((<usize>panel) << 5);
    const before = (<usize>panel) << 8;
    const tile = along + before;
    for (let c: isize = 7; c >= 0; c--) {
      let sum = load<f32>(own + ((<usize>c) << 2));
      for (let r = c + 1; r < 8; r++) {
        sum -= load<f32>(own + ((<usize>r) << 2)) * load<f32>(tile + ((<usize>c) << 5) + ((<usize>r) << 2));
      }
      store<f32>(own + ((<usize>c) << 2), sum * load<f32>(tile + ((<usize>c) << 5) + ((<usize>c) << 2)));
    }
    const low = v128.load(own);
    const high = v128.load(own, 16);
    let x = work;
    for (let k: usize = 0; k < before; k += 128) {
      const a = productOfEight(along + k, low, high);
      const b = productOfEight(along + k + 32, low, high);
      const c = productOfEight(along + k + 64, low, high);
      const d = productOfEight(along + k + 96, low, high);
      const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 2, 6), v128.shuffle<f32>(a, b, 1, 5, 3, 7));
      const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 2, 6), v128.shuffle<f32>(c, d, 1, 5, 3, 7));
      const sums = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      v128.store(x, f32x4.sub(v128.load(x), sums));
      x += 16;
    }
  }
  for (let at: usize = 0; at < rows; at++) store<f64>(out + (at << 3), <f64>load<f32>(work + (at << 2)));
}

/** Four partial sums of a product of eight numbers. */
function productOfEight(at: usize, low: v128, high: v128): v128 {
  return f32x4.add(f32x4.mul(v128.load(at), low), f32x4.mul(v128.load(at, 16), high));
}
