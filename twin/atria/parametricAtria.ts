import type { Point } from '../anatomy/anatomy.ts';
import { ellipsoidDistance, smoothMax, smoothMin } from '../anatomy/ellipsoid.ts';
import { type HeartDimensions, solveRising } from '../anatomy/parametricHeart.ts';
import { lvCavityVolume_mm3 } from '../anatomy/parametricVolumes.ts';
import type { Bounds, SignedDistance } from '../anatomy/stuffing.ts';
import { TwinError } from '../errors.ts';
import { mLFromMm3 } from '../units.ts';
import { ATRIUM } from './atria.ts';

/** Sizes of the atria as imaging reports them, at their largest. */
export interface AtrialSize {
  /** Default `LA_PER_LV_VOLUME` times the LV's cavity */
  readonly laVolume_mL?: number;
  /** Default `RA_PER_LV_VOLUME` times the LV's cavity */
  readonly raVolume_mL?: number;
  /** Default `ATRIAL_WALL_mm` */
  readonly wall_mm?: number;
}

/** Atrial over LV end-diastolic volume: 68 and 78 mL beside an LV of 150 mL; our choice. */
export const LA_PER_LV_VOLUME = 0.45;
export const RA_PER_LV_VOLUME = 0.52;
/** Thickness of the atrial walls; our choice, near the upper end of what imaging shows, so that meshes of 1.5 mm carry it. */
export const ATRIAL_WALL_mm = 2.5;

/** One atrium: a cavity of an ellipsoid, cut off at the floor. */
export interface AtriumDimensions {
  /** Semi-axes along x, y, z */
  readonly axes: Point;
  readonly centre: Point;
}

/** A round hole through the wall, along a ray from the cavity's centre. */
export interface VeinDimensions {
  readonly name: 'lspv' | 'lipv' | 'rspv' | 'ripv' | 'svc' | 'ivc';
  readonly from: Point;
  /** Unit vector */
  readonly direction: Point;
  readonly radius: number;
}

/** Lengths of idealised atria, mm, in the frame of the parametric heart whose ventricles they stand on. */
export interface AtrialDimensions {
  readonly la: AtriumDimensions;
  /** The RA's cavity is the part of its ellipsoid outside the LA's wall, which is the septum */
  readonly ra: AtriumDimensions;
  readonly wall: number;
  /** Height of the plane that both valves lie in */
  readonly floor: number;
  readonly veins: readonly VeinDimensions[];
}

/** Idealised atria as functions. */
export interface ParametricAtria {
  readonly dimensions: AtrialDimensions;
  /** Contains the muscle, mm */
  readonly bounds: Bounds;
  /** Muscle: negative inside */
  readonly muscle: SignedDistance;
  /** Cavities: negative inside */
  readonly laEndo: SignedDistance;
  readonly raEndo: SignedDistance;
  /** One of ATRIUM: LA within the LA's wall, the septum therefore included */
  region(x: number, y: number, z: number): number;
}

/** Semi-axes by the atrium's size, and height of its centre above the valve by the vertical one: an orifice of 34 mm for a cavity of 70 mL. */
const SHAPE: Point = [0.95, 1.08, 1];
const CENTRE_HEIGHT = 0.75;
/** Fibrous ring between ventricles and atria, which belongs to neither. */
const RING_mm = 2;
/** Place of the LA by the LV's short semi-axis: the aorta takes the front and the right of the base. */
const LA_X = 0.15;
const LA_Y = 0.2;
/** Distance of the atria's centres by the sum of the LA's outer and the RA's inner semi-axis: below 1 they share a septum. */
const NEARNESS = 0.86;
const ROUNDING_mm = 4;
/** Where veins leave their atrium, in a heart that lies as most do: left ones to the left, right ones behind; the superior ones and the SVC above. Radii by the atrium's size. */
const PULMONARY = [
  ['lspv', [0.89, -0.31, 0.34], 0.23],
  ['lipv', [0.92, 0.39, 0.02], 0.23],
  ['rspv', [0.1, 0.06, 0.99], 0.23],
  ['ripv', [-0.01, 0.8, 0.6], 0.23],
] as const;
const CAVAL = [
  ['svc', [-0.1, -0.8, 0.59], 0.33],
  ['ivc', [-0.15, 0.98, -0.1], 0.38],
] as const;

/**
 * Atria on a parametric heart's ventricles: two thin shells that share a septum, open to both valves in one plane above the base, with four
 * pulmonary and two caval veins as holes. Every wall is as thick along its ellipsoid's axes as asked.
 *
 * @throws TwinError BadInput when no atria of this family have these sizes
 */
export function parametricAtria(heart: HeartDimensions, size: AtrialSize = {}): ParametricAtria {
  const lv_mL = mLFromMm3(lvCavityVolume_mm3(heart));
  const {
    laVolume_mL = LA_PER_LV_VOLUME * lv_mL,
    raVolume_mL = RA_PER_LV_VOLUME * lv_mL,
    wall_mm = ATRIAL_WALL_mm,
  } = size;
  if (!(laVolume_mL > 0 && raVolume_mL > 0 && wall_mm > 0)) {
    throw new TwinError(
      'BadInput',
      `atrial sizes must be positive; found LA ${laVolume_mL} mL, RA ${raVolume_mL} mL, a wall of ${wall_mm} mm`,
    );
  }
  const floor = heart.base + RING_mm;
  const laScale = Math.cbrt((1000 * laVolume_mL) / shellVolume(1));
  const la = atriumOf(laScale, LA_X * heart.lvShort, LA_Y * heart.lvShort, floor);
  const raOf = (scale: number) =>
    atriumOf(scale, la.centre[0] - NEARNESS * (la.axes[0] + wall_mm + scale * SHAPE[0]), la.centre[1], floor);
  const raScale = solveRising(
    (scale) => raCavityVolume_mm3(la, raOf(scale), wall_mm, floor),
    1000 * raVolume_mL,
    [0.4 * laScale, 3 * laScale],
    `an RA of ${raVolume_mL} mL does not fit beside an LA of ${laVolume_mL} mL`,
  );
  const ra = raOf(raScale);
  const vein =
    (atrium: AtriumDimensions, scale: number) =>
    ([name, [x, y, z], radius]: (typeof PULMONARY | typeof CAVAL)[number]): VeinDimensions => {
      const length = Math.hypot(x, y, z);
      return {
        name,
        from: atrium.centre,
        direction: [x / length, y / length, z / length],
        radius: radius * scale,
      };
    };
  const veins = [...PULMONARY.map(vein(la, laScale)), ...CAVAL.map(vein(ra, raScale))];
  return shapeOf({ la, ra, wall: wall_mm, floor, veins });
}

/** Atria of given lengths, for shapes of one's own: with other veins, or none. */
export function shapeOf(dimensions: AtrialDimensions): ParametricAtria {
  const { la, ra, wall, floor, veins } = dimensions;
  const shell = ({ axes: [a, b, c], centre: [cx, cy, cz] }: AtriumDimensions, more: number): SignedDistance => {
    return (x, y, z) => ellipsoidDistance(a + more, b + more, c + more, x - cx, y - cy, z - cz);
  };
  const laEndo = shell(la, 0);
  const laOuter = shell(la, wall);
  const raShell = shell(ra, 0);
  const raOuter = shell(ra, wall);
  const raEndo: SignedDistance = (x, y, z) => smoothMax(raShell(x, y, z), -laOuter(x, y, z), ROUNDING_mm / 2);
  const bound = (sign: 1 | -1, axis: 0 | 1 | 2): number =>
    sign * (Math.max(...[la, ra].map(({ axes, centre }) => sign * centre[axis] + axes[axis] + wall)) + ROUNDING_mm);
  return {
    dimensions,
    bounds: {
      min: [bound(-1, 0), bound(-1, 1), floor],
      max: [bound(1, 0), bound(1, 1), bound(1, 2)],
    },
    laEndo,
    raEndo,
    muscle(x, y, z) {
      const outer = smoothMin(laOuter(x, y, z), raOuter(x, y, z), ROUNDING_mm);
      let muscle = Math.max(outer, -laEndo(x, y, z), -raEndo(x, y, z), floor - z);
      for (const vein of veins) muscle = Math.max(muscle, -boreDistance(vein, x, y, z));
      return muscle;
    },
    region: (x, y, z) => (laOuter(x, y, z) <= 0 ? ATRIUM.la : ATRIUM.ra),
  };
}

/** Distance to a vein as a half-infinite cylinder, negative inside. */
export function boreDistance({ from, direction, radius }: VeinDimensions, x: number, y: number, z: number): number {
  const dx = x - from[0];
  const dy = y - from[1];
  const dz = z - from[2];
  const along = dx * direction[0] + dy * direction[1] + dz * direction[2];
  const across = Math.sqrt(Math.max(0, dx * dx + dy * dy + dz * dz - along * along));
  return Math.max(across - radius, -along);
}

const atriumOf = (scale: number, x: number, y: number, floor: number): AtriumDimensions => ({
  axes: [scale * SHAPE[0], scale * SHAPE[1], scale * SHAPE[2]],
  centre: [x, y, floor + CENTRE_HEIGHT * scale * SHAPE[2]],
});

/** Ellipsoid of size `scale` above its valve: π a b (z − z³/3c²) from the floor to the top, mm³. */
function shellVolume(scale: number): number {
  const primitive = (z: number) => z - z ** 3 / 3;
  return Math.PI * SHAPE[0] * SHAPE[1] * SHAPE[2] * scale ** 3 * (primitive(1) - primitive(-CENTRE_HEIGHT));
}

/** Closed form of the LA's cavity, mm³. */
export const laCavityVolume_mm3 = ({ la }: Pick<AtrialDimensions, 'la'>): number => shellVolume(la.axes[2] / SHAPE[2]);

/** Slices across and strips along the RA; 1e-3 of its volume. */
const SLICES = 100;

/** The part of the RA's ellipsoid above the floor and outside the LA's wall, mm³; the rounding of its corner is left out. */
export function raCavityVolume_mm3(la: AtriumDimensions, ra: AtriumDimensions, wall: number, floor: number): number {
  const top = ra.centre[2] + ra.axes[2];
  const dz = (top - floor) / SLICES;
  const dy = (2 * ra.axes[1]) / SLICES;
  let volume = 0;
  for (let slice = 0; slice < SLICES; slice++) {
    const z = floor + (slice + 0.5) * dz;
    for (let strip = 0; strip < SLICES; strip++) {
      const y = ra.centre[1] - ra.axes[1] + (strip + 0.5) * dy;
      const own = halfChord(ra, 0, y, z);
      const other = halfChord(la, wall, y, z);
      const overlap =
        Math.min(ra.centre[0] + own, la.centre[0] + other) - Math.max(ra.centre[0] - own, la.centre[0] - other);
      volume += (2 * own - Math.max(0, Math.min(overlap, 2 * own))) * dy * dz;
    }
  }
  return volume;
}

/** Half the length along x that an ellipsoid cuts off at y and z; 0 outside it. */
function halfChord({ axes: [a, b, c], centre: [, cy, cz] }: AtriumDimensions, more: number, y: number, z: number) {
  return (a + more) * Math.sqrt(Math.max(0, 1 - ((y - cy) / (b + more)) ** 2 - ((z - cz) / (c + more)) ** 2));
}
