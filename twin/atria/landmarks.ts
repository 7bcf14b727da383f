import type { Point } from '../anatomy/anatomy.ts';
import type { Rim } from '../anatomy/boundary.ts';
import { openTriangleTree } from '../anatomy/triangleTree.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import type { AtrialCoordinates, AtrialSurfaces } from './atria.ts';
import { type AtrialOpenings, across, along, type BodyAxes, centreOf, dot, rimRadius, unit } from './openings.ts';

/** Places that the conduction of the atria is made by, all just under the epicardium, mm. */
export interface AtrialLandmarks {
  readonly sinusNode: Point;
  /** Bachmann's bundle: from the RA, before the superior vena cava, over the front of the roof to the LA */
  readonly bachmann: { readonly from: Point; readonly to: Point };
  /** Crista terminalis: between the caval veins, on the lateral side; absent where the veins cannot be told apart */
  readonly crista?: { readonly from: Point; readonly to: Point };
  /** False where the superior vena cava was not found */
  readonly hasSvc: boolean;
}

/** How far below the rim of its vein a landmark lies, mm: on the atrium and not on the vein. Ours. */
const BELOW_RIM_mm = 4;
/** Share of the way from the epicardium to the centroid of the tetrahedron behind: surely inside the muscle. */
const INWARD = 0.1;

/**
 * Where the wave of a normal beat starts and its fast ways: the sinus node at the lateral junction of the superior vena cava with the RA; without that vein at
 * the highest, hindmost point of the RA's lateral wall. Sides are the body's as the ventricles lie in it.
 */
export function findLandmarks(
  mesh: Pick<TetMesh, 'points' | 'tets'>,
  surfaces: AtrialSurfaces,
  { transatrial }: Pick<AtrialCoordinates, 'transatrial'>,
  { svc, ivc }: AtrialOpenings,
  { left, posterior, superior }: BodyAxes,
): AtrialLandmarks {
  const { points } = mesh;
  const epiOf = (side: number) => openEpicardium(mesh, surfaces.epi, (node) => transatrial[node] === side);
  const ra = epiOf(1);
  const la = epiOf(0);
  const raCentre = centreOf(points, surfaces.raEndo);
  const lateral: Point = [-left[0], -left[1], -left[2]];
  const anterior: Point = [-posterior[0], -posterior[1], -posterior[2]];
  /** The place beside a vein's rim that lies on a side of it. */
  const beside = (rim: Rim, side: Point): Point => {
    const { centre } = rim;
    const axis = unit([centre[0] - raCentre[0], centre[1] - raCentre[1], centre[2] - raCentre[2]]);
    const onRim = along(centre, across(side, axis), rimRadius(points, rim));
    return ra.under(along(onRim, axis, -BELOW_RIM_mm));
  };
  const sinusNode = svc ? beside(svc, lateral) : ra.utmost(sum([superior, 1], [lateral, 0.5], [posterior, 0.5]));
  return {
    sinusNode,
    bachmann: {
      from: svc ? beside(svc, sum([anterior, 1], [left, 0.5])) : sinusNode,
      to: la.utmost(sum([superior, 1], [anterior, 0.5], [left, 0.5])),
    },
    ...(svc && ivc && { crista: { from: sinusNode, to: beside(ivc, lateral) } }),
    hasSvc: svc !== undefined,
  };
}

const sum = (...parts: readonly (readonly [Point, number])[]): Point =>
  parts.reduce<Point>((total, [vector, weight]) => along(total, vector, weight), [0, 0, 0]);

/** The part of the epicardium whose corners are all wanted. */
function openEpicardium(
  { points, tets }: Pick<TetMesh, 'points' | 'tets'>,
  epi: Uint32Array,
  isWanted: (node: number) => boolean,
) {
  const own = epi.filter((_, at) => {
    const first = at - (at % 3);
    return isWanted(epi[first]) && isWanted(epi[first + 1]) && isWanted(epi[first + 2]);
  });
  const tree = openTriangleTree(points, own);
  const place = new Float64Array(3);
  const under = (target: Point): Point => {
    const triangle = tree.nearest(target[0], target[1], target[2], place);
    const behind = centroidBehind(points, tets, own.subarray(3 * triangle, 3 * triangle + 3));
    return [0, 1, 2].map((axis) => (1 - INWARD) * place[axis] + INWARD * behind[axis]) as unknown as Point;
  };
  return {
    under,
    /** The place farthest in a direction. */
    utmost(direction: Point): Point {
      let best = own[0];
      let most = Number.NEGATIVE_INFINITY;
      for (const node of own) {
        const reached = dot([points[3 * node], points[3 * node + 1], points[3 * node + 2]], direction);
        if (reached > most) {
          most = reached;
          best = node;
        }
      }
      return under([points[3 * best], points[3 * best + 1], points[3 * best + 2]]);
    },
  };
}

/** Centroid of the tetrahedron that has these three corners, mm. */
function centroidBehind(points: Float64Array, tets: Uint32Array, triangle: Uint32Array): Point {
  for (let tet = 0; tet < tets.length; tet += 4) {
    const corners = tets.subarray(tet, tet + 4);
    if (triangle.every((node) => corners.includes(node))) return centreOf(points, corners);
  }
  return centreOf(points, triangle);
}
