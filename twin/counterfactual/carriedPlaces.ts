import type { Anatomy } from '../anatomy/anatomy.ts';
import { openLayer } from '../calibrate/calibrateLevel.ts';
import { bringIntoLayer } from '../calibrate/pmjLayer.ts';
import { locateTet } from '../eikonal/locate.ts';
import { TwinError } from '../errors.ts';
import { ROUNDING, sharesOf, wrap } from './coordinateShares.ts';
import { type Endocardium, openEndocardia } from './endocardia.ts';
import { heartSize_mm } from './heartSize.ts';

/** A place of the subendocardial layer, said without the heart it is in. */
export interface LayerPlace {
  readonly endocardium: Endocardium;
  /** 0 apex … 1 base */
  readonly apicobasal: number;
  /** −π … π */
  readonly rotational: number;
  /** Depth below the nearest endocardium by the heart's linear size, mm/mm */
  readonly depth: number;
  /** Between places that are otherwise the same, the one most like this is meant */
  readonly transmural: number;
}

/** Which coordinates two hearts are compared by. */
export type CoordinateSystem = 'consistent' | 'ventricular';

/** A heart's layer, in which places are named and found. */
export interface PlaceMap {
  /** Names of places of the layer, mm, [places, 3] */
  nameOf(places: Float64Array): LayerPlace[];
  /**
   * Places of names, mm, [places, 3], and for each how far its coordinates are off there, mm: 0 where some tetrahedron of the layer has exactly them, otherwise
   * from the nearest that one has.
   */
  find(names: readonly LayerPlace[]): { readonly places: Float64Array; readonly off_mm: Float64Array };
}

/** Anatomy as far as places are concerned. */
export type PlacedHeart = Pick<Anatomy, 'mesh' | 'surfaces' | 'coordinates' | 'consistent' | 'endocardialDistance'>;

/** Lengths of one unit of coordinates by the heart's linear size, for saying how far off a place is: ours, after the shape of a usual LV. */
const APICOBASAL_LENGTH = 1.4;
const ROTATION_RADIUS = 0.4;
/** Towards the apex circles shrink; below this height in proportion. */
const TAPERS_BELOW = 0.4;

/** What of the layer's tetrahedra counts, corner by corner. */
interface Candidates {
  readonly tets: Uint32Array;
  /** [candidates, 4] each */
  readonly height: Float64Array;
  readonly angle: Float64Array;
  readonly depth: Float64Array;
  readonly transmural: Float64Array;
  /** Least and most of height and of depth, [candidates, 2] each */
  readonly heights: Float64Array;
  readonly depths: Float64Array;
}

/**
 * Names the places of a heart's layer by ventricular coordinates and finds named ones. Within a tetrahedron all coordinates are linear, so that a place
 * of which some tetrahedron holds the three coordinates is found exactly, and finding what was named gives the same place.
 *
 * @param thickness  of the layer by the heart's linear size
 * @throws TwinError BadAnatomy when no muscle lies in the layer
 */
export function openPlaceMap(heart: PlacedHeart, system: CoordinateSystem, thickness: number): PlaceMap {
  const { mesh, coordinates, consistent, endocardialDistance } = heart;
  if (system === 'consistent' && consistent === undefined) {
    throw new RangeError('this heart has no consistent coordinates');
  }
  const { apicobasal, rotational } = (system === 'consistent' ? consistent : undefined) ?? coordinates;
  const size_mm = heartSize_mm(heart);
  const layer_mm = thickness * size_mm;
  const layer = openLayer(heart, { layer_mm });
  const endocardiumOf = openEndocardia(heart, size_mm);
  const groups = new Map<Endocardium, number[]>([
    ['lv', []],
    ['septum', []],
    ['rv', []],
  ]);
  for (let tet = 0; tet < mesh.tets.length / 4; tet++) {
    let least = Number.POSITIVE_INFINITY;
    for (let corner = 4 * tet; corner < 4 * tet + 4; corner++)
      least = Math.min(least, endocardialDistance[mesh.tets[corner]]);
    if (least <= layer_mm) groups.get(endocardiumOf(tet))?.push(tet);
  }
  const cornersOf = (tets: number[]): Candidates => {
    const gather = (values: Float64Array) =>
      Float64Array.from({ length: 4 * tets.length }, (_, at) => values[mesh.tets[4 * tets[at >> 2] + (at & 3)]]);
    const height = gather(apicobasal);
    const depth = gather(endocardialDistance).map((distance) => distance / size_mm);
    return {
      tets: Uint32Array.from(tets),
      height,
      angle: gather(rotational),
      depth,
      transmural: gather(coordinates.transmural),
      heights: rangesOf(height),
      depths: rangesOf(depth),
    };
  };
  const candidates = {
    lv: cornersOf(groups.get('lv') ?? []),
    septum: cornersOf(groups.get('septum') ?? []),
    rv: cornersOf(groups.get('rv') ?? []),
  };
  return {
    nameOf(places) {
      const inside = bringIntoLayer(layer, places);
      const shares = new Float64Array(4);
      return Array.from({ length: inside.length / 3 }, (_, at) => {
        const tet = locateTet(layer.locator, inside[3 * at], inside[3 * at + 1], inside[3 * at + 2], shares);
        if (tet < 0) throw new RangeError(`place ${at} lies in no tetrahedron of the layer`);
        const sum = (value: (node: number) => number) =>
          [0, 1, 2, 3].reduce((total, corner) => total + shares[corner] * value(mesh.tets[4 * tet + corner]), 0);
        const about = rotational[mesh.tets[4 * tet]];
        return {
          endocardium: endocardiumOf(tet),
          apicobasal: sum((node) => apicobasal[node]),
          rotational: wrap(about + sum((node) => wrap(rotational[node] - about))),
          depth: sum((node) => endocardialDistance[node]) / size_mm,
          transmural: sum((node) => coordinates.transmural[node]),
        };
      });
    },
    find(names) {
      const places = new Float64Array(3 * names.length);
      const off_mm = new Float64Array(names.length);
      const shares = new Float64Array(4);
      for (const [at, name] of names.entries()) {
        const among = candidates[name.endocardium];
        const held = nearestTet(among, name, true, shares);
        const { tet, off } = held.tet >= 0 ? held : nearestTet(among, name, false, shares);
        if (tet < 0) {
          throw new TwinError(
            'BadAnatomy',
            `carrying a function: found no muscle under the endocardium "${name.endocardium}" of the other heart, expected both ventricles`,
          );
        }
        off_mm[at] = off * size_mm;
        for (let corner = 0; corner < 4; corner++) {
          const node = 3 * mesh.tets[4 * tet + corner];
          for (let axis = 0; axis < 3; axis++) places[3 * at + axis] += shares[corner] * mesh.points[node + axis];
        }
      }
      return { places, off_mm };
    },
  };
}

/** Least and most of four values each, [items, 2]. */
const rangesOf = (corners: Float64Array): Float64Array =>
  Float64Array.from({ length: corners.length / 2 }, (_, at) => {
    const four = corners.subarray(4 * (at >> 1), 4 * (at >> 1) + 4);
    return at % 2 === 0 ? Math.min(...four) - ROUNDING : Math.max(...four) + ROUNDING;
  });

/**
 * The tetrahedron that holds a name, or comes nearest to it; of several that hold it the one most like it through the wall.
 *
 * @param isHolding  only one that holds it is wanted, and −1 where none does
 * @param out  barycentric coordinates of the place, [4]
 */
function nearestTet(
  { tets, height, angle, depth, transmural, heights, depths }: Candidates,
  name: LayerPlace,
  isHolding: boolean,
  out: Float64Array,
): { readonly tet: number; readonly off: number } {
  const radius = ROTATION_RADIUS * Math.min(1, Math.max(name.apicobasal, 0) / TAPERS_BELOW);
  const shares = new Float64Array(4);
  let tet = -1;
  let off = Number.POSITIVE_INFINITY;
  let unlike = Number.POSITIVE_INFINITY;
  for (let at = 0; at < tets.length; at++) {
    if (isHolding) {
      if (!(heights[2 * at] <= name.apicobasal && name.apicobasal <= heights[2 * at + 1])) continue;
      if (!(depths[2 * at] <= name.depth && name.depth <= depths[2 * at + 1])) continue;
    }
    const isHeld = sharesOf(height, angle, depth, 4 * at, name, shares);
    if (isHolding && !isHeld) continue;
    let dHeight = -name.apicobasal;
    let dAngle = 0;
    let dDepth = -name.depth;
    let dWall = -name.transmural;
    for (let corner = 0; corner < 4; corner++) {
      dHeight += shares[corner] * height[4 * at + corner];
      dAngle += shares[corner] * wrap(angle[4 * at + corner] - name.rotational);
      dDepth += shares[corner] * depth[4 * at + corner];
      dWall += shares[corner] * transmural[4 * at + corner];
    }
    const here = isHeld ? 0 : Math.hypot(APICOBASAL_LENGTH * dHeight, radius * dAngle, dDepth);
    if (here < off || (here === off && Math.abs(dWall) < unlike)) {
      off = here;
      unlike = Math.abs(dWall);
      tet = tets[at];
      out.set(shares);
    }
  }
  return { tet, off };
}
