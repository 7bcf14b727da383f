import { z } from 'zod';
import { ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import type { Atria } from '../../twin/atria/atria.ts';
import type { SimulatedPWave } from '../../twin/atria/pWave.ts';
import { INDEPENDENT_LEADS, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { findings, point } from './facts.ts';
import { flat, type GetArray, rows, type Tensor } from './safetensors.ts';

/** What an anatomy artifact says of atria beside their arrays. */
export const atriaFacts = z.strictObject({ sinusNode: point, findings });

const parameters = z.strictObject({
  start_ms: z.number(),
  velocityFactor: z.number(),
  bachmannFactor: z.number(),
  amplitude: z.number(),
});
/** What a twin artifact says of a P wave beside its arrays. */
export const pWaveFacts = z.strictObject({
  parameters,
  spread: parameters,
  start_ms: z.number(),
  interval_ms: z.number(),
  correlation: z.number().nullable(), // JSON has no NaN
  rmse_mV: z.number().nullable(),
  iterations: z.int(),
});

/** Facts and arrays of atria; all names begin with `atria.`. */
export function encodeAtria({ mesh, surfaces, coordinates, sinusNode, findings, electrodeFields }: Atria) {
  const arrays: Record<string, Tensor> = {
    'atria.points': rows(mesh.points, 3),
    'atria.tets': rows(mesh.tets, 4),
    'atria.regions': flat(mesh.regions),
    'atria.fibres': rows(mesh.fibres, 3),
    ...(mesh.speed ? { 'atria.speed': flat(mesh.speed) } : {}),
    'atria.laEndo': rows(surfaces.laEndo, 3),
    'atria.raEndo': rows(surfaces.raEndo, 3),
    'atria.epi': rows(surfaces.epi, 3),
    'atria.veinToValve': flat(coordinates.veinToValve),
    'atria.transmural': flat(coordinates.transmural),
    'atria.rotational': flat(coordinates.rotational),
    'atria.transatrial': flat(coordinates.transatrial),
    ...(electrodeFields ? { 'atria.electrodeFields': rows(electrodeFields, ELECTRODES.length) } : {}),
  };
  return { facts: { sinusNode, findings }, arrays };
}

/** @param array  throws where the artifact has no such array */
export function decodeAtria(facts: z.infer<typeof atriaFacts>, array: GetArray, has: (key: string) => boolean): Atria {
  return {
    mesh: {
      points: array('atria.points', Float64Array),
      tets: array('atria.tets', Uint32Array),
      regions: array('atria.regions', Uint8Array),
      fibres: array('atria.fibres', Float64Array),
      ...(has('atria.speed') ? { speed: array('atria.speed', Float32Array) } : {}),
    },
    surfaces: {
      laEndo: array('atria.laEndo', Uint32Array),
      raEndo: array('atria.raEndo', Uint32Array),
      epi: array('atria.epi', Uint32Array),
    },
    coordinates: {
      veinToValve: array('atria.veinToValve', Float64Array),
      transmural: array('atria.transmural', Float64Array),
      rotational: array('atria.rotational', Float64Array),
      transatrial: array('atria.transatrial', Float64Array),
    },
    ...(has('atria.electrodeFields') ? { electrodeFields: array('atria.electrodeFields', Float32Array) } : {}),
    ...facts,
  };
}

/** Facts and arrays of a P wave; all names begin with `pWave.`. */
export function encodePWave(pWave: SimulatedPWave) {
  const { fit, activation_ms, ecg_mV, ...facts } = pWave;
  const { leadCorrelation, leadRmse_mV, ...overall } = fit;
  const arrays: Record<string, Tensor> = {
    'pWave.activation_ms': flat(activation_ms),
    'pWave.ecg_mV': rows(ecg_mV, INDEPENDENT_LEADS.length),
    'pWave.leadCorrelation': rows(leadCorrelation, STANDARD_LEADS.length),
    'pWave.leadRmse_mV': rows(leadRmse_mV, STANDARD_LEADS.length),
  };
  return { facts: { ...facts, ...overall }, arrays };
}

/** @param array  throws where the artifact has no such array */
export function decodePWave(facts: z.infer<typeof pWaveFacts>, array: GetArray): SimulatedPWave {
  const { correlation, rmse_mV, iterations, ...others } = facts;
  return {
    ...others,
    activation_ms: array('pWave.activation_ms', Float64Array),
    ecg_mV: array('pWave.ecg_mV', Float64Array),
    fit: {
      correlation: correlation ?? Number.NaN,
      rmse_mV: rmse_mV ?? Number.NaN,
      leadCorrelation: array('pWave.leadCorrelation', Float64Array),
      leadRmse_mV: array('pWave.leadRmse_mV', Float64Array),
      iterations,
    },
  };
}
