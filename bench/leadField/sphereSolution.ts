/** One shell of a sphere, from the shell before (or the centre) out to a radius. */
export interface Shell {
  readonly radius_mm: number;
  readonly radial_S_m: number;
  readonly tangential_S_m: number;
}

type Point = readonly [number, number, number];

/** Terms end when they fall below this share of the first, or here. */
const SMALLEST = 1e-14;
const MOST_TERMS = 2000;

/**
 * Lead field of an electrode on a sphere of concentric shells, each with its own radial and tangential conductivity, in closed form: the
 * potential inside when a unit current is drawn at e on the surface and returned evenly over it,
 *
 *     Z(r, γ) = −Σ_{n≥1} (2n + 1)/(4πR²) · R_n(r) P_n(cos γ),   σ_r R_n'(R) = 1
 *     R_n = A r^{ν₊} + B r^{ν₋} in each shell,   ν± = (−1 ± √(1 + 4 n (n + 1) σ_t/σ_r)) / 2
 *
 * with R_n and σ_r R_n' continuous between shells (separation of variables as in Rush and Driscoll, IEEE Trans Biomed Eng 1969, and for
 * anisotropic shells de Munck, J Appl Phys 1988).
 *
 * @param shells  from the centre outward
 * @param electrode  any point off the centre; its direction counts
 * @returns potential in 1/(S/m · mm) and its gradient per mm
 */
export function sphereLeadField(
  shells: readonly Shell[],
  electrode: Point,
  place: Point,
): { readonly potential: number; readonly gradient: Point } {
  const R = shells[shells.length - 1].radius_mm;
  const e = Math.hypot(...electrode);
  const r = Math.hypot(...place);
  const cosine = (electrode[0] * place[0] + electrode[1] * place[1] + electrode[2] * place[2]) / (e * r);
  let potential = 0;
  let alongRadius = 0;
  let byCosine = 0;
  let p0 = 1;
  let p1 = cosine;
  let slope0 = 0;
  let slope1 = 1;
  for (let n = 1; n <= MOST_TERMS; n++) {
    const [value, derivative] = radialFunction(shells, n, r);
    const weight = -(2 * n + 1) / (4 * Math.PI * R * R);
    potential += weight * value * p1;
    alongRadius += weight * derivative * p1;
    byCosine += weight * value * slope1;
    if (Math.abs(weight * value) * n * n < SMALLEST / R) break;
    const p2 = ((2 * n + 1) * cosine * p1 - n * p0) / (n + 1);
    const slope2 = slope0 + (2 * n + 1) * p1;
    [p0, p1, slope0, slope1] = [p1, p2, slope1, slope2];
  }
  const gradient = [0, 1, 2].map((axis) => {
    const radial = place[axis] / r;
    const turn = (electrode[axis] / e - cosine * radial) / r;
    return alongRadius * radial + byCosine * turn;
  });
  return { potential, gradient: [gradient[0], gradient[1], gradient[2]] };
}

/** R_n and R_n' at a radius, scaled so that σ_r R_n' = 1 on the surface. */
function radialFunction(shells: readonly Shell[], n: number, r: number): [number, number] {
  // Value and flux are carried outward from the innermost shell; powers are of ratios of radii, so that they stay small.
  let inner = 0;
  let value = 1;
  let flux = 0;
  let found: [number, number] | undefined;
  for (const [at, { radius_mm, radial_S_m, tangential_S_m }] of shells.entries()) {
    const root = Math.sqrt(1 + (4 * n * (n + 1) * tangential_S_m) / radial_S_m);
    const up = (root - 1) / 2;
    const down = (-root - 1) / 2;
    let grow = 1;
    let decay = 0;
    if (at > 0) {
      const slope = (flux * inner) / radial_S_m;
      grow = (slope - down * value) / (up - down);
      decay = value - grow;
    }
    // In shell units: R = grow (r/from)^up + decay (r/from)^down, with from the inner radius (in the innermost shell its outer one).
    const from = at > 0 ? inner : radius_mm;
    const evaluate = (radius: number): [number, number] => {
      const a = grow * (radius / from) ** up;
      const b = decay === 0 ? 0 : decay * (radius / from) ** down;
      return [a + b, (up * a + down * b) / radius];
    };
    if (found === undefined && r <= radius_mm * (1 + 1e-12)) found = evaluate(r);
    const [outerValue, outerSlope] = evaluate(radius_mm);
    value = outerValue;
    flux = radial_S_m * outerSlope;
    inner = radius_mm;
  }
  const [v, d] = found ?? [value, flux / shells[shells.length - 1].radial_S_m];
  return [v / flux, d / flux];
}
