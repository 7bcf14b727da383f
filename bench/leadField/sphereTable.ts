import { conductorFields } from '../../twin/conductor/conductorFields.ts';
import { DEFAULT_CONDUCTOR, DEFAULT_CONDUCTOR_SETTINGS } from '../../twin/conductor/conductorSettings.ts';
import type { ConductorConductivity } from '../../twin/conductor/torsoModel.ts';
import { markdownTable, percent, timed } from './markdown.ts';
import { type RoundSizes, roundBody, roundError } from './roundBodies.ts';

/** Conductivity 1 everywhere. */
const EVEN: ConductorConductivity = {
  intracellularFibre_S_m: 0.5,
  intracellularTransverse_S_m: 0.5,
  extracellularFibre_S_m: 0.5,
  extracellularTransverse_S_m: 0.5,
  blood_S_m: 1,
  lungs_S_m: 1,
  torso_S_m: 1,
};

/** The heart conducts as the torso around it does, so that only lungs and skin bend the field. */
const LUNGS_ONLY: ConductorConductivity = { ...EVEN, lungs_S_m: 0.1 };

const SIZES: RoundSizes = {
  bloodRadius_mm: 25,
  muscleRadius_mm: 40,
  lungs_mm: [85, 115],
  skinRadius_mm: 150,
  spacing_mm: 4,
};

const CASES: readonly (readonly [string, RoundSizes, ConductorConductivity])[] = [
  ['one tissue', { ...SIZES, lungs_mm: [0, 0] }, EVEN],
  ['lungs 1 : 10', SIZES, LUNGS_ONLY],
  ['blood, muscle, torso, lungs', SIZES, DEFAULT_CONDUCTOR],
];

/** Edges in the heart and far from it, mm. */
const EDGES: readonly (readonly [number, number])[] = [
  [8, 16],
  [6, 14],
  [4.5, 12],
];

/** Errors on concentric spheres against the closed form, by edge length. */
export function sphereTable(): string {
  const rows = CASES.flatMap(([name, sizes, conductivity]) => {
    const body = roundBody(sizes, conductivity);
    return EDGES.map(([heartEdge_mm, farEdge_mm]) => {
      const settings = { ...DEFAULT_CONDUCTOR_SETTINGS, heartEdge_mm, farEdge_mm };
      const { answer, cpu_s } = timed(() => conductorFields({ ...body.input, settings }));
      const error = roundError(body, answer.fields);
      return [
        name,
        `${heartEdge_mm} / ${farEdge_mm}`,
        answer.report.nodes,
        percent(error.potential),
        percent(error.gradient),
        answer.report.iterations,
        cpu_s.toFixed(1),
      ];
    });
  });
  return markdownTable(
    ['spheres', 'edges heart / far, mm', 'nodes', 'potential, %', 'gradient, %', 'iterations', 'CPU s'],
    rows,
  );
}
