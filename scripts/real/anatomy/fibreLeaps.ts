import { waysFrom } from '../../../twin/anatomy/consistentCoordinates.ts';
import type { HarmonicFields } from '../../../twin/anatomy/harmonicFields.ts';
import { findWalls } from '../../../twin/anatomy/walls.ts';
import { faceNeighbours } from '../../../twin/mesh/faces.ts';
import { nodeCount, type TetMesh, tetCount } from '../../../twin/mesh/tetMesh.ts';
import { degrees } from '../../../twin/units.ts';

/** Angles between fibres, as lines, of tetrahedra that share a face. */
export interface Leaps {
  readonly pairs: number;
  /** Pairs over 45° among them */
  readonly share: number;
  readonly median_deg: number;
  readonly most_deg: number;
}

/** Fibres turn in a point at the apex, and where three walls meet they cannot all agree: these places are counted apart. */
export type LeapPlace = 'wall' | 'insertions' | 'apex' | 'base';
/** Distance to the sheets between walls and to the basal surface up to which a place counts to them: one to two edges of the meshes that we try, mm. */
const NEAR_mm = 5;
/** Height above the tip of the LV's cavity up to which all below is apex, mm. */
const APEX_mm = 10;
const LEAP_deg = 45;

/** How smoothly fibres run, by place. */
export function fibreLeaps(
  mesh: TetMesh,
  base: Uint32Array,
  fields: HarmonicFields,
  fibres: Float64Array | Float32Array,
): Record<LeapPlace, Leaps> {
  const { tets, points } = mesh;
  const { neighbours } = faceNeighbours(tets, nodeCount(mesh));
  const toBorder = waysFrom(mesh, findWalls(mesh, fields).border);
  const toBase = waysFrom(mesh, new Uint32Array(new Set(base)));
  const { apex, direction } = fields.lvAxis;
  const angles: Record<LeapPlace, number[]> = { wall: [], insertions: [], apex: [], base: [] };
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const node = tets[4 * tet];
    let height = 0;
    for (let axis = 0; axis < 3; axis++) height += (points[3 * node + axis] - apex[axis]) * direction[axis];
    const place = placeOf(toBorder[node], toBase[node], height);
    for (let corner = 0; corner < 4; corner++) {
      const other = neighbours[4 * tet + corner];
      if (other < tet) continue;
      let dot = 0;
      for (let axis = 0; axis < 3; axis++) dot += fibres[3 * tet + axis] * fibres[3 * other + axis];
      angles[place].push(degrees(Math.acos(Math.min(1, Math.abs(dot)))));
    }
  }
  return {
    wall: summary(angles.wall),
    insertions: summary(angles.insertions),
    apex: summary(angles.apex),
    base: summary(angles.base),
  };
}

function placeOf(toBorder: number, toBase: number, height: number): LeapPlace {
  if (height < APEX_mm) return 'apex';
  if (toBorder < NEAR_mm) return 'insertions';
  return toBase < NEAR_mm ? 'base' : 'wall';
}

function summary(angles: number[]): Leaps {
  angles.sort((a, b) => a - b);
  return {
    pairs: angles.length,
    share: angles.filter((angle) => angle > LEAP_deg).length / angles.length,
    median_deg: angles[angles.length >> 1] ?? Number.NaN,
    most_deg: angles[angles.length - 1] ?? Number.NaN,
  };
}
