import type { Anatomy } from '../anatomy/anatomy.ts';
import { findLvAxis } from '../anatomy/ventricleAxis.ts';
import type { Metric } from './metric.ts';
import { lvThickness, surfaceAreas } from './wallThickness.ts';

/** Number of segments; names by number as in the standard. */
const SEGMENTS = 17;
/** Segments of the basal, middle and apical third by sector, anticlockwise from the first sector above −180°, which is the standard's order seen from the apex. */
const BASAL = [5, 4, 3, 2, 1, 6] as const;
const MIDDLE = [11, 10, 9, 8, 7, 12] as const;
const APICAL = [16, 15, 14, 13] as const;
/** Share of the long axis, from the cavity's tip, whose wall is the apex itself. */
const APEX_SHARE = 0.06;
const THIRDS = [1 / 3, 2 / 3] as const;

const NAMES = Array.from({ length: SEGMENTS }, (_, at) => `lvWallThicknessAha${at + 1}_mm`);

/** Thickness of the LV's wall by segment (Cerqueira et al., Circulation 2002). */
export const lvSegments: Metric = {
  columns: NAMES.map((name, at) => ({
    name,
    unit: 'mm',
    description: `Mean thickness of the LV's wall in segment ${at + 1} of 17 (American Heart Association).`,
    source: 'docs/metrics.md#wall-thickness-by-segment',
  })),
  measure({ anatomy }) {
    const { points } = anatomy.mesh;
    const areas = surfaceAreas(points, anatomy.surfaces.lvEndo);
    const thickness = lvThickness(anatomy);
    const sums = new Float64Array(SEGMENTS + 1);
    const weights = new Float64Array(SEGMENTS + 1);
    for (const [node, segment] of segmentsOfEndocardium(anatomy)) {
      const at = 3 * node;
      sums[segment] += areas[node] * thickness(points[at], points[at + 1], points[at + 2]);
      weights[segment] += areas[node];
    }
    return Object.fromEntries(NAMES.map((name, at) => [name, sums[at + 1] / weights[at + 1]]));
  },
};

/** What the segments are found by. */
type Segmented = Pick<Anatomy, 'mesh' | 'surfaces' | 'coordinates' | 'consistent'>;

/** Segment of each node of the LV endocardium, 1 … 17 (`openSegments`). */
export function segmentsOfEndocardium(anatomy: Segmented): Map<number, number> {
  const segmentOf = openSegments(anatomy);
  return new Map(Array.from(new Set(anatomy.surfaces.lvEndo), (node) => [node, segmentOf(node)]));
}

/**
 * Segment of any node of the LV, 1 … 17. Levels are thirds of the long axis from the cavity's tip to the base. The six sectors of a level are
 * equal parts of the consistent rotation, so that the septum's two end at the RV's insertions; the four apical ones, of the angle about the axis, from
 * the direction of the RV on. Where insertions were not found, that angle serves for all.
 */
export function openSegments({
  mesh: { points },
  surfaces: { lvEndo },
  coordinates: { rotational },
  consistent,
}: Segmented): (node: number) => number {
  const { apex, direction, length_mm } = findLvAxis(points, lvEndo);
  return (node) => {
    let height = 0;
    for (let axis = 0; axis < 3; axis++) height += (points[3 * node + axis] - apex[axis]) * direction[axis];
    const share = height / length_mm;
    const angles = share < THIRDS[0] ? rotational : (consistent?.rotational ?? rotational);
    const turn = (angles[node] + Math.PI) / (2 * Math.PI);
    return share < APEX_SHARE ? SEGMENTS : segmentAt(share, turn - Math.floor(turn));
  };
}

/** @param turn  from the point opposite the septum, through the inferior wall and the septum, 0 … 1 */
function segmentAt(share: number, turn: number): number {
  const [low, high] = THIRDS;
  if (share >= low) return (share >= high ? BASAL : MIDDLE)[Math.floor(6 * turn) % 6];
  // The four apical sectors are centred on the walls, so that the lateral one lies on both sides of the cut.
  return APICAL[Math.floor(4 * turn + 0.5) % 4];
}
