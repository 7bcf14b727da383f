/** Conductivities at points of one tetrahedron: σ = isotropic · I + along · f fᵀ. */
export interface Samples {
  /** mm, [count, 3] */
  readonly places: Float64Array;
  /** S/m, [count] */
  readonly isotropic: Float64Array;
  /** Unit vectors, or zeros outside muscle, [count, 3] */
  readonly fibres: Float64Array;
  /** S/m */
  readonly along: number;
  count: number;
}

/** ⟨σ⟩. @param out S/m, [6] as xx xy xz yy yz zz */
export function plainMean({ isotropic, fibres, along, count }: Samples, out: Float64Array): void {
  out.fill(0);
  for (let at = 0; at < count; at++) {
    const x = fibres[3 * at];
    const y = fibres[3 * at + 1];
    const z = fibres[3 * at + 2];
    out[0] += isotropic[at] + along * x * x;
    out[1] += along * x * y;
    out[2] += along * x * z;
    out[3] += isotropic[at] + along * y * y;
    out[4] += along * y * z;
    out[5] += isotropic[at] + along * z * z;
  }
  for (let at = 0; at < 6; at++) out[at] /= count;
}

/**
 * Mean of layers across the direction n in which ln σ changes most: `⟨σ − s sᵀ/a⟩ + ⟨s/a⟩⟨s/a⟩ᵀ / ⟨1/a⟩` with s = σ n and a = nᵀ σ n.
 *
 * @param out S/m, [6] as xx xy xz yy yz zz
 * @returns whether there is such a direction; `out` is not written otherwise
 */
export function layeredMean(samples: Samples, out: Float64Array): boolean {
  const { isotropic, fibres, along, count } = samples;
  const normal = steepest(samples);
  if (normal === undefined) return false;
  const [nx, ny, nz] = normal;
  let [xx, xy, xz, yy, yz, zz] = [0, 0, 0, 0, 0, 0];
  let [px, py, pz, inverse] = [0, 0, 0, 0];
  for (let at = 0; at < count; at++) {
    const x = fibres[3 * at];
    const y = fibres[3 * at + 1];
    const z = fibres[3 * at + 2];
    const own = isotropic[at];
    const onFibre = along * (x * nx + y * ny + z * nz);
    const sx = own * nx + onFibre * x;
    const sy = own * ny + onFibre * y;
    const sz = own * nz + onFibre * z;
    const a = sx * nx + sy * ny + sz * nz;
    xx += own + along * x * x - (sx * sx) / a;
    xy += along * x * y - (sx * sy) / a;
    xz += along * x * z - (sx * sz) / a;
    yy += own + along * y * y - (sy * sy) / a;
    yz += along * y * z - (sy * sz) / a;
    zz += own + along * z * z - (sz * sz) / a;
    px += sx / a;
    py += sy / a;
    pz += sz / a;
    inverse += 1 / a;
  }
  out[0] = (xx + (px * px) / inverse) / count;
  out[1] = (xy + (px * py) / inverse) / count;
  out[2] = (xz + (px * pz) / inverse) / count;
  out[3] = (yy + (py * py) / inverse) / count;
  out[4] = (yz + (py * pz) / inverse) / count;
  out[5] = (zz + (pz * pz) / inverse) / count;
  return true;
}

/** Unit direction of the least-squares gradient of ln σ over the points; undefined where it is flat. */
function steepest({ places, isotropic, fibres, along, count }: Samples): [number, number, number] | undefined {
  let [mx, my, mz, mean] = [0, 0, 0, 0];
  const level = (at: number): number => {
    const isFibre = fibres[3 * at] !== 0 || fibres[3 * at + 1] !== 0 || fibres[3 * at + 2] !== 0;
    return Math.log(isFibre ? isotropic[at] + along / 3 : isotropic[at]);
  };
  for (let at = 0; at < count; at++) {
    mx += places[3 * at] / count;
    my += places[3 * at + 1] / count;
    mz += places[3 * at + 2] / count;
    mean += level(at) / count;
  }
  let [xx, xy, xz, yy, yz, zz] = [0, 0, 0, 0, 0, 0];
  let [gx, gy, gz] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const x = places[3 * at] - mx;
    const y = places[3 * at + 1] - my;
    const z = places[3 * at + 2] - mz;
    const rise = level(at) - mean;
    xx += x * x;
    xy += x * y;
    xz += x * z;
    yy += y * y;
    yz += y * z;
    zz += z * z;
    gx += rise * x;
    gy += rise * y;
    gz += rise * z;
  }
  // Cramer's rule up to the determinant, which only scales; the matrix is positive definite as the points fill a tetrahedron.
  const ux = gx * (yy * zz - yz * yz) - gy * (xy * zz - xz * yz) + gz * (xy * yz - xz * yy);
  const uy = -gx * (xy * zz - yz * xz) + gy * (xx * zz - xz * xz) - gz * (xx * yz - xz * xy);
  const uz = gx * (xy * yz - yy * xz) - gy * (xx * yz - xy * xz) + gz * (xx * yy - xy * xy);
  const length = Math.sqrt(ux * ux + uy * uy + uz * uz);
  const size = xx + yy + zz;
  if (!(length > 1e-9 * size * size * Math.sqrt(size))) return undefined;
  return [ux / length, uy / length, uz / length];
}
