/**
 * Lower triangle of R Rᵀ for rows of equal length: four by two products at once, so that six numbers are read for eight multiplications.
 *
 * @param rows   [count, length]
 * @param out    [count, count]; what stands above the diagonal is left alone or holds the same products
 */
export function gramOfRows(rows: Float64Array, count: number, length: number, out: Float64Array): void {
  for (let i = 0; i < count; i += 2) {
    const hasSecond = i + 1 < count;
    const a = i * length;
    const b = hasSecond ? a + length : a;
    for (let j = 0; j <= i + 1 && j < count; j += 4) {
      const c = j * length;
      const d = j + 1 < count ? c + length : c;
      const e = j + 2 < count ? d + length : c;
      const f = j + 3 < count ? e + length : c;
      let ac = 0;
      let ad = 0;
      let ae = 0;
      let af = 0;
      let bc = 0;
      let bd = 0;
      let be = 0;
      let bf = 0;
      for (let at = 0; at < length; at++) {
        const x = rows[a + at];
        const y = rows[b + at];
        const p = rows[c + at];
        const q = rows[d + at];
        const r = rows[e + at];
        const s = rows[f + at];
        ac += x * p;
        ad += x * q;
        ae += x * r;
        af += x * s;
        bc += y * p;
        bd += y * q;
        be += y * r;
        bf += y * s;
      }
      const first = i * count + j;
      out[first] = ac;
      if (j + 1 < count) out[first + 1] = ad;
      if (j + 2 < count) out[first + 2] = ae;
      if (j + 3 < count) out[first + 3] = af;
      if (!hasSecond) continue;
      const second = first + count;
      out[second] = bc;
      if (j + 1 < count) out[second + 1] = bd;
      if (j + 2 < count) out[second + 2] = be;
      if (j + 3 < count) out[second + 3] = bf;
    }
  }
}
