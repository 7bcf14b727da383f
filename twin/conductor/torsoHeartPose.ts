import type { Anatomy, Point } from '../anatomy/anatomy.ts';
import type { ElectrodeSet } from '../anatomy/electrodeSet.ts';
import { heartAxes, regionCentroid } from '../anatomy/torso.ts';
import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import { REGION } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import { degrees } from '../units.ts';
import { moveAll, TORSO_IS_MESH, toTorso } from './torsoFrame.ts';
import type { TorsoModel } from './torsoModel.ts';

/** Where and how a heart lies in its torso. Left, back and head are the torso's axes (`TorsoModel.frame`). */
export interface HeartInTorso {
  /** Centre of the muscle between the skin's extents at its height: −1 the right side, 1 the left; −1 the front, 1 the back */
  readonly leftward: number;
  readonly backward: number;
  /** Its height above the skin's lower end as a share of the skin's height, which depends on where the torso was cut */
  readonly height: number;
  /** Breadth and depth of the body at the height of the heart's centre, mm */
  readonly breadth_mm: number;
  readonly depth_mm: number;
  /** Direction from base to apex in the horizontal plane: 0 to the left, 90 to the front */
  readonly azimuth_deg: number;
  /** Of the same direction over the horizontal: negative to the feet; an upright heart has −90 */
  readonly elevation_deg: number;
  /** Turn about the long axis from the right to the RV: 0 is an RV on the right of the LV, 90 one in front of it */
  readonly roll_deg: number;
}

/** Half the slab in which the body's extents are looked for, mm. */
const SLAB = 25;

/**
 * Position and orientation of a heart in its torso, after the long axis from the centre of the LV's basal rim to its apex and the direction from the LV's to the RV's
 * centre of gravity.
 *
 * @throws TwinError BadAnatomy when a ventricle is missing
 */
export function heartInTorso(
  { mesh, surfaces }: Pick<Anatomy, 'mesh' | 'surfaces'>,
  { skin, frame = TORSO_IS_MESH }: Pick<TorsoModel, 'skin' | 'frame'>,
): HeartInTorso {
  const centre = toTorso(frame, centreOfMuscle(mesh));
  const axis = findLvAxis(mesh.points, surfaces.lvEndo);
  const toApex = minus(toTorso(frame, axis.apex), toTorso(frame, axis.baseCentre));
  const toRv = minus(toTorso(frame, regionCentroid(mesh, REGION.rv)), toTorso(frame, regionCentroid(mesh, REGION.lv)));
  const points = moveAll(skin.points, (place) => toTorso(frame, place));
  const slab = extentOf(points, ([, , z]) => Math.abs(z - centre[2]) <= SLAB);
  const whole = extentOf(points, () => true);
  const along = (at: 0 | 1) => (2 * (centre[at] - slab.low[at])) / (slab.high[at] - slab.low[at]) - 1;
  return {
    leftward: along(0),
    backward: along(1),
    height: (centre[2] - whole.low[2]) / (whole.high[2] - whole.low[2]),
    breadth_mm: slab.high[0] - slab.low[0],
    depth_mm: slab.high[1] - slab.low[1],
    azimuth_deg: degrees(Math.atan2(-toApex[1], toApex[0])),
    elevation_deg: degrees(Math.atan2(toApex[2], Math.hypot(toApex[0], toApex[1]))),
    roll_deg: rollOf(toApex, toRv),
  };
}

/** Distances from the centre of gravity of the muscle to electrodes, mm, in the set's order. */
export function heartToElectrodes_mm({ mesh }: Pick<Anatomy, 'mesh'>, { names, places }: ElectrodeSet): Float64Array {
  const [x, y, z] = centreOfMuscle(mesh);
  return Float64Array.from(names, (_, at) =>
    Math.hypot(places[3 * at] - x, places[3 * at + 1] - y, places[3 * at + 2] - z),
  );
}

/** Angle of the LV → RV direction about the long axis, from the part of the torso's right across that axis. */
function rollOf(toApex: Point, toRv: Point): number {
  const toBase: Point = [-toApex[0], -toApex[1], -toApex[2]];
  // Both axes point away from the right and from the RV; the angle between them is the same.
  const [right, , up] = heartAxes(toBase, [-1, 0, 0]);
  const [rv] = heartAxes(toBase, toRv);
  const cosine = dot(right, rv);
  const sine = dot(cross(right, rv), up);
  return degrees(Math.atan2(sine, cosine));
}

function centreOfMuscle(mesh: Anatomy['mesh']): Point {
  const volumes = tetVolumes(mesh);
  const sum = [0, 0, 0];
  let total = 0;
  for (let tet = 0; tet < volumes.length; tet++) {
    total += volumes[tet];
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * mesh.tets[4 * tet + corner];
      for (let axis = 0; axis < 3; axis++) sum[axis] += (volumes[tet] * mesh.points[node + axis]) / 4;
    }
  }
  return [sum[0] / total, sum[1] / total, sum[2] / total];
}

function extentOf(points: Float64Array, isWanted: (place: Point) => boolean): { low: number[]; high: number[] } {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < points.length; at += 3) {
    const place: Point = [points[at], points[at + 1], points[at + 2]];
    if (!isWanted(place)) continue;
    for (let axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], place[axis]);
      high[axis] = Math.max(high[axis], place[axis]);
    }
  }
  return { low, high };
}

const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Point, b: Point): Point => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
