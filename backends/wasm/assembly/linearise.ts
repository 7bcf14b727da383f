/**
 * Where each node's time came from, and what its last leg depends on: `findDependencies` and `linearise` (twin/eikonal), in float64;
 * of seeded nodes only that there is no upwind node.
 * With e_a, e_b, e_c the edges from a node to its tetrahedron's other corners, G their inner products in D⁻¹ and H = G⁻¹,
 * a linear τ has `|∇τ|²_D = dᵀ H d`, d = τ_i − τ_v. So the face's solution and its weights need no table:
 *
 *     t = (1ᵀHw + s)/(1ᵀH1),   s = √((1ᵀHw)² − 1ᵀH1 (wᵀHw − 1)),   λ = H (t 1 − w)/s
 *
 * @param points         f64, mm, [nodes, 3]
 * @param corners        i32, [tets, 4]
 * @param fibres         f64, [tets, 3]
 * @param regions        u8, [tets]
 * @param speed          f32, [tets], or 0 for none
 * @param slowness       f64, by region 1/v_t², 1/v_f² − 1/v_t², 1/v_f³, 1/v_t³, [4, 4]
 * @param tau            f64, ms, [nodes]
 * @param upwind         i32, `4 · tet + corner`, less than 0 for none, [nodes]
 * @param upwindNodes    i32, −1 where there is none, [nodes, 3]
 * @param weights        f64, λ of those, [nodes, 3]
 * @param legByVelocity  f64, ∂leg/∂(lv.fibre, lv.transverse, rv.fibre, rv.transverse), ms per mm/ms, [nodes, 4]
 */
export function linearise(
  nodes: i32,
  points: usize,
  corners: usize,
  fibres: usize,
  regions: usize,
  speed: usize,
  slowness: usize,
  tau: usize,
  upwind: usize,
  upwindNodes: usize,
  weights: usize,
  legByVelocity: usize,
): void {
  for (let node: usize = 0; node < <usize>nodes; node++) {
    const code = load<i32>(upwind + (node << 2));
    const links = upwindNodes + 12 * node;
    const shares = weights + 24 * node;
    store<i32>(links, -1);
    store<i32>(links, -1, 4);
    store<i32>(links, -1, 8);
    if (code < 0) continue;
    const tet = <usize>code >> 2;
    const region = <usize>load<u8>(regions + tet);
    const rates = slowness + (region << 5);
    const factor = speed === 0 ? 1.0 : <f64>load<f32>(speed + (tet << 2));
    const slower = speed === 0 ? 1.0 : 1 / (factor * factor);
    const slowAcross = slower * load<f64>(rates);
    const slowDifference = slower * load<f64>(rates, 8);
    const fx = load<f64>(fibres + 24 * tet);
    const fy = load<f64>(fibres + 24 * tet, 8);
    const fz = load<f64>(fibres + 24 * tet, 16);
    const x = load<f64>(points + 24 * node);
    const y = load<f64>(points + 24 * node, 8);
    const z = load<f64>(points + 24 * node, 16);
    const ids = corners + (tet << 4);
    const own = <usize>code;
    const na = <usize>load<u32>(ids + (((own + 1) & 3) << 2));
    const nb = <usize>load<u32>(ids + (((own + 2) & 3) << 2));
    const nc = <usize>load<u32>(ids + (((own + 3) & 3) << 2));
    const ax = x - load<f64>(points + 24 * na);
    const ay = y - load<f64>(points + 24 * na, 8);
    const az = z - load<f64>(points + 24 * na, 16);
    const bx = x - load<f64>(points + 24 * nb);
    const by = y - load<f64>(points + 24 * nb, 8);
    const bz = z - load<f64>(points + 24 * nb, 16);
    const cx = x - load<f64>(points + 24 * nc);
    const cy = y - load<f64>(points + 24 * nc, 8);
    const cz = z - load<f64>(points + 24 * nc, 16);
    const af = ax * fx + ay * fy + az * fz;
    const bf = bx * fx + by * fy + bz * fz;
    const cf = cx * fx + cy * fy + cz * fz;
    const aa = slowAcross * (ax * ax + ay * ay + az * az) + slowDifference * af * af;
    const bb = slowAcross * (bx * bx + by * by + bz * bz) + slowDifference * bf * bf;
    const cc = slowAcross * (cx * cx + cy * cy + cz * cz) + slowDifference * cf * cf;
    const ab = slowAcross * (ax * bx + ay * by + az * bz) + slowDifference * af * bf;
    const ac = slowAcross * (ax * cx + ay * cy + az * cz) + slowDifference * af * cf;
    const bc = slowAcross * (bx * cx + by * cy + bz * cz) + slowDifference * bf * cf;
    const ta = load<f64>(tau + (na << 3));
    const tb = load<f64>(tau + (nb << 3));
    const tc = load<f64>(tau + (nc << 3));
    let la = 0.0;
    let lb = 0.0;
    let lc = 0.0;
    // H times the determinant of G.
    const haa = bb * cc - bc * bc;
    const hbb = aa * cc - ac * ac;
    const hcc = aa * bb - ab * ab;
    const hab = ac * bc - ab * cc;
    const hac = ab * bc - ac * bb;
    const hbc = ab * ac - bc * aa;
    const determinant = aa * haa + ab * hab + ac * hac;
    const least = min(ta, min(tb, tc));
    const wa = ta - least;
    const wb = tb - least;
    const wc = tc - least;
    const sa = haa + hab + hac;
    const sb = hab + hbb + hbc;
    const sc = hac + hbc + hcc;
    const square = sa + sb + sc;
    const half = sa * wa + sb * wb + sc * wc;
    const ga = haa * wa + hab * wb + hac * wc;
    const gb = hab * wa + hbb * wb + hbc * wc;
    const gc = hac * wa + hbc * wb + hcc * wc;
    const root = half * half - square * (ga * wa + gb * wb + gc * wc - determinant);
    let enters = false;
    if (root > 0) {
      const rise = sqrt(root);
      const time = (half + rise) / square;
      const perRise = 1 / rise;
      la = (sa * time - ga) * perRise;
      lb = (sb * time - gb) * perRise;
      lc = (sc * time - gc) * perRise;
      enters = la >= 0 && lb >= 0 && lc >= 0;
    }
    if (!enters) {
      // The minimum then lies on an edge opposite to a corner of negative weight; without a root every edge is tried.
      const hasRoot = root > 0;
      let onAb = 0.0;
      let onAc = 0.0;
      let onBc = 0.0;
      let overAb = f64.POSITIVE_INFINITY;
      let overAc = f64.POSITIVE_INFINITY;
      let overBc = f64.POSITIVE_INFINITY;
      if (!hasRoot || lc < 0) {
        onAb = edgeShare(ta, tb, aa, bb, aa + bb - 2 * ab);
        overAb = edgeTime(ta, tb, aa, bb, ab, onAb);
      }
      if (!hasRoot || lb < 0) {
        onAc = edgeShare(ta, tc, aa, cc, aa + cc - 2 * ac);
        overAc = edgeTime(ta, tc, aa, cc, ac, onAc);
      }
      if (!hasRoot || la < 0) {
        onBc = edgeShare(tb, tc, bb, cc, bb + cc - 2 * bc);
        overBc = edgeTime(tb, tc, bb, cc, bc, onBc);
      }
      if (overAb <= overAc && overAb <= overBc) {
        la = 1 - onAb;
        lb = onAb;
        lc = 0;
      } else if (overAc <= overBc) {
        la = 1 - onAc;
        lb = 0;
        lc = onAc;
      } else {
        la = 0;
        lb = 1 - onBc;
        lc = onBc;
      }
    }
    if (la > 0) store<i32>(links, <i32>na);
    if (lb > 0) store<i32>(links, <i32>nb, 4);
    if (lc > 0) store<i32>(links, <i32>nc, 8);
    store<f64>(shares, la);
    store<f64>(shares, lb, 8);
    store<f64>(shares, lc, 16);
    const ex = la * ax + lb * bx + lc * cx;
    const ey = la * ay + lb * by + lc * cy;
    const ez = la * az + lb * bz + lc * cz;
    const ef = ex * fx + ey * fy + ez * fz;
    const length = ex * ex + ey * ey + ez * ez;
    const time = sqrt(slowAcross * length + slowDifference * ef * ef);
    const inverse = time > 0 ? 1 / time : 0;
    const leg = legByVelocity + (node << 5);
    v128.store(leg, f64x2.splat(0));
    v128.store(leg, f64x2.splat(0), 16);
    // Region 1 is the LV, 2 the RV; the velocity in scar is no parameter.
    if (region === 1 || region === 2) {
      const own = leg + ((region - 1) << 4);
      const scale = -slower * inverse;
      store<f64>(own, scale * (ef * ef) * load<f64>(rates, 16));
      store<f64>(own, scale * (length - ef * ef) * load<f64>(rates, 24), 8);
    }
  }
}

/** Where on the edge p q the earliest wave to the third corner leaves it: 0 at p, 1 at q. */
function edgeShare(tp: f64, tq: f64, lp: f64, lq: f64, lpq: f64): f64 {
  const difference = tq - tp;
  const free = lpq - difference * difference;
  if (free > 0) {
    const middle = 0.5 * (lq - lp - lpq);
    const area = lp * lpq - middle * middle;
    const share = -(middle + difference * sqrt(max(area, 0) / free)) / lpq;
    if (share > 0 && share < 1) return share;
  }
  return tp + sqrt(lp) <= tq + sqrt(lq) ? 0 : 1;
}

/** Time over the edge's point of that share; `dot` is the inner product of the edges to p and to q. */
function edgeTime(tp: f64, tq: f64, lp: f64, lq: f64, dot: f64, share: f64): f64 {
  const rest = 1 - share;
  const start = share === 0 ? tp : share === 1 ? tq : tp + share * (tq - tp);
  return start + sqrt(max(rest * rest * lp + 2 * share * rest * dot + share * share * lq, 0));
}
