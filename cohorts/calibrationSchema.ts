import { z } from 'zod';
import { DEFAULT_P_WAVE } from '../twin/atria/pWave.ts';
import { DEFAULT_CALIBRATION } from '../twin/calibrate/calibrate.ts';
import type { ConductionVelocity } from '../twin/calibrate/twin.ts';
import { SCAR_VELOCITY_mm_ms } from '../twin/eikonal/metric.ts';
import type { Prior } from '../twin/repolarisation/repolarisation.ts';
import { conductivity, mapping, realNumber, wholeNumber } from './schemaParts.ts';

const prior = (start: Prior, low: number, high: number, unit: string) =>
  z
    .strictObject(
      {
        mean: realNumber(low, high, unit).default(start.mean),
        sd: realNumber(0, high - low, unit).default(start.sd),
      },
      'a mapping of mean and sd',
    )
    .prefault({});
const gradient = (start: Prior) => prior(start, -200, 200, 'ms');
const widthPrior = DEFAULT_CALIBRATION.repolarisation.downstroke_ms;

const repolarisation = z.strictObject(
  {
    ari_ms: prior(DEFAULT_CALIBRATION.repolarisation.ari_ms, 100, 600, 'ms').describe(
      'Mean activation–recovery interval, ms.',
    ),
    apicobasal_ms: gradient(DEFAULT_CALIBRATION.repolarisation.apicobasal_ms).describe('Base less apex, ms.'),
    transmural_ms: gradient(DEFAULT_CALIBRATION.repolarisation.transmural_ms).describe(
      'Epicardium less endocardium, ms.',
    ),
    interventricular_ms: gradient(DEFAULT_CALIBRATION.repolarisation.interventricular_ms).describe('RV less LV, ms.'),
    anteroposterior_ms: gradient(DEFAULT_CALIBRATION.repolarisation.anteroposterior_ms).describe(
      'Anterior less posterior wall, ms.',
    ),
    coupling: prior(DEFAULT_CALIBRATION.repolarisation.coupling, -5, 5, '').describe(
      'Change of the interval per delay of activation, a pure number.',
    ),
    downstroke_ms: z
      .strictObject(
        {
          mean: realNumber(20, 250, 'ms').default(widthPrior.mean),
          sd: realNumber(0, 2).default(widthPrior.sd).describe('Relative.'),
        },
        'a mapping of mean and sd',
      )
      .prefault({})
      .describe('Width of the downstroke, ms.'),
  },
  mapping,
);

const atrium = (start: ConductionVelocity) =>
  z
    .strictObject(
      {
        fibre_mm_ms: realNumber(0.1, 5, 'mm/ms').default(start.fibre_mm_ms),
        transverse_mm_ms: realNumber(0.05, 5, 'mm/ms').default(start.transverse_mm_ms),
      },
      'a mapping of fibre_mm_ms and transverse_mm_ms',
    )
    .prefault({});
const factor = (start: Prior) => prior(start, 0.05, 20, '');

const pWave = z.strictObject(
  {
    la: atrium(DEFAULT_P_WAVE.la).describe('Velocities of the left atrium, mm/ms.'),
    ra: atrium(DEFAULT_P_WAVE.ra).describe('Velocities of the right atrium, mm/ms.'),
    start_ms: prior(DEFAULT_P_WAVE.start_ms, -500, 0, 'ms').describe('Start of the wave after QRS onset, ms.'),
    velocityFactor: factor(DEFAULT_P_WAVE.velocityFactor).describe('Factor on both; its sd is relative.'),
    bachmannFactor: factor(DEFAULT_P_WAVE.bachmannFactor).describe('Factor in Bachmann’s bundle; its sd is relative.'),
    amplitude: factor(DEFAULT_P_WAVE.amplitude).describe('Factor on the voltage; its sd is relative.'),
  },
  mapping,
);

/** How twins are calibrated. */
export const calibration = z.strictObject(
  {
    pmjs: wholeNumber(10, 2000).default(DEFAULT_CALIBRATION.pmjs).describe('Purkinje–muscle junctions.'),
    layer_mm: realNumber(0.5, 10, 'mm')
      .default(DEFAULT_CALIBRATION.layer_mm)
      .describe('Thickness of the subendocardial layer that holds them, mm.'),
    maxIterations: wholeNumber(1, 1000).default(DEFAULT_CALIBRATION.maxIterations),
    targetCorrelation: realNumber(0.5, 1)
      .default(DEFAULT_CALIBRATION.targetCorrelation)
      .describe('The fit stops when the correlation over twelve leads reaches this.'),
    coarseEdges_mm: z
      .array(realNumber(0.5, 20, 'mm'), 'a list of edge lengths in mm, coarsest first')
      .max(5, 'at most 5 edge lengths')
      .refine(isDescending, 'edge lengths in descending order, coarsest first')
      .default([...DEFAULT_CALIBRATION.coarseEdges_mm])
      .describe('Mean edge lengths of the coarser meshes on which the fit starts, mm, coarsest first.'),
    velocitySpread: realNumber(0, 1)
      .default(DEFAULT_CALIBRATION.velocitySpread)
      .describe('Relative spread of the prior on each velocity; 0 holds velocities fixed.'),
    endocardium: z
      .strictObject(
        { thickness_mm: realNumber(0.1, 10, 'mm'), factor: realNumber(0.1, 10) },
        'a mapping of thickness_mm and factor, such as {thickness_mm: 1, factor: 2}',
      )
      .optional()
      .describe('Layer under both endocardia whose velocities are the ventricle’s times a factor; none by default.'),
    scarVelocity_mm_ms: realNumber(0.001, 2, 'mm/ms')
      .optional()
      .describe(`Velocity in scar in every direction, mm/ms; ${SCAR_VELOCITY_mm_ms} by default.`),
    ensembleMembers: wholeNumber(0, 500)
      .refine((members) => members !== 1, 'a whole number from 0 to 500, and not 1: one member has no spread')
      .default(DEFAULT_CALIBRATION.ensembleMembers)
      .describe('Members of the ensemble that tells how well each ECG determines its twin; 0 for none.'),
    conductivity: z
      .strictObject(
        {
          intracellularFibre_S_m: conductivity(DEFAULT_CALIBRATION.conductivity.intracellularFibre_S_m),
          intracellularTransverse_S_m: conductivity(DEFAULT_CALIBRATION.conductivity.intracellularTransverse_S_m),
          torso_S_m: conductivity(DEFAULT_CALIBRATION.conductivity.torso_S_m),
        },
        mapping,
      )
      .prefault({})
      .describe('Conductivities of the homogeneous torso model, S/m.'),
    pWave: pWave.prefault({}).describe('Velocities of the atria and priors of the P wave, where files show atria.'),
    repolarisation: repolarisation
      .prefault({})
      .describe('Gaussian priors of the repolarisation that is fitted to the T wave; an sd of 0 holds a parameter.'),
  },
  mapping,
);

function isDescending(edges: readonly number[]): boolean {
  return edges.every((edge, index) => index === 0 || edge < (edges[index - 1] ?? 0));
}
