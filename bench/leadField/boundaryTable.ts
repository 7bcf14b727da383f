import type { Point } from '../../twin/anatomy/anatomy.ts';
import { bisectTo } from '../../twin/conductor/bisection.ts';
import { conductorFields } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import { openEdgeTable } from '../../twin/conductor/edgeTable.ts';
import type { ConductorConductivity, TriangleSurface } from '../../twin/conductor/torsoModel.ts';
import { boundaryTriangles } from '../../twin/mesh/faces.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { type BoundaryModel, type Interface, openBoundaryModel } from './boundaryElements.ts';
import { ellipsoidBody, spreadTriangles } from './ellipsoidBody.ts';
import { markdownTable, percent } from './markdown.ts';
import { centroid, tetGradient } from './roundBodies.ts';

/** Isotropic tissues; the muscle's is the mean of its bulk conductivities. */
const ISOTROPIC: ConductorConductivity = {
  intracellularFibre_S_m: 0.45,
  intracellularTransverse_S_m: 0.45,
  extracellularFibre_S_m: 0.5,
  extracellularTransverse_S_m: 0.5,
  blood_S_m: 0.7,
  lungs_S_m: 0.0714,
  torso_S_m: 0.2,
};
const MUSCLE_S_m = 0.95;
const ELECTRODES = 16;
const DIPOLE_EDGE_mm = 4;
/** Places of dipoles, mm, each with all three directions. */
const PLACES: readonly Point[] = [
  [0, 0, 0],
  [18, 8, -12],
];
/** Edges of the finite elements in the heart and far from it, mm. */
const EDGES = [
  [6, 16],
  [4.5, 12],
] as const;

/**
 * Electrode potentials of dipoles in a body with lungs: by finite elements through the lead field, and by boundary elements, which mesh no volume. The
 * boundary elements are refined by parting their flat triangles, so that all three solve the same polyhedra.
 */
export function boundaryTable(): string {
  const options = { electrodes: ELECTRODES, skinParts: 5, lungParts: 4, spacing_mm: 12 };
  const given = ellipsoidBody(options, ISOTROPIC);
  const { torso } = given;
  const muscle = {
    points: given.heart.points,
    triangles: boundaryTriangles(given.heart.tets, given.heart.points.length / 3),
  };
  // The same polyhedron in smaller tetrahedra: a dipole at a point is compared with the mean gradient of the one about it.
  const heart = refined(given.heart, muscle.triangles);
  const input = { ...given, heart };
  const interfaces: readonly Interface[] = [
    { surface: torso.skin, inside_S_m: ISOTROPIC.torso_S_m, outside_S_m: 0 },
    ...torso.lungs.map((surface) => ({
      surface,
      inside_S_m: ISOTROPIC.lungs_S_m,
      outside_S_m: ISOTROPIC.torso_S_m,
    })),
    { surface: muscle, inside_S_m: MUSCLE_S_m, outside_S_m: ISOTROPIC.torso_S_m },
  ];
  const electrodes = spreadTriangles(torso.skin, ELECTRODES);
  const dipoles = PLACES.flatMap((place) => {
    const tet = nearestTet(heart, place);
    return (
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ] as const
    ).map((moment) => ({ tet, moment }));
  });
  const solveBoundary = (model: BoundaryModel, triangles: readonly number[]) =>
    dipoles.map(({ tet, moment }) => atElectrodes(model, centroid(heart.points, heart.tets, tet), moment, triangles));
  const coarseModel = openBoundaryModel(interfaces);
  const coarse = solveBoundary(coarseModel, electrodes);
  const parted = interfaces.map((one) => ({ ...one, surface: partTriangles(one.surface) }));
  const fine = solveBoundary(openBoundaryModel(parted), electrodes.map(middlePart));
  const elements = coarseModel.middles.length / 3;
  const rows = EDGES.map(([heartEdge_mm, farEdge_mm]) => {
    const settings = { ...DEFAULT_CONDUCTOR_SETTINGS, heartEdge_mm, farEdge_mm };
    const { fields, report } = conductorFields({ ...input, settings });
    const found = dipoles.map(({ tet, moment }) => {
      const { gradient } = tetGradient(heart, tet, fields, ELECTRODES);
      // By reciprocity a dipole's potential is −p · ∇Z: Z is that of a current drawn.
      return electrodes.map((_, e) => -dot(moment, gradient.subarray(3 * e, 3 * e + 3)));
    });
    const name = `finite elements ${heartEdge_mm} / ${farEdge_mm} mm, ${report.nodes} nodes`;
    return rowOf(name, compare(found, coarse), compare(found, fine));
  });
  return markdownTable(
    ['', `RMS from ${elements} boundary elements, %`, `RMS from ${4 * elements}, %`, 'correlation with these'],
    [...rows, rowOf(`${elements} boundary elements`, compare(coarse, coarse), compare(coarse, fine))],
  );
}

function refined(mesh: TetMesh, triangles: Uint32Array): TetMesh {
  const { points, tets } = bisectTo(
    { ...mesh, triangles },
    () => DIPOLE_EDGE_mm,
    () => {},
    1e6,
  );
  return {
    points,
    tets,
    fibres: new Float64Array((3 * tets.length) / 4),
    regions: new Uint8Array(tets.length / 4).fill(REGION.lv),
  };
}

const rowOf = (name: string, coarse: Comparison, fine: Comparison) => [
  name,
  percent(coarse.rms),
  percent(fine.rms),
  fine.correlation.toFixed(5),
];

/** Each triangle as four by its edges' middles; the last one of four has its parent's own middle. */
function partTriangles({ points, triangles }: TriangleSurface): TriangleSurface {
  const table = openEdgeTable(points.length / 3);
  const edgeOf = Array.from(triangles, (node, at) => table.add(node, triangles[at % 3 === 2 ? at - 2 : at + 1]));
  const nodes = points.length / 3;
  const ends = table.nodes();
  const all = new Float64Array(points.length + 3 * table.size);
  all.set(points);
  for (let edge = 0; edge < table.size; edge++) {
    for (let axis = 0; axis < 3; axis++) {
      all[3 * (nodes + edge) + axis] = (points[3 * ends[2 * edge] + axis] + points[3 * ends[2 * edge + 1] + axis]) / 2;
    }
  }
  const parts: number[] = [];
  for (let at = 0; at < triangles.length; at += 3) {
    const [a, b, c] = triangles.subarray(at, at + 3);
    const [ab, bc, ca] = edgeOf.slice(at, at + 3).map((edge) => nodes + edge);
    parts.push(a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca);
  }
  return { points: all, triangles: Uint32Array.from(parts) };
}

const middlePart = (triangle: number): number => 4 * triangle + 3;

function nearestTet(mesh: { readonly points: Float64Array; readonly tets: Uint32Array }, place: Point): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let tet = 0; tet < mesh.tets.length / 4; tet++) {
    const [x, y, z] = centroid(mesh.points, mesh.tets, tet);
    const length = Math.hypot(x - place[0], y - place[1], z - place[2]);
    if (length >= least) continue;
    least = length;
    nearest = tet;
  }
  return nearest;
}

const dot = ([x, y, z]: Point, g: Float64Array): number => x * g[0] + y * g[1] + z * g[2];

/** Potentials at electrodes, their mean taken away. */
function atElectrodes(model: BoundaryModel, place: Point, moment: Point, electrodes: readonly number[]): number[] {
  const all = model.dipolePotentials(place, moment);
  const mean = electrodes.reduce((sum, triangle) => sum + all[triangle], 0) / electrodes.length;
  return electrodes.map((triangle) => all[triangle] - mean);
}

interface Comparison {
  readonly rms: number;
  readonly correlation: number;
}

function compare(found: readonly (readonly number[])[], exact: readonly (readonly number[])[]): Comparison {
  let [wrong, ee, ff, ef] = [0, 0, 0, 0];
  for (const [dipole, values] of exact.entries()) {
    for (const [at, value] of values.entries()) {
      wrong += (found[dipole][at] - value) ** 2;
      ee += value * value;
      ff += found[dipole][at] ** 2;
      ef += value * found[dipole][at];
    }
  }
  return { rms: Math.sqrt(wrong / ee), correlation: ef / Math.sqrt(ee * ff) };
}
