import { TwinError } from '../errors.ts';
import { REGION } from '../mesh/tetMesh.ts';
import { MYOCARDIAL_DENSITY_g_mL } from '../units.ts';
import { ellipsoidDistance, smoothMax, smoothMin } from './ellipsoid.ts';
import { lvCavityVolume_mm3, lvWallVolume_mm3, rvCavityVolume_mm3 } from './parametricVolumes.ts';
import { type Bounds, type SignedDistance, spacingOfEdge_mm, stuffTetrahedra, type Tetrahedra } from './stuffing.ts';

/**
 * Lengths of an idealised biventricular heart, mm. Frame: the LV cavity's centre is the origin, +z points along the long axis to the base,
 * −x from the LV to the RV, +y to the posterior side. The LV cavity is an ellipsoid with equal short axes, its wall the exact offset
 * of it; the RV cavity is the part of a second ellipsoid outside that wall. Both are cut by the plane z = base.
 */
export interface HeartDimensions {
  /** Short and long semi-axis of the LV cavity */
  readonly lvShort: number;
  readonly lvLong: number;
  readonly lvWall: number;
  /** Semi-axes of the RV ellipsoid along x, y, z; it is centred at (rvCentreX, 0, 0) */
  readonly rvAxes: readonly [number, number, number];
  readonly rvCentreX: number;
  readonly rvWall: number;
  /** Height of the base plane */
  readonly base: number;
  /** Width over which the groove between the ventricles and the corner of the RV cavity are rounded */
  readonly rounding: number;
}

/** An idealised heart as functions: every surface is known in closed form, whatever mesh is made of it. */
export interface ParametricHeart {
  readonly dimensions: HeartDimensions;
  /** Contains the muscle, mm */
  readonly bounds: Bounds;
  /** Muscle: negative inside */
  readonly muscle: SignedDistance;
  /** LV cavity's ellipsoid: negative in the cavity, the depth below the LV endocardium in its wall */
  readonly lvEndo: SignedDistance;
  /** RV cavity: negative in the cavity */
  readonly rvEndo: SignedDistance;
  /** LV where a point lies within the LV's wall (the septum therefore counts to it), otherwise RV */
  region(x: number, y: number, z: number): number;
}

/** Sizes of a heart as imaging reports them; end-diastolic. */
export interface HeartSize {
  readonly lvMass_g: number;
  readonly lvEdv_mL: number;
  /** Default `RV_PER_LV_VOLUME · lvEdv_mL` */
  readonly rvEdv_mL?: number;
  /** Default `RV_WALL_mm` */
  readonly rvWall_mm?: number;
}

/** RV over LV end-diastolic volume: near the ratio of the means in CMR reference ranges; our choice. */
export const RV_PER_LV_VOLUME = 1.15;
/** Thickness of the RV's free wall, with its trabeculae; our choice, so that a 3 mm mesh carries it. */
export const RV_WALL_mm = 4;

/** Long over short semi-axis of the LV cavity, and the base plane's height over the long one: a 150 mL cavity is then 54 mm wide and 89 mm long. */
const LV_ELONGATION = 2.5;
const BASE_HEIGHT = 0.3;
/** The RV ellipsoid's end inside the LV, and its y and z semi-axes, by the LV's outer ones: the RV embraces the septum and ends above the apex. */
const RV_END = 0.4;
const RV_Y = 1.05;
const RV_Z = 0.88;
const ROUNDING_mm = 4;

/**
 * The heart of given LV mass and cavity volumes: volumes fix, one after the other, the LV's semi-axes, its wall and the RV's width.
 *
 * @throws TwinError BadInput when no heart of this family has these sizes
 */
export function heartOfSize({ lvMass_g, lvEdv_mL, rvEdv_mL, rvWall_mm }: HeartSize): ParametricHeart {
  const rvVolume_mL = rvEdv_mL ?? RV_PER_LV_VOLUME * lvEdv_mL;
  if (!(lvMass_g > 0 && lvEdv_mL > 0 && rvVolume_mL > 0)) {
    throw new TwinError(
      'BadInput',
      `heart sizes must be positive; found LV mass ${lvMass_g} g, LV volume ${lvEdv_mL} mL, RV volume ${rvVolume_mL} mL`,
      {
        lvMass_g,
        lvEdv_mL,
      },
    );
  }
  const lvShort = Math.cbrt(
    (1000 * lvEdv_mL) / lvCavityVolume_mm3({ lvShort: 1, lvLong: LV_ELONGATION, base: BASE_HEIGHT * LV_ELONGATION }),
  );
  const lv = { lvShort, lvLong: LV_ELONGATION * lvShort, base: BASE_HEIGHT * LV_ELONGATION * lvShort };
  const lvWall = solveRising(
    (wall) => lvWallVolume_mm3(lv, wall),
    (1000 * lvMass_g) / MYOCARDIAL_DENSITY_g_mL,
    [1, 40],
    `an LV of ${lvEdv_mL} mL cannot weigh ${lvMass_g} g with a wall of 1 to 40 mm`,
  );
  const outerShort = lvShort + lvWall;
  const withRv = (width: number): HeartDimensions => ({
    ...lv,
    lvWall,
    rvAxes: [width, RV_Y * outerShort, RV_Z * (lv.lvLong + lvWall)],
    rvCentreX: RV_END * outerShort - width,
    rvWall: rvWall_mm ?? RV_WALL_mm,
    rounding: ROUNDING_mm,
  });
  const width = solveRising(
    (value) => rvCavityVolume_mm3(withRv(value)),
    1000 * rvVolume_mL,
    [0.71 * outerShort, 4 * outerShort],
    `an RV of ${rvVolume_mL} mL does not fit beside an LV of ${lvEdv_mL} mL and ${lvMass_g} g`,
  );
  return parametricHeart(withRv(width));
}

/** A heart from its lengths. */
export function parametricHeart(dimensions: HeartDimensions): ParametricHeart {
  const { lvShort, lvLong, lvWall, rvAxes, rvCentreX, rvWall, base, rounding } = dimensions;
  const [rx, ry, rz] = rvAxes;
  const lvEndo: SignedDistance = (x, y, z) => ellipsoidDistance(lvShort, lvShort, lvLong, x, y, z);
  const rvEllipsoid: SignedDistance = (x, y, z) => ellipsoidDistance(rx, ry, rz, x - rvCentreX, y, z);
  const reach = Math.max(lvShort + lvWall, ry + rvWall) + rounding;
  return {
    dimensions,
    bounds: {
      min: [rvCentreX - rx - rvWall - rounding, -reach, -Math.max(lvLong + lvWall, rz + rvWall) - rounding],
      max: [Math.max(lvShort + lvWall, rvCentreX + rx + rvWall) + rounding, reach, base],
    },
    lvEndo,
    rvEndo: (x, y, z) => smoothMax(rvEllipsoid(x, y, z), lvWall - lvEndo(x, y, z), rounding),
    muscle(x, y, z) {
      const lv = lvEndo(x, y, z);
      const rv = rvEllipsoid(x, y, z);
      const outer = smoothMin(lv - lvWall, rv - rvWall, rounding);
      const rvCavity = smoothMax(rv, lvWall - lv, rounding);
      return Math.max(outer, -lv, -rvCavity, z - base);
    },
    region: (x, y, z) => (lvEndo(x, y, z) <= lvWall ? REGION.lv : REGION.rv),
  };
}

/** A parametric shape's muscle as tetrahedra of a mean edge length with their regions; fibres are another's matter. */
export function meshParametricHeart(
  heart: Pick<ParametricHeart, 'muscle' | 'bounds' | 'region'>,
  edge_mm: number,
): Tetrahedra & { readonly regions: Uint8Array } {
  const { points, tets } = stuffTetrahedra(heart.muscle, heart.bounds, spacingOfEdge_mm(edge_mm));
  const regions = new Uint8Array(tets.length / 4);
  const centroid: [number, number, number] = [0, 0, 0];
  for (let tet = 0; tet < regions.length; tet++) {
    centroid.fill(0);
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * tets[4 * tet + corner];
      for (let axis = 0; axis < 3; axis++) centroid[axis] = centroid[axis] + points[node + axis] / 4;
    }
    regions[tet] = heart.region(centroid[0], centroid[1], centroid[2]);
  }
  return { points, tets, regions };
}

/** Distance below the nearer endocardium on nodes, mm, [nodes]; 0 on it. */
export function endocardialDistanceOf(heart: ParametricHeart, points: Float64Array): Float64Array {
  return Float64Array.from({ length: points.length / 3 }, (_, node) => {
    const x = points[3 * node];
    const y = points[3 * node + 1];
    const z = points[3 * node + 2];
    return Math.max(0, Math.min(heart.lvEndo(x, y, z), heart.rvEndo(x, y, z)));
  });
}

/** Where a rising function takes a value, by bisection to 1e-9 of the interval. @throws TwinError BadInput with `refusal` when it never does */
export function solveRising(
  f: (x: number) => number,
  value: number,
  [from, to]: readonly [number, number],
  refusal: string,
): number {
  let low = from;
  let high = to;
  if (f(low) > value || f(high) < value)
    throw new TwinError('BadInput', `${refusal}; check the sizes and their units`, { value });
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (f(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
