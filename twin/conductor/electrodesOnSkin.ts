import type { Point } from '../anatomy/anatomy.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import { type Finding, TwinError } from '../errors.ts';
import type { BoundedTets } from './bisection.ts';
import { barycentric, type ClosedSurface } from './signedDistance.ts';

/** An electrode farther from the skin than this is in another frame or another body. */
const FARTHEST_mm = 30;
/** Moves shorter than this go without a word: thickness of an electrode and its gel. */
const UNSAID_mm = 5;

/** Electrodes on the skin. */
export interface PlacedElectrodes {
  readonly places: readonly Point[];
  /** mm, [electrodes] */
  readonly moved_mm: readonly number[];
  readonly findings: readonly Finding[];
}

/**
 * Moves each electrode to the nearest place of the skin.
 *
 * @throws TwinError BadAnatomy when one is more than 30 mm away
 */
export function placeOnSkin(
  skin: ClosedSurface,
  electrodes: readonly Point[],
  names: readonly string[],
): PlacedElectrodes {
  const places: Point[] = [];
  const moved_mm: number[] = [];
  const out = new Float64Array(3);
  for (const [at, [x, y, z]] of electrodes.entries()) {
    skin.nearest(x, y, z, out);
    const distance = Math.hypot(x - out[0], y - out[1], z - out[2]);
    if (!(distance <= FARTHEST_mm)) {
      throw new TwinError(
        'BadAnatomy',
        `electrode ${names[at]} at (${[x, y, z].map((value) => value.toFixed(1)).join(', ')}) mm is ${distance.toFixed(0)} mm from the torso's skin; expected at most ${FARTHEST_mm} mm; check that electrodes and torso are in one frame and one unit`,
        { electrode: names[at], distance_mm: distance },
      );
    }
    places.push([out[0], out[1], out[2]]);
    moved_mm.push(distance);
  }
  const far = moved_mm.flatMap((distance, at) =>
    distance > UNSAID_mm ? [`${names[at]} ${distance.toFixed(1)} mm`] : [],
  );
  if (far.length === 0) return { places, moved_mm, findings: [] };
  const message = `Electrodes that did not lie on the torso's skin were moved to its nearest place: ${far.join(', ')}.`;
  return {
    places,
    moved_mm,
    findings: [{ code: 'electrodes-moved-to-skin', severity: 'repaired', message, count: far.length }],
  };
}

/** A unit current spread over the corners of one triangle of the boundary. */
export interface PointCurrent {
  readonly nodes: readonly number[];
  /** Sum 1 */
  readonly shares: readonly number[];
}

/**
 * Currents of electrodes on the boundary: `f_i = N_i(e)`, the load of a point source in linear elements. Its first moment is exact, so that a
 * field changes continuously as an electrode moves; the source's own size is that of the triangle, like an adhesive electrode's of 10 mm.
 */
export function electrodeCurrents({ points, triangles }: BoundedTets, places: readonly Point[]): PointCurrent[] {
  const tree = openTriangleTree(points, triangles);
  const near = new Float64Array(3);
  const share = new Float64Array(3);
  return places.map(([x, y, z]) => {
    const triangle = tree.nearest(x, y, z, near);
    barycentric(points, triangles, triangle, near, share);
    return { nodes: [...triangles.subarray(3 * triangle, 3 * triangle + 3)], shares: [...share] };
  });
}
