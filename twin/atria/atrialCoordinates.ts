import type { Point } from '../anatomy/anatomy.ts';
import { majority } from '../anatomy/coordinates.ts';
import { openLaplace } from '../anatomy/laplace.ts';
import type { TetMesh } from '../mesh/tetMesh.ts';
import { tetVolumes } from '../mesh/volume.ts';
import type { AtrialCoordinates, AtrialSurfaces } from './atria.ts';
import { type AtrialOpenings, type AtriumOpenings, across, centreOf, cross, dot, rimNodes, unit } from './openings.ts';

/** Harmonic fields between the surfaces and openings of the atria, 0 … 1, [nodes] each. */
export interface AtrialFields {
  /** 1 on the LA's endocardium, 0 on the RA's and on the epicardium */
  readonly la: Float64Array;
  /** 1 on the RA's endocardium, 0 on the LA's and on the epicardium */
  readonly ra: Float64Array;
  /** 0 on the rims of all veins, 1 on those of both valves */
  readonly veinToValve: Float64Array;
}

/** Where an atrium has no veins, the endocardium within this of its place farthest from the valve stands for them, mm. Ours, about a vein's radius. */
const VEIN_STAND_IN_mm = 8;

/** Solves the three fields. @throws TwinError NoConvergence when a solution fails */
export function solveAtrialFields(
  mesh: Pick<TetMesh, 'points' | 'tets'>,
  surfaces: AtrialSurfaces,
  { la, ra }: AtrialOpenings,
): AtrialFields {
  const laplace = openLaplace(mesh);
  const { laEndo, raEndo, epi } = surfaces;
  // Nodes on a rim between two surfaces count as endocardium: the later value holds.
  const solve = (...fixed: Parameters<typeof laplace.solve>[0]) => laplace.solve(fixed).map(clampUnit);
  return {
    la: solve({ nodes: epi, value: 0 }, { nodes: raEndo, value: 0 }, { nodes: laEndo, value: 1 }),
    ra: solve({ nodes: epi, value: 0 }, { nodes: laEndo, value: 0 }, { nodes: raEndo, value: 1 }),
    veinToValve: solve(
      { nodes: veinNodes(mesh.points, laEndo, la), value: 0 },
      { nodes: veinNodes(mesh.points, raEndo, ra), value: 0 },
      { nodes: rimNodes(la.valve), value: 1 },
      { nodes: rimNodes(ra.valve), value: 1 },
    ),
  };
}

/** Obtuse tetrahedra let a discrete solution leave its bounds by a little; NaN stays. */
const clampUnit = (value: number): number => Math.max(0, Math.min(1, value));

function veinNodes(points: Float64Array, endo: Uint32Array, { valve, veins }: AtriumOpenings): number[] {
  if (veins.length > 0) return veins.flatMap((rim) => [...rimNodes(rim)]);
  const distanceTo = (node: number, [x, y, z]: Point) =>
    Math.hypot(points[3 * node] - x, points[3 * node + 1] - y, points[3 * node + 2] - z);
  let farthest = endo[0];
  for (const node of endo) {
    if (distanceTo(node, valve.centre) > distanceTo(farthest, valve.centre)) farthest = node;
  }
  const top: Point = [points[3 * farthest], points[3 * farthest + 1], points[3 * farthest + 2]];
  return [...endo].filter((node) => distanceTo(node, top) <= VEIN_STAND_IN_mm);
}

/**
 * Atrial coordinates on nodes, in the spirit of universal atrial coordinates (Roney et al., Med Image Anal 2019), but in the volume of the wall:
 *
 * - veinToValve: the harmonic field between the rims of the veins and the valve's
 * - transmural: 1 − φ of the node's own atrium, φ being 1 on its endocardium and 0 on the other's and the epicardium
 * - transatrial: 0 in the LA, 1 in the RA; a node on their border belongs to the side with more of the muscle around it
 * - rotational: angle about the axis from the valve's centre to the middle of the atrium's cavity, 0 towards the other atrium (the septum), positive to
 *   the front in both
 *
 * @param mesh  regions of ATRIUM
 */
export function atrialCoordinates(
  mesh: Pick<TetMesh, 'points' | 'tets' | 'regions'>,
  surfaces: AtrialSurfaces,
  openings: AtrialOpenings,
  fields: AtrialFields,
): AtrialCoordinates {
  const transatrial = majority(mesh, tetVolumes(mesh), mesh.regions);
  const { points } = mesh;
  const laCentre = centreOf(points, surfaces.laEndo);
  const raCentre = centreOf(points, surfaces.raEndo);
  const laAngle = openAngle(openings.la.valve.centre, laCentre, raCentre, 1);
  const raAngle = openAngle(openings.ra.valve.centre, raCentre, laCentre, -1);
  return {
    veinToValve: fields.veinToValve,
    transmural: transatrial.map((ra, node) => 1 - (ra === 1 ? fields.ra[node] : fields.la[node])),
    transatrial,
    rotational: transatrial.map((ra, node) => {
      if (Number.isNaN(ra)) return ra;
      return (ra === 1 ? raAngle : laAngle)([points[3 * node], points[3 * node + 1], points[3 * node + 2]]);
    }),
  };
}

/** Angle about the axis valve → centre, from the direction of `other` on, by the right hand where `sign` is 1. */
function openAngle(valve: Point, centre: Point, other: Point, sign: 1 | -1): (place: Point) => number {
  const minus = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const axis = unit(minus(centre, valve));
  const zero = across(minus(other, centre), axis);
  const quarter = cross(axis, zero);
  return (place) => {
    const from = minus(place, valve);
    return Math.atan2(sign * dot(from, quarter), dot(from, zero));
  };
}
