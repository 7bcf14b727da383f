import type { ActivationParameters } from '../calibrate/twin.ts';
import { TwinError } from '../errors.ts';
import { shapeGradients } from '../mesh/shapeGradients.ts';
import { REGION, type TetMesh, tetCount } from '../mesh/tetMesh.ts';

/** Conduction velocities of both ventricles. */
export type VentricularVelocities = Pick<ActivationParameters, 'lv' | 'rv'>;

/**
 * Velocity in scar, the same in every direction, mm/ms. Chosen here: slow enough that a wave goes round a scar rather
 * than through it, and above zero so that every node is reached. It is not calibrated; a mesh's `speed` changes it.
 */
export const SCAR_VELOCITY_mm_ms = 0.1;

/** Numbers that a tetrahedron has in the table of `tetMetric`. */
export const METRIC_STRIDE = 12;

/**
 * What the local solver needs of each tetrahedron with conduction tensor `D = v_t² I + (v_f² − v_t²) f fᵀ`:
 *
 *     k_ij = −∇N_iᵀ D ∇N_j          mm⁻² · mm²/ms²: a linear τ has |∇τ|²_D = Σ_{i<j} k_ij (τ_i − τ_j)²
 *     l_ij = e_ijᵀ D⁻¹ e_ij          ms²: the square of the time that a wave needs from corner i straight to corner j
 *
 * A tetrahedron without fibre conducts at `v_t` in every direction, one of scar at `SCAR_VELOCITY_mm_ms`; the mesh's `speed`
 * multiplies both velocities.
 *
 * @param out  [tets, 12]: k then l, each for the corners 01 02 03 12 13 23
 * @throws TwinError NoConvergence when a velocity is not above zero
 */
export function tetMetric(mesh: TetMesh, velocities: VentricularVelocities, out: Float64Array): void {
  const { points, tets, fibres, speed } = mesh;
  const byRegion = velocitiesByRegion(velocities);
  const gradients = new Float64Array(12);
  const count = tetCount(mesh);
  for (let tet = 0; tet < count; tet++) {
    shapeGradients(mesh, tet, gradients);
    const fx = fibres[3 * tet];
    const fy = fibres[3 * tet + 1];
    const fz = fibres[3 * tet + 2];
    const region = 2 * mesh.regions[tet];
    const factor = speed === undefined ? 1 : speed[tet] * speed[tet];
    const alongSquare = factor * byRegion[region] * byRegion[region];
    const acrossSquare = factor * byRegion[region + 1] * byRegion[region + 1];
    const slowAcross = 1 / acrossSquare;
    const slowDifference = 1 / alongSquare - slowAcross;
    let at = METRIC_STRIDE * tet;
    for (let i = 0; i < 3; i++) {
      const gx = gradients[3 * i];
      const gy = gradients[3 * i + 1];
      const gz = gradients[3 * i + 2];
      const gf = gx * fx + gy * fy + gz * fz;
      const pi = 3 * tets[4 * tet + i];
      for (let j = i + 1; j < 4; j++) {
        const hx = gradients[3 * j];
        const hy = gradients[3 * j + 1];
        const hz = gradients[3 * j + 2];
        const hf = hx * fx + hy * fy + hz * fz;
        out[at] = -(acrossSquare * (gx * hx + gy * hy + gz * hz) + (alongSquare - acrossSquare) * gf * hf);
        const pj = 3 * tets[4 * tet + j];
        const ex = points[pj] - points[pi];
        const ey = points[pj + 1] - points[pi + 1];
        const ez = points[pj + 2] - points[pi + 2];
        const ef = ex * fx + ey * fy + ez * fz;
        out[at + 6] = slowAcross * (ex * ex + ey * ey + ez * ez) + slowDifference * ef * ef;
        at++;
      }
    }
  }
}

/**
 * Along-fibre and transverse velocity by region, mm/ms, [4, 2] (row 0 is unused).
 *
 * @throws TwinError NoConvergence when a velocity is not above zero
 */
export function velocitiesByRegion({ lv, rv }: VentricularVelocities): Float64Array {
  for (const [name, velocity] of [['LV', lv] as const, ['RV', rv] as const]) {
    for (const value of [velocity.fibre_mm_ms, velocity.transverse_mm_ms]) {
      if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
        throw new TwinError(
          'NoConvergence',
          `conduction velocity of the ${name}: found ${value} mm/ms, expected a number above 0; bound the velocities of the fit`,
        );
      }
    }
  }
  const byRegion = new Float64Array(8);
  byRegion.set([lv.fibre_mm_ms, lv.transverse_mm_ms], 2 * REGION.lv);
  byRegion.set([rv.fibre_mm_ms, rv.transverse_mm_ms], 2 * REGION.rv);
  byRegion.set([SCAR_VELOCITY_mm_ms, SCAR_VELOCITY_mm_ms], 2 * REGION.scar);
  return byRegion;
}

/** First of a region's two velocities among the four of the parameters (lv, rv: along, across), −1 in scar; by region, [4]. */
export const VELOCITY_COLUMN = Int8Array.of(-1, 0, 2, -1);

/**
 * Time of a straight leg `e` inside one tetrahedron, and its derivatives:
 *
 *     T = √(eᵀ D⁻¹ e) = √(|e|²/v_t² + (e·f)² (1/v_f² − 1/v_t²))
 *
 * v_f and v_t being those of the tetrahedron's region, times the mesh's `speed`; the derivatives are by the region's.
 *
 * @param byRegion  of `velocitiesByRegion`
 * @param leg       e, mm, [3]
 * @param out       T, ∂T/∂v_f, ∂T/∂v_t, ∂T/∂e (3), [6]; the derivatives of a leg without length are zero
 */
export function legTime(
  { fibres, regions, speed }: Pick<TetMesh, 'fibres' | 'regions' | 'speed'>,
  byRegion: Float64Array,
  tet: number,
  leg: Float64Array,
  out: Float64Array,
): void {
  const region = regions[tet];
  const factor = speed === undefined ? 1 : speed[tet];
  const fx = fibres[3 * tet];
  const fy = fibres[3 * tet + 1];
  const fz = fibres[3 * tet + 2];
  const along = factor * byRegion[2 * region];
  const across = factor * byRegion[2 * region + 1];
  const ef = leg[0] * fx + leg[1] * fy + leg[2] * fz;
  const square = leg[0] * leg[0] + leg[1] * leg[1] + leg[2] * leg[2];
  const slowAcross = 1 / (across * across);
  const slowDifference = 1 / (along * along) - slowAcross;
  const time = Math.sqrt(slowAcross * square + slowDifference * ef * ef);
  const inverse = time > 0 ? 1 / time : 0;
  out[0] = time;
  out[1] = (-ef * ef * inverse * factor) / (along * along * along);
  out[2] = (-(square - ef * ef) * inverse * factor) / (across * across * across);
  out[3] = (slowAcross * leg[0] + slowDifference * ef * fx) * inverse;
  out[4] = (slowAcross * leg[1] + slowDifference * ef * fy) * inverse;
  out[5] = (slowAcross * leg[2] + slowDifference * ef * fz) * inverse;
}
