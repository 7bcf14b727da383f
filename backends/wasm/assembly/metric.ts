import { ID_BIAS, TET_BYTES } from './layout';

/**
 * Tables of `tetMetric` (twin/eikonal/metric.ts) for all tetrahedra, computed in float64 and stored as float32 in the
 * records that `layout.ts` describes; the corners' numbers go with them.
 *
 * @param points    f64, mm, [nodes, 3]
 * @param corners   i32, [tets, 4]
 * @param fibres    f64, [tets, 3]
 * @param regions   u8, [tets]
 * @param speed     f32, [tets], or 0 for none
 * @param byRegion  f64, along and across the fibre, mm/ms, [4, 2]
 * @param table     the records, [tets]
 */
export function fillTable(
  tets: i32,
  points: usize,
  corners: usize,
  fibres: usize,
  regions: usize,
  speed: usize,
  byRegion: usize,
  table: usize,
): void {
  for (let tet = 0; tet < tets; tet++) {
    const n0 = load<u32>(corners);
    const n1 = load<u32>(corners, 4);
    const n2 = load<u32>(corners, 8);
    const n3 = load<u32>(corners, 12);
    corners += 16;
    const p0 = points + 24 * <usize>n0;
    const p1 = points + 24 * <usize>n1;
    const p2 = points + 24 * <usize>n2;
    const p3 = points + 24 * <usize>n3;
    const x0 = load<f64>(p0);
    const y0 = load<f64>(p0, 8);
    const z0 = load<f64>(p0, 16);
    // The edges a, b, c from corner 0; u, v, w are their cross products, so that ∇N_1, ∇N_2, ∇N_3 = u, v, w / (a · u).
    const ax = load<f64>(p1) - x0;
    const ay = load<f64>(p1, 8) - y0;
    const az = load<f64>(p1, 16) - z0;
    const bx = load<f64>(p2) - x0;
    const by = load<f64>(p2, 8) - y0;
    const bz = load<f64>(p2, 16) - z0;
    const cx = load<f64>(p3) - x0;
    const cy = load<f64>(p3, 8) - y0;
    const cz = load<f64>(p3, 16) - z0;
    const ux = by * cz - bz * cy;
    const uy = bz * cx - bx * cz;
    const uz = bx * cy - by * cx;
    const vx = cy * az - cz * ay;
    const vy = cz * ax - cx * az;
    const vz = cx * ay - cy * ax;
    const wx = ay * bz - az * by;
    const wy = az * bx - ax * bz;
    const wz = ax * by - ay * bx;
    const sixVolumes = ax * ux + ay * uy + az * uz;
    const fx = load<f64>(fibres);
    const fy = load<f64>(fibres, 8);
    const fz = load<f64>(fibres, 16);
    fibres += 24;
    const region = byRegion + ((<usize>load<u8>(regions + tet)) << 4);
    const factor = speed === 0 ? 1.0 : <f64>load<f32>(speed + ((<usize>tet) << 2));
    const along = factor * load<f64>(region);
    const across = factor * load<f64>(region, 8);

    const scale = 1.0 / (sixVolumes * sixVolumes);
    const d = across * across * scale;
    const e = along * along * scale - d;
    const uf = ux * fx + uy * fy + uz * fz;
    const vf = vx * fx + vy * fy + vz * fz;
    const wf = wx * fx + wy * fy + wz * fz;
    const uv = d * (ux * vx + uy * vy + uz * vz) + e * uf * vf;
    const uw = d * (ux * wx + uy * wy + uz * wz) + e * uf * wf;
    const vw = d * (vx * wx + vy * wy + vz * wz) + e * vf * wf;
    const uu = d * (ux * ux + uy * uy + uz * uz) + e * uf * uf;
    const vv = d * (vx * vx + vy * vy + vz * vz) + e * vf * vf;
    const ww = d * (wx * wx + wy * wy + wz * wz) + e * wf * wf;
    store<f32>(table, <f32>(uu + uv + uw));
    store<f32>(table, <f32>(uv + vv + vw), 4);
    store<f32>(table, <f32>(uw + vw + ww), 8);
    store<u32>(table, ID_BIAS + (n0 << 2), 12);
    store<f32>(table, <f32>-vw, 16);
    store<f32>(table, <f32>-uw, 20);
    store<f32>(table, <f32>-uv, 24);
    store<u32>(table, ID_BIAS + (n1 << 2), 28);

    const slowAcross = 1.0 / (across * across);
    const slowDifference = 1.0 / (along * along) - slowAcross;
    const af = ax * fx + ay * fy + az * fz;
    const bf = bx * fx + by * fy + bz * fz;
    const cf = cx * fx + cy * fy + cz * fz;
    const aa = slowAcross * (ax * ax + ay * ay + az * az) + slowDifference * af * af;
    const bb = slowAcross * (bx * bx + by * by + bz * bz) + slowDifference * bf * bf;
    const cc = slowAcross * (cx * cx + cy * cy + cz * cz) + slowDifference * cf * cf;
    const ab = slowAcross * (ax * bx + ay * by + az * bz) + slowDifference * af * bf;
    const ac = slowAcross * (ax * cx + ay * cy + az * cz) + slowDifference * af * cf;
    const bc = slowAcross * (bx * cx + by * cy + bz * cz) + slowDifference * bf * cf;
    store<f32>(table, <f32>aa, 32);
    store<f32>(table, <f32>bb, 36);
    store<f32>(table, <f32>cc, 40);
    store<u32>(table, ID_BIAS + (n2 << 2), 44);
    store<f32>(table, <f32>(bb + cc - 2.0 * bc), 48);
    store<f32>(table, <f32>(aa + cc - 2.0 * ac), 52);
    store<f32>(table, <f32>(aa + bb - 2.0 * ab), 56);
    store<u32>(table, ID_BIAS + (n3 << 2), 60);
    table += TET_BYTES;
  }
}
