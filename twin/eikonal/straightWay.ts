import type { TetMesh } from '../mesh/tetMesh.ts';
import { legTime } from './metric.ts';

/** A way that crosses more tetrahedra than this goes round in circles by rounding and is given up. */
const LONGEST = 512;
/** Share of a face's area under which a way counts as passing through its edge: far over the rounding of places near 100 mm, far under any length. */
const EDGE = 1e-10;

/** The tetrahedra that a straight way crosses, in order; written by `walkStraight`. */
export interface StraightWay {
  count: number;
  /** [LONGEST] */
  readonly tets: Int32Array;
  /** Share of the way after which each tetrahedron is left, 1 for the last, [LONGEST] */
  readonly exits: Float64Array;
  /** Nodes of the face by which each but the last is left, [LONGEST, 3] */
  readonly faces: Int32Array;
}

/** Workspace of `walkStraight`. */
export const openStraightWay = (): StraightWay => ({
  count: 0,
  tets: new Int32Array(LONGEST),
  exits: new Float64Array(LONGEST),
  faces: new Int32Array(3 * LONGEST),
});

/**
 * Time that a wave needs straight from a place x in a tetrahedron to a node, each piece in the metric of its own tetrahedron:
 *
 *     T = Σ_k (s_{k+1} − s_k) √(eᵀ D_k⁻¹ e),   e = x_node − x,   s_k the share of the way at which tetrahedron k is entered
 *
 * No wave that the mesh carries is later. T jumps only where x crosses the plane of a face at the node itself, since the way's
 * end then changes sides. Looked at along e the way is a point; of the three faces by which it can leave a tetrahedron, it takes
 * the one whose outline holds that point, and of two with the point on their common edge the larger, so that a way inside a
 * face's own plane does not leave by that face.
 *
 * @param neighbours  across faces, [tets, 4]
 * @param slowness    1/v_t² and 1/v_f² − 1/v_t² by region, ms²/mm², [4, 2]
 * @param tet         holds x
 * @param latest      the walk ends as soon as T cannot be below this, ms
 * @param least       a time that no way from x to the node is below, ms
 * @param out         receives the way
 * @returns T, ms; Infinity when the way leaves the muscle or is not below `latest`
 */
export function walkStraight(
  { points, tets, fibres, regions, speed }: TetMesh,
  neighbours: Int32Array,
  slowness: Float64Array,
  tet: number,
  x: number,
  y: number,
  z: number,
  node: number,
  latest: number,
  least: number,
  out: StraightWay,
): number {
  const ex = points[3 * node] - x;
  const ey = points[3 * node + 1] - y;
  const ez = points[3 * node + 2] - z;
  const square = ex * ex + ey * ey + ez * ez;
  out.count = 0;
  // Two directions across e, so that (u, v, e) is right-handed.
  let ux = 0;
  let uy = 0;
  let uz = 0;
  if (Math.abs(ex) <= Math.abs(ey) && Math.abs(ex) <= Math.abs(ez)) {
    uy = -ez;
    uz = ey;
  } else if (Math.abs(ey) <= Math.abs(ez)) {
    ux = ez;
    uz = -ex;
  } else {
    ux = -ey;
    uy = ex;
  }
  const vx = ey * uz - ez * uy;
  const vy = ez * ux - ex * uz;
  const vz = ex * uy - ey * ux;

  // The corners of the first tetrahedron as seen along e, and how far along it.
  const n0 = tets[4 * tet];
  const n1 = tets[4 * tet + 1];
  const n2 = tets[4 * tet + 2];
  const n3 = tets[4 * tet + 3];
  let left = n0 === node || n1 === node || n2 === node || n3 === node ? 4 : -1;
  let a = -1;
  let b = -1;
  let c = -1;
  let au = 0;
  let av = 0;
  let aw = 0;
  let bu = 0;
  let bv = 0;
  let bw = 0;
  let cu = 0;
  let cv = 0;
  let cw = 0;
  if (left < 0) {
    const x0 = points[3 * n0] - x;
    const y0 = points[3 * n0 + 1] - y;
    const z0 = points[3 * n0 + 2] - z;
    const x1 = points[3 * n1] - x;
    const y1 = points[3 * n1 + 1] - y;
    const z1 = points[3 * n1 + 2] - z;
    const x2 = points[3 * n2] - x;
    const y2 = points[3 * n2 + 1] - y;
    const z2 = points[3 * n2 + 2] - z;
    const x3 = points[3 * n3] - x;
    const y3 = points[3 * n3 + 1] - y;
    const z3 = points[3 * n3 + 2] - z;
    const u0 = x0 * ux + y0 * uy + z0 * uz;
    const v0 = x0 * vx + y0 * vy + z0 * vz;
    const u1 = x1 * ux + y1 * uy + z1 * uz;
    const v1 = x1 * vx + y1 * vy + z1 * vz;
    const u2 = x2 * ux + y2 * uy + z2 * uz;
    const v2 = x2 * vx + y2 * vy + z2 * vz;
    const u3 = x3 * ux + y3 * uy + z3 * uz;
    const v3 = x3 * vx + y3 * vy + z3 * vz;
    const c01 = u0 * v1 - v0 * u1;
    const c02 = u0 * v2 - v0 * u2;
    const c03 = u0 * v3 - v0 * u3;
    const c12 = u1 * v2 - v1 * u2;
    const c13 = u1 * v3 - v1 * u3;
    const c23 = u2 * v3 - v2 * u3;
    // Faces counter-clockwise from outside: 1 2 3, 0 3 2, 0 1 3, 0 2 1.
    const fit0 = exitFitness(c12, c23, -c13);
    const fit1 = exitFitness(c03, -c23, -c02);
    const fit2 = exitFitness(c01, c13, -c03);
    const fit3 = exitFitness(c02, -c12, -c01);
    left = fit0 >= fit1 ? 0 : 1;
    const best = Math.max(fit0, fit1);
    if (fit2 > best || fit3 > best) left = fit2 >= fit3 ? 2 : 3;
    const w0 = x0 * ex + y0 * ey + z0 * ez;
    const w1 = x1 * ex + y1 * ey + z1 * ez;
    const w2 = x2 * ex + y2 * ey + z2 * ez;
    const w3 = x3 * ex + y3 * ey + z3 * ez;
    a = left === 0 ? n1 : n0;
    au = left === 0 ? u1 : u0;
    av = left === 0 ? v1 : v0;
    aw = left === 0 ? w1 : w0;
    b = left === 1 ? n3 : left === 2 ? n1 : n2;
    bu = left === 1 ? u3 : left === 2 ? u1 : u2;
    bv = left === 1 ? v3 : left === 2 ? v1 : v2;
    bw = left === 1 ? w3 : left === 2 ? w1 : w2;
    c = left === 1 ? n2 : left === 3 ? n1 : n3;
    cu = left === 1 ? u2 : left === 3 ? u1 : u3;
    cv = left === 1 ? v2 : left === 3 ? v1 : v3;
    cw = left === 1 ? w2 : left === 3 ? w1 : w3;
  }

  let here = tet;
  let time = 0;
  let share = 0;
  for (let step = 0; step < LONGEST; step++) {
    const ef = ex * fibres[3 * here] + ey * fibres[3 * here + 1] + ez * fibres[3 * here + 2];
    const region = 2 * regions[here];
    let whole = Math.sqrt(slowness[region] * square + slowness[region + 1] * ef * ef);
    if (speed !== undefined) whole /= speed[here];
    let exit = 1;
    // The face's point on the way: its corners weighted by the areas that the edges opposite to them span with it.
    const bc = bu * cv - bv * cu;
    const ca = cu * av - cv * au;
    const ab = au * bv - av * bu;
    const area = bc + ca + ab;
    if (left < 4) {
      exit = area > 0 ? (bc * aw + ca * bw + ab * cw) / (area * square) : share;
      if (exit < share) exit = share;
      if (exit > 1) exit = 1;
    }
    time += (exit - share) * whole;
    out.tets[step] = here;
    out.exits[step] = exit;
    out.count = step + 1;
    if (left === 4 || exit === 1) return time < latest ? time : Number.POSITIVE_INFINITY;
    if (time + (1 - exit) * least >= latest) return Number.POSITIVE_INFINITY;
    out.faces[3 * step] = a;
    out.faces[3 * step + 1] = b;
    out.faces[3 * step + 2] = c;
    share = exit;
    here = neighbours[4 * here + left];
    if (here < 0) return Number.POSITIVE_INFINITY;
    const first = 4 * here;
    let corner = 0;
    let d = tets[first];
    while (d === a || d === b || d === c) d = tets[first + ++corner];
    if (d === node) {
      left = 4;
      continue;
    }
    const dx = points[3 * d] - x;
    const dy = points[3 * d + 1] - y;
    const dz = points[3 * d + 2] - z;
    const du = dx * ux + dy * uy + dz * uz;
    const dv = dx * vx + dy * vy + dz * vz;
    const dw = dx * ex + dy * ey + dz * ez;
    const da = du * av - dv * au;
    const db = du * bv - dv * bu;
    const dc = du * cv - dv * cu;
    const slack = EDGE * area;
    const areaA = db <= slack && da >= -slack ? ab - db + da : Number.NEGATIVE_INFINITY;
    const areaB = dc <= slack && db >= -slack ? bc - dc + db : Number.NEGATIVE_INFINITY;
    const areaC = da <= slack && dc >= -slack ? ca - da + dc : Number.NEGATIVE_INFINITY;
    let gone = b;
    if (areaA >= areaB && areaA >= areaC) {
      gone = c;
      c = d;
      cu = du;
      cv = dv;
      cw = dw;
    } else if (areaB >= areaC) {
      gone = a;
      a = d;
      au = du;
      av = dv;
      aw = dw;
    } else {
      b = d;
      bu = du;
      bv = dv;
      bw = dw;
    }
    left = tets[first] === gone ? 0 : tets[first + 1] === gone ? 1 : tets[first + 2] === gone ? 2 : 3;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * How well the first way leaves by a face, from the areas that its edges span with the way's point: the face's area when it holds the
 * point, below zero when not.
 */
function exitFitness(pq: number, qr: number, rp: number): number {
  const area = pq + qr + rp;
  let inside = Math.min(pq, qr);
  inside = Math.min(inside, rp);
  if (inside >= -EDGE * area) return area;
  const fitness = inside / Math.abs(area);
  return fitness < 0 ? fitness : Number.NEGATIVE_INFINITY; // NaN of a face without area
}

/**
 * Derivatives of the time of a way that `walkStraight` found, the pieces' ends moving with x:
 *
 *     ∂T/∂x = −Σ_k (s_{k+1} − s_k) ∂√(eᵀ D_k⁻¹ e)/∂e + Σ_k (T_{k−1} − T_k) ∂s_k/∂x,   ∂s_k/∂x = −(1 − s_k) n/(n·e)
 *
 * with T_k the time of the whole of e in the metric of tetrahedron k and n the normal of the face between k − 1 and k.
 *
 * @param byRegion  of `velocitiesByRegion`
 * @param columns   first of each region's two velocities among the four of the parameters, −1 for none, [4]
 * @param out       ∂T/∂x (3), ms/mm, then ∂T/∂(lv.fibre, lv.transverse, rv.fibre, rv.transverse), ms per mm/ms, [7]
 */
export function straightDerivatives(
  mesh: TetMesh,
  byRegion: Float64Array,
  columns: Int8Array,
  x: number,
  y: number,
  z: number,
  node: number,
  { count, tets, exits, faces }: StraightWay,
  { leg, timed }: LegWorkspace,
  out: Float64Array,
): void {
  const { points, regions } = mesh;
  leg[0] = points[3 * node] - x;
  leg[1] = points[3 * node + 1] - y;
  leg[2] = points[3 * node + 2] - z;
  out.fill(0);
  let share = 0;
  let before = 0;
  for (let step = 0; step < count; step++) {
    const tet = tets[step];
    legTime(mesh, byRegion, tet, leg, timed);
    if (step > 0) {
      const a = 3 * faces[3 * step - 3];
      const b = 3 * faces[3 * step - 2];
      const c = 3 * faces[3 * step - 1];
      const px = points[b] - points[a];
      const py = points[b + 1] - points[a + 1];
      const pz = points[b + 2] - points[a + 2];
      const qx = points[c] - points[a];
      const qy = points[c + 1] - points[a + 1];
      const qz = points[c + 2] - points[a + 2];
      const nx = py * qz - pz * qy;
      const ny = pz * qx - px * qz;
      const nz = px * qy - py * qx;
      const through = nx * leg[0] + ny * leg[1] + nz * leg[2];
      const moved = through > 0 ? ((before - timed[0]) * (share - 1)) / through : 0;
      out[0] += moved * nx;
      out[1] += moved * ny;
      out[2] += moved * nz;
    }
    before = timed[0];
    const part = exits[step] - share;
    share = exits[step];
    out[0] -= part * timed[3];
    out[1] -= part * timed[4];
    out[2] -= part * timed[5];
    const column = columns[regions[tet]];
    if (column < 0) continue;
    out[3 + column] += part * timed[1];
    out[4 + column] += part * timed[2];
  }
}

/** Workspace of `straightDerivatives`. */
export interface LegWorkspace {
  /** [3] */
  readonly leg: Float64Array;
  /** [6] */
  readonly timed: Float64Array;
}
