import type { Point, Surfaces } from '../anatomy/anatomy.ts';
import { findRims, type Rim } from '../anatomy/boundary.ts';
import { poseOfMesh, rotate } from '../anatomy/torso.ts';
import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import { TwinError } from '../errors.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import type { AtrialSurfaces } from './atria.ts';

/** Ventricles, for knowing which way up a heart is. */
export interface VentriclesBelow {
  readonly mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>;
  readonly surfaces: Pick<Surfaces, 'lvEndo' | 'rvEndo'>;
}

/** Directions of the body in the frame of a mesh, unit vectors. */
export interface BodyAxes {
  readonly left: Point;
  readonly posterior: Point;
  readonly superior: Point;
  /** From the ventricles' apex to their base */
  readonly toBase: Point;
}

/**
 * Directions of the body by the way in which the ventricles lie: as most hearts do (`poseOfMesh`), or as is known.
 *
 * @param known  turns vectors of the body (x to the left, y to the back, z to the head) into the mesh's, [9] row-major
 * @throws TwinError BadAnatomy as `poseOfMesh`
 */
export function bodyAxes({ mesh, surfaces }: VentriclesBelow, known?: readonly number[]): BodyAxes {
  const toBase = findLvAxis(mesh.points, surfaces.lvEndo).direction;
  const rotation = known ?? poseOfMesh(mesh, toBase).rotation;
  return {
    left: rotate(rotation, [1, 0, 0]),
    posterior: rotate(rotation, [0, 1, 0]),
    superior: rotate(rotation, [0, 0, 1]),
    toBase,
  };
}

/** Where one atrium is open. */
export interface AtriumOpenings {
  readonly valve: Rim;
  /** All others, longest first */
  readonly veins: readonly Rim[];
}

export interface AtrialOpenings {
  readonly la: AtriumOpenings;
  readonly ra: AtriumOpenings;
  /** The RA's highest and lowest vein; absent where they cannot be told apart */
  readonly svc?: Rim;
  readonly ivc?: Rim;
}

/** Holes of a smaller circumference are flaws of a mesh, mm: the coronary sinus is about 30. */
const SMALLEST_RIM_mm = 10;

/**
 * The openings of both atria: the valve is the one whose centre is nearest to its ventricle's own opening, all others are veins. Of the RA's veins the
 * highest is the superior vena cava and the lowest the inferior one, where one lies above and one below the atrium's middle.
 *
 * @throws TwinError BadAnatomy when an atrium has no opening
 */
export function findOpenings(
  points: Float64Array,
  surfaces: AtrialSurfaces,
  ventricles: VentriclesBelow,
  { superior }: BodyAxes,
): AtrialOpenings {
  const valveOf = (endo: Uint32Array): Point =>
    findRims(ventricles.mesh.points, endo)[0]?.centre ?? centreOf(ventricles.mesh.points, endo);
  const { laEndo, raEndo } = surfaces;
  const la = openingsOf('left', points, laEndo, raEndo, valveOf(ventricles.surfaces.lvEndo));
  const ra = openingsOf('right', points, raEndo, laEndo, valveOf(ventricles.surfaces.rvEndo));
  const middle = dot(centreOf(points, surfaces.raEndo), superior);
  const height = ({ centre }: Rim) => dot(centre, superior) - middle;
  const sorted = [...ra.veins].sort((a, b) => height(b) - height(a));
  const highest = sorted[0];
  const lowest = sorted[sorted.length - 1];
  return {
    la,
    ra,
    ...(highest !== undefined && height(highest) > 0 && { svc: highest }),
    ...(lowest !== undefined && height(lowest) < 0 && { ivc: lowest }),
  };
}

function openingsOf(
  side: string,
  points: Float64Array,
  endo: Uint32Array,
  opposite: Uint32Array,
  valve: Point,
): AtriumOpenings {
  // Where the other atrium's endocardium goes on there is a hole in the septum.
  const beyond = new Set(opposite);
  const isSeptal = ({ edges }: Rim) => edges.filter(([node]) => beyond.has(node)).length > edges.length / 2;
  const rims = findRims(points, endo).filter((rim) => rim.length_mm >= SMALLEST_RIM_mm && !isSeptal(rim));
  const [first] = rims;
  if (first === undefined) {
    throw new TwinError(
      'BadAnatomy',
      `The ${side} atrium is closed; expected an opening towards its ventricle, as at the valve.`,
    );
  }
  const nearest = rims.reduce((best, rim) => (distance(rim.centre, valve) < distance(best.centre, valve) ? rim : best));
  return { valve: nearest, veins: rims.filter((rim) => rim !== nearest) };
}

/** Nodes of a rim, ascending, each once. */
export const rimNodes = ({ edges }: Rim): Uint32Array => Uint32Array.from(new Set(edges.flat())).sort();

/** Radius of the disc that has a rim's area, mm; a rim of ragged edges is longer than its opening is wide. */
export function rimRadius(points: Float64Array, { edges, centre }: Rim): number {
  let area: Point = [0, 0, 0];
  const from = (node: number): Point => [
    points[3 * node] - centre[0],
    points[3 * node + 1] - centre[1],
    points[3 * node + 2] - centre[2],
  ];
  for (const [a, b] of edges) area = along(area, cross(from(a), from(b)), 0.5);
  return Math.sqrt(Math.hypot(...area) / Math.PI);
}

/** Mean place of the triangles' corners, mm. */
export function centreOf(points: Float64Array, triangles: Uint32Array): Point {
  let [x, y, z] = [0, 0, 0];
  for (const node of triangles) {
    x += points[3 * node];
    y += points[3 * node + 1];
    z += points[3 * node + 2];
  }
  return [x / triangles.length, y / triangles.length, z / triangles.length];
}

export const dot = (a: Point, b: Point): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = ([ax, ay, az]: Point, [bx, by, bz]: Point): Point => [
  ay * bz - az * by,
  az * bx - ax * bz,
  ax * by - ay * bx,
];
export const along = (from: Point, direction: Point, length: number): Point => [
  from[0] + length * direction[0],
  from[1] + length * direction[1],
  from[2] + length * direction[2],
];
/** The part of a vector across a unit direction, made unit; zero where there is none. */
export function across(vector: Point, direction: Point): Point {
  return unit(along(vector, direction, -dot(vector, direction)));
}
/** Unit vector; zero stays zero. */
export function unit([x, y, z]: Point): Point {
  const length = Math.hypot(x, y, z);
  return length > 0 ? [x / length, y / length, z / length] : [0, 0, 0];
}
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
