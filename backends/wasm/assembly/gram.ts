import { trianglePanel } from './cholesky';

/**
 * Lower triangle of `P W Pᵀ + diag(s)`. One word of masks (256 columns) at a time, so that what is multiplied stays in the cache.
 *
 * @param weights   W, f64, [stride]
 * @param diagonal  s, f64, [8 · count]
 * @param raise     the diagonal is multiplied by 1 + this
 * @param scratch   f32, [256, 8]
 * @param out       triangle of `count` panels
 */
export function weightedGram(
  panels: usize,
  count: i32,
  stride: i32,
  masks: usize,
  words: i32,
  weights: usize,
  diagonal: usize,
  raise: f64,
  scratch: usize,
  out: usize,
): void {
  const panelBytes = (<usize>stride) << 5;
  memory.fill(out, 0, (<usize>count * <usize>(count + 1)) << 7);
  for (let word = 0; word < words; word++) {
    const chunk = panels + ((<usize>word) << 13);
    const weight = weights + ((<usize>word) << 11);
    for (let one = 0; one < count; one++) {
      const mine = load<u64>(masks + ((<usize>one * <usize>words + <usize>word) << 3));
      if (mine === 0) continue;
      const from = chunk + <usize>one * panelBytes;
      for (let bits = mine; bits !== 0; bits &= bits - 1) {
        const block = <usize>ctz(bits);
        for (let column = block << 2; column < (block + 1) << 2; column++) {
          const factor = f32x4.splat(<f32>load<f64>(weight + (column << 3)));
          const to = scratch + (column << 5);
          v128.store(to, f32x4.mul(factor, v128.load(from + (column << 5))));
          v128.store(to, f32x4.mul(factor, v128.load(from + (column << 5), 16)), 16);
        }
      }
      const row = trianglePanel(out, one);
      for (let other = 0; other <= one; other++) {
        const both = mine & load<u64>(masks + ((<usize>other * <usize>words + <usize>word) << 3));
        if (both === 0) continue;
        const across = chunk + <usize>other * panelBytes;
        const tile = row + ((<usize>other) << 8);
        addBlocks(scratch, across, both, tile);
        addBlocks(scratch, across + 16, both, tile + 128);
      }
    }
  }
  for (let row = 0; row < count << 3; row++) {
    const at = trianglePanel(out, row >> 3) + ((<usize>row) << 5) + ((<usize>(row & 7)) << 2);
    const own = load<f64>(diagonal + ((<usize>row) << 3));
    store<f32>(at, <f32>((<f64>load<f32>(at) + own) * (1 + raise)));
  }
}

/** Adds the products of the blocks of `bits` to four columns of a tile. */
function addBlocks(one: usize, other: usize, bits: u64, tile: usize): void {
  let a0 = v128.load(tile);
  let a1 = v128.load(tile, 16);
  let b0 = v128.load(tile, 32);
  let b1 = v128.load(tile, 48);
  let c0 = v128.load(tile, 64);
  let c1 = v128.load(tile, 80);
  let d0 = v128.load(tile, 96);
  let d1 = v128.load(tile, 112);
  for (; bits !== 0; bits &= bits - 1) {
    const offset = (<usize>ctz(bits)) << 7;
    const p = one + offset;
    const q = other + offset;
    for (let k: usize = 0; k < 128; k += 32) {
      const low = v128.load(p + k);
      const high = v128.load(p + k, 16);
      let s = v128.load32_splat(q + k);
      a0 = f32x4.add(a0, f32x4.mul(s, low));
      a1 = f32x4.add(a1, f32x4.mul(s, high));
      s = v128.load32_splat(q + k, 4);
      b0 = f32x4.add(b0, f32x4.mul(s, low));
      b1 = f32x4.add(b1, f32x4.mul(s, high));
      s = v128.load32_splat(q + k, 8);
      c0 = f32x4.add(c0, f32x4.mul(s, low));
      c1 = f32x4.add(c1, f32x4.mul(s, high));
      s = v128.load32_splat(q + k, 12);
      d0 = f32x4.add(d0, f32x4.mul(s, low));
      d1 = f32x4.add(d1, f32x4.mul(s, high));
    }
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
