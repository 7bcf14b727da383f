import type { Point } from '../../twin/anatomy/anatomy.ts';
import { conductorFields } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import type { ConductorConductivity } from '../../twin/conductor/torsoModel.ts';
import { boundaryTriangles } from '../../twin/mesh/faces.ts';
import { type BoundaryModel, openBoundaryModel } from './boundaryElements.ts';
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
/** Places of dipoles, mm, each with all three directions. */
const PLACES: readonly Point[] = [
  [0, 0, 0],
  [22, 8, -5],
  [-10, -20, 12],
  [5, 18, 24],
];

/** Electrode potentials of dipoles in a body with lungs: by finite elements through the lead field, and by boundary elements, which mesh no volume. */
export function boundaryTable(): string {
  const options = { electrodes: ELECTRODES, skinParts: 9, lungParts: 6, spacing_mm: 8 };
  const input = ellipsoidBody(options, ISOTROPIC);
  const { heart, torso } = input;
  const coarse = openBoundaryModel([
    { surface: torso.skin, inside_S_m: ISOTROPIC.torso_S_m, outside_S_m: 0 },
    ...torso.lungs.map((surface) => ({
      surface,
      inside_S_m: ISOTROPIC.lungs_S_m,
      outside_S_m: ISOTROPIC.torso_S_m,
    })),
    {
      surface: { points: heart.points, triangles: boundaryTriangles(heart.tets, heart.points.length / 3) },
      inside_S_m: MUSCLE_S_m,
      outside_S_m: ISOTROPIC.torso_S_m,
    },
  ]);
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
  const exact = dipoles.map(({ tet, moment }) =>
    atElectrodes(coarse, centroid(heart.points, heart.tets, tet), moment, electrodes),
  );
  const rows = [
    [6, 16],
    [4.5, 12],
    [4, 8],
  ].map(([heartEdge_mm, farEdge_mm]) => {
    const settings = { ...DEFAULT_CONDUCTOR_SETTINGS, heartEdge_mm, farEdge_mm };
    const { fields, report } = conductorFields({ ...input, settings });
    const found = dipoles.map(({ tet, moment }) => {
      const { gradient } = tetGradient(heart, tet, fields, ELECTRODES);
      // By reciprocity a dipole's potential is −p · ∇Z: Z is that of a current drawn.
      return electrodes.map((_, e) => -dot(moment, gradient.subarray(3 * e, 3 * e + 3)));
    });
    const { rms, correlation } = compare(found, exact);
    return [`${heartEdge_mm} / ${farEdge_mm}`, report.nodes, percent(rms), correlation.toFixed(5)];
  });
  return markdownTable(
    [
      'edges heart / far, mm',
      'nodes',
      `RMS difference from ${coarse.middles.length / 3} boundary elements, %`,
      'correlation',
    ],
    rows,
  );
}

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

function compare(found: readonly (readonly number[])[], exact: readonly (readonly number[])[]) {
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
