import { z } from 'zod';
import { type Anatomy, ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import type { Twin } from '../../twin/calibrate/twin.ts';
import { type Beat, INDEPENDENT_LEADS, STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import type { EnsembleSummary } from '../../twin/ensemble/summary.ts';
import { TwinError } from '../../twin/errors.ts';
import type { Repolarisation } from '../../twin/repolarisation/repolarisation.ts';
import { atriaFacts, decodeAtria, decodePWave, encodeAtria, encodePWave, pWaveFacts } from './encodeAtria.ts';
import { decodeTorso, encodeTorso, torsoFacts } from './encodeTorso.ts';
import { findings, point } from './facts.ts';
import { decodeTensors, encodeTensors, flat, type GetArray, rows, type Tensor } from './safetensors.ts';

const velocity = z.strictObject({ fibre_mm_ms: z.number(), transverse_mm_ms: z.number() });

const anatomyFacts = z.strictObject({
  electrodes: z.record(z.enum(ELECTRODES), point),
  findings,
  origin: z.strictObject({
    fibres: z.enum(['file', 'rule']),
    regions: z.enum(['file', 'geometry']),
    electrodes: z.enum(['file', 'torso-model']),
  }),
  atria: atriaFacts.exactOptional(),
  torso: torsoFacts.exactOptional(),
});
const measurements = z.strictObject({
  heartRate_bpm: z.number().exactOptional(),
  pDuration_ms: z.number().exactOptional(),
  prInterval_ms: z.number().exactOptional(),
  qrsDuration_ms: z.number().exactOptional(),
  qtInterval_ms: z.number().exactOptional(),
  qtcInterval_ms: z.number().exactOptional(),
  pAxis_deg: z.number().exactOptional(),
  qrsAxis_deg: z.number().exactOptional(),
  tAxis_deg: z.number().exactOptional(),
});
const beatFacts = z.strictObject({
  interval_ms: z.number().positive(),
  qrsOnset_ms: z.number(),
  qrsOffset_ms: z.number(),
  isCalibrated: z.boolean(),
  findings,
  rr_ms: z.number().exactOptional(),
  measurements: measurements.exactOptional(),
  qrst: z.strictObject({ tPeak_ms: z.number(), tEnd_ms: z.number() }).exactOptional(),
  pWave: z.strictObject({ start_ms: z.number(), onset_ms: z.number(), offset_ms: z.number() }).exactOptional(),
  reading: z
    .strictObject({
      qrsDurationLoose_ms: z.number(),
      qrsDurationStrict_ms: z.number(),
      einthovenResidual_mV: z.number().nullable(),
    })
    .exactOptional(),
});
const repolarisationParameters = z.strictObject({
  ari_ms: z.number(),
  apicobasal_ms: z.number(),
  transmural_ms: z.number(),
  interventricular_ms: z.number(),
  anteroposterior_ms: z.number(),
  coupling: z.number(),
  downstroke_ms: z.number(),
});
const contraction = z.strictObject({ mean: z.number(), sd: z.number(), contraction: z.number().nullable() });
const ensembleFacts = z.strictObject({
  members: z.int(),
  explaining: z.int(),
  clusters: z.int(),
  totalActivation: z.strictObject({ mean_ms: z.number(), sd_ms: z.number() }),
  velocities: z.strictObject({
    lvFibre: contraction,
    lvTransverse: contraction,
    rvFibre: contraction,
    rvTransverse: contraction,
  }),
  drawColumns: z.array(z.string()).exactOptional(),
});
const twinFacts = z.strictObject({
  lv: velocity,
  rv: velocity,
  gain: z.number(),
  correlation: z.number().nullable(),
  rmse_mV: z.number().nullable(),
  iterations: z.int(),
  stoppedBecause: z.enum(['fitted', 'stalled', 'iteration-limit']),
  seed: z.int(),
  ensemble: ensembleFacts.exactOptional(),
  repolarisation: z
    .strictObject({
      parameters: repolarisationParameters,
      spread: repolarisationParameters,
      contraction: repolarisationParameters,
      correlation: z.number().nullable(),
      rmse_mV: z.number(),
      iterations: z.int(),
    })
    .exactOptional(),
  pWave: pWaveFacts.exactOptional(),
});

/** One anatomy as a safetensors file: the same anatomy gives the same bytes. */
export function encodeAnatomy(anatomy: Anatomy): Uint8Array {
  const { mesh, surfaces, coordinates, consistent, endocardialDistance, electrodeFields, ...rest } = anatomy;
  const { atria, torso, ...facts } = rest;
  const atrial = atria && encodeAtria(atria);
  const body = torso && encodeTorso(torso);
  const parts = { ...(atrial ? { atria: atrial.facts } : {}), ...(body ? { torso: body.facts } : {}) };
  return encode(
    'anatomy',
    { ...facts, ...parts },
    {
      points: rows(mesh.points, 3),
      tets: rows(mesh.tets, 4),
      regions: flat(mesh.regions),
      fibres: rows(mesh.fibres, 3),
      'surfaces.lvEndo': rows(surfaces.lvEndo, 3),
      'surfaces.rvEndo': rows(surfaces.rvEndo, 3),
      'surfaces.epi': rows(surfaces.epi, 3),
      'surfaces.base': rows(surfaces.base, 3),
      'coordinates.apicobasal': flat(coordinates.apicobasal),
      'coordinates.transmural': flat(coordinates.transmural),
      'coordinates.rotational': flat(coordinates.rotational),
      'coordinates.transventricular': flat(coordinates.transventricular),
      ...(consistent
        ? { 'consistent.apicobasal': flat(consistent.apicobasal), 'consistent.rotational': flat(consistent.rotational) }
        : {}),
      endocardialDistance: flat(endocardialDistance),
      ...(electrodeFields ? { electrodeFields: rows(electrodeFields, ELECTRODES.length) } : {}),
      ...atrial?.arrays,
      ...body?.arrays,
    },
  );
}

/** @throws TwinError BadInput where the bytes hold something else */
export function decodeAnatomy(bytes: Uint8Array, name: string): Anatomy {
  const { facts, array, has } = decode('anatomy', anatomyFacts, bytes, name);
  const { atria, torso, ...others } = facts;
  return {
    mesh: {
      points: array('points', Float64Array),
      tets: array('tets', Uint32Array),
      regions: array('regions', Uint8Array),
      fibres: array('fibres', Float64Array),
    },
    surfaces: {
      lvEndo: array('surfaces.lvEndo', Uint32Array),
      rvEndo: array('surfaces.rvEndo', Uint32Array),
      epi: array('surfaces.epi', Uint32Array),
      base: array('surfaces.base', Uint32Array),
    },
    coordinates: {
      apicobasal: array('coordinates.apicobasal', Float64Array),
      transmural: array('coordinates.transmural', Float64Array),
      rotational: array('coordinates.rotational', Float64Array),
      transventricular: array('coordinates.transventricular', Float64Array),
    },
    ...(has('consistent.rotational')
      ? {
          consistent: {
            apicobasal: array('consistent.apicobasal', Float64Array),
            rotational: array('consistent.rotational', Float64Array),
          },
        }
      : {}),
    endocardialDistance: array('endocardialDistance', Float64Array),
    ...(has('electrodeFields') ? { electrodeFields: array('electrodeFields', Float32Array) } : {}),
    ...(atria ? { atria: decodeAtria(atria, array, has) } : {}),
    ...(torso ? { torso: decodeTorso(torso, array) } : {}),
    ...others,
  };
}

/** One beat as a safetensors file. */
export function encodeBeat({ voltage_mV, qrst, pWave, reading, ...facts }: Beat): Uint8Array {
  const { voltage_mV: qrstVoltage_mV, ...qrstFacts } = qrst ?? {};
  const { voltage_mV: pVoltage_mV, ...pFacts } = pWave ?? {};
  const { leadOnset_ms, leadOffset_ms, leadTEnd_ms, noise_mV, ...readingFacts } = reading ?? {};
  const leads = INDEPENDENT_LEADS.length;
  return encode(
    'beat',
    {
      ...facts,
      ...(qrst ? { qrst: qrstFacts } : {}),
      ...(pWave ? { pWave: pFacts } : {}),
      ...(reading ? { reading: readingFacts } : {}),
    },
    {
      voltage_mV: rows(voltage_mV, leads),
      ...(qrstVoltage_mV ? { 'qrst.voltage_mV': rows(qrstVoltage_mV, leads) } : {}),
      ...(pVoltage_mV ? { 'pWave.voltage_mV': rows(pVoltage_mV, leads) } : {}),
      ...(leadOnset_ms ? { 'reading.leadOnset_ms': flat(leadOnset_ms) } : {}),
      ...(leadOffset_ms ? { 'reading.leadOffset_ms': flat(leadOffset_ms) } : {}),
      ...(leadTEnd_ms ? { 'reading.leadTEnd_ms': flat(leadTEnd_ms) } : {}),
      ...(noise_mV ? { 'reading.noise_mV': flat(noise_mV) } : {}),
    },
  );
}

/** @throws TwinError BadInput where the bytes hold something else */
export function decodeBeat(bytes: Uint8Array, name: string): Beat {
  const { facts, array } = decode('beat', beatFacts, bytes, name);
  const { qrst, pWave, reading, ...others } = facts;
  return {
    ...others,
    voltage_mV: array('voltage_mV', Float64Array),
    ...(qrst ? { qrst: { ...qrst, voltage_mV: array('qrst.voltage_mV', Float64Array) } } : {}),
    ...(pWave ? { pWave: { ...pWave, voltage_mV: array('pWave.voltage_mV', Float64Array) } } : {}),
    ...(reading
      ? {
          reading: {
            ...reading,
            einthovenResidual_mV: reading.einthovenResidual_mV ?? Number.NaN, // JSON has no NaN
            leadOnset_ms: array('reading.leadOnset_ms', Float64Array),
            leadOffset_ms: array('reading.leadOffset_ms', Float64Array),
            leadTEnd_ms: array('reading.leadTEnd_ms', Float64Array),
            noise_mV: array('reading.noise_mV', Float64Array),
          },
        }
      : {}),
  };
}

/** One twin as a safetensors file. */
export function encodeTwin(twin: Twin): Uint8Array {
  const { parameters, gain, activation_ms, ecg_mV, sources, fit, seed, ensemble, repolarisation } = twin;
  const pWave = twin.pWave && encodePWave(twin.pWave);
  const { lv, rv } = parameters;
  const { correlation, rmse_mV, iterations, stoppedBecause } = fit;
  const facts = {
    lv,
    rv,
    gain,
    correlation,
    rmse_mV,
    iterations,
    stoppedBecause,
    seed,
    ...ensembleFactsOf(ensemble),
    ...factsOf(repolarisation),
    ...(pWave ? { pWave: pWave.facts } : {}),
  };
  return encode('twin', facts, {
    pmjPositions: rows(parameters.pmjPositions, 3),
    pmjTimes_ms: flat(parameters.pmjTimes_ms),
    activation_ms: flat(activation_ms),
    ecg_mV: rows(ecg_mV, INDEPENDENT_LEADS.length),
    'sources.nodes': flat(sources.nodes),
    'sources.times_ms': flat(sources.times_ms),
    'fit.leadCorrelation': rows(fit.leadCorrelation, STANDARD_LEADS.length),
    'fit.leadRmse_mV': rows(fit.leadRmse_mV, STANDARD_LEADS.length),
    ...(ensemble === undefined
      ? {}
      : { 'ensemble.mean_ms': flat(ensemble.mean_ms), 'ensemble.sd_ms': flat(ensemble.sd_ms) }),
    ...(ensemble?.draws === undefined
      ? {}
      : { 'ensemble.draws': rows(ensemble.draws.values, ensemble.draws.columns.length) }),
    ...(repolarisation === undefined ? {} : arraysOf(repolarisation)),
    ...pWave?.arrays,
  });
}

function ensembleFactsOf(ensemble: EnsembleSummary | undefined) {
  if (ensemble === undefined) return {};
  const { members, explaining, clusters, totalActivation, velocities, draws } = ensemble;
  const drawColumns = draws === undefined ? {} : { drawColumns: draws.columns };
  return { ensemble: { members, explaining, clusters, totalActivation, velocities, ...drawColumns } };
}

function factsOf(repolarisation: Repolarisation | undefined) {
  if (repolarisation === undefined) return {};
  const { parameters, spread, contraction, fit } = repolarisation;
  const { correlation, rmse_mV, iterations } = fit;
  return { repolarisation: { parameters, spread, contraction, correlation, rmse_mV, iterations } };
}

const arraysOf = ({ repolarisation_ms, ecg_mV, fit }: Repolarisation): Record<string, Tensor> => ({
  repolarisation_ms: flat(repolarisation_ms),
  'repolarisation.ecg_mV': rows(ecg_mV, INDEPENDENT_LEADS.length),
  'repolarisation.leadCorrelation': rows(fit.leadCorrelation, STANDARD_LEADS.length),
  'repolarisation.leadRmse_mV': rows(fit.leadRmse_mV, STANDARD_LEADS.length),
});

/** @throws TwinError BadInput where the bytes hold something else */
export function decodeTwin(bytes: Uint8Array, name: string): Twin {
  const { facts, array } = decode('twin', twinFacts, bytes, name);
  const { lv, rv, gain, seed, correlation, rmse_mV, iterations, stoppedBecause, ensemble, repolarisation, pWave } =
    facts;
  const twin: Twin = {
    parameters: {
      pmjPositions: array('pmjPositions', Float64Array),
      pmjTimes_ms: array('pmjTimes_ms', Float64Array),
      lv,
      rv,
    },
    gain,
    activation_ms: array('activation_ms', Float64Array),
    ecg_mV: array('ecg_mV', Float64Array),
    sources: { nodes: array('sources.nodes', Uint32Array), times_ms: array('sources.times_ms', Float64Array) },
    fit: {
      correlation: correlation ?? Number.NaN, // JSON has no NaN
      rmse_mV: rmse_mV ?? Number.NaN,
      leadCorrelation: array('fit.leadCorrelation', Float64Array),
      leadRmse_mV: array('fit.leadRmse_mV', Float64Array),
      iterations,
      stoppedBecause,
    },
    seed,
    ...(ensemble === undefined ? {} : { ensemble: decodeEnsemble(ensemble, array) }),
    ...(pWave ? { pWave: decodePWave(pWave, array) } : {}),
  };
  if (repolarisation === undefined) return twin;
  const { parameters, spread, contraction, ...fit } = repolarisation;
  return {
    ...twin,
    repolarisation: {
      parameters,
      spread,
      contraction,
      repolarisation_ms: array('repolarisation_ms', Float64Array),
      ecg_mV: array('repolarisation.ecg_mV', Float64Array),
      fit: {
        ...fit,
        correlation: fit.correlation ?? Number.NaN,
        leadCorrelation: array('repolarisation.leadCorrelation', Float64Array),
        leadRmse_mV: array('repolarisation.leadRmse_mV', Float64Array),
      },
    },
  };
}

function decodeEnsemble({ drawColumns, ...facts }: z.infer<typeof ensembleFacts>, array: GetArray): EnsembleSummary {
  const { lvFibre, lvTransverse, rvFibre, rvTransverse } = facts.velocities;
  return {
    ...facts,
    velocities: {
      lvFibre: withNaN(lvFibre),
      lvTransverse: withNaN(lvTransverse),
      rvFibre: withNaN(rvFibre),
      rvTransverse: withNaN(rvTransverse),
    },
    mean_ms: array('ensemble.mean_ms', Float64Array),
    sd_ms: array('ensemble.sd_ms', Float64Array),
    ...(drawColumns === undefined
      ? {}
      : { draws: { columns: drawColumns, values: array('ensemble.draws', Float64Array) } }),
  };
}

/** A contraction is NaN where the prior held the velocity; JSON has no NaN. */
const withNaN = ({ contraction: share, ...others }: z.infer<typeof contraction>) => ({
  ...others,
  contraction: share ?? Number.NaN,
});

function encode(kind: string, facts: object, arrays: Readonly<Record<string, Tensor>>): Uint8Array {
  return encodeTensors({ arrays, metadata: { 'twinfold.kind': kind, 'twinfold.facts': JSON.stringify(facts) } });
}

function decode<T>(kind: string, schema: z.ZodType<T>, bytes: Uint8Array, name: string) {
  const { arrays, metadata } = decodeTensors(bytes, name);
  const found = metadata['twinfold.kind'];
  if (found !== kind) throw new TwinError('BadInput', `${name}: expected an artifact of kind ${kind}, found ${found}`);
  const facts = schema.safeParse(JSON.parse(metadata['twinfold.facts'] ?? 'null'));
  if (!facts.success) throw new TwinError('BadInput', `${name}: ${kind} of another version; build it again`);
  const array: GetArray = (key, type) => {
    const values = arrays[key]?.values;
    if (values instanceof type) return values;
    throw new TwinError('BadInput', `${name}: no array ${key} of type ${type.name} in this ${kind}; build it again`);
  };
  const has = (key: string): boolean => arrays[key] !== undefined;
  return { facts: facts.data, array, has };
}
