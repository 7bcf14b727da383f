import { setTimeout as sleep } from 'node:timers/promises';
import type { Edge, Science } from '../../activities/edge.ts';
import type { Anatomy, Electrodes, Point } from '../../twin/anatomy/anatomy.ts';
import { ELECTRODES } from '../../twin/anatomy/anatomy.ts';
import { metricColumns } from '../../twin/metrics/index.ts';
import { openEdge as openRealEdge } from '../../workers/edge.ts';
import type { EdgeSettings } from '../../workers/settings.ts';

/** What a subject's file says: a number that makes it differ from the others, and how long its calibration waits, s. */
export interface InstantHeart {
  readonly value: number;
  readonly wait_s: number;
}

const FEATURES = {
  qrsDuration_ms: 90,
  totalActivationTime_ms: 95,
  qtInterval_ms: 380,
  qrsAmplitude_mV: 1,
  tAmplitude_mV: 0.2,
};
const PLACE: Point = [0, 0, 0];

/**
 * Stages that compute nothing, so that what is left is the engine's own work: every file, hash, artifact, record, workflow and table is real, and
 * each row has every column.
 */
const instantScience: Science = {
  program: 'instant',
  backend: 'none',
  versions: { anatomy: 'instant', beat: 'instant', calibrate: 'instant', measure: 'instant' },
  prepareBeat: async ({ ecg }) => ({
    interval_ms: 2,
    voltage_mV: new Float64Array(16).fill(ecg.bytes.length),
    qrsOnset_ms: 0,
    qrsOffset_ms: 90,
    isCalibrated: true,
    findings: [],
  }),
  prepareAnatomy: async ({ anatomy }) => oneTetrahedron(JSON.parse(new TextDecoder().decode(anatomy.bytes))),
  async calibrate({ anatomy, settings }) {
    const [value = 0, wait_s = 0] = anatomy.endocardialDistance;
    if (wait_s > 0) await sleep(wait_s * 1000);
    return {
      parameters: {
        pmjPositions: Float64Array.of(0, 0, 0),
        pmjTimes_ms: Float64Array.of(0),
        lv: { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 },
        rv: { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 },
      },
      gain: value,
      activation_ms: Float64Array.of(0, 1, 2, 3),
      ecg_mV: new Float64Array(16),
      sources: { nodes: Uint32Array.of(0), times_ms: Float64Array.of(0) },
      fit: {
        correlation: 1,
        rmse_mV: 0,
        leadCorrelation: new Float64Array(12).fill(1),
        leadRmse_mV: new Float64Array(12),
        iterations: 1,
        stoppedBecause: 'fitted',
      },
      seed: settings.seed,
    };
  },
  measure: ({ twin }) =>
    Object.fromEntries(metricColumns.map(({ name }, index) => [name, twin.gain + index / metricColumns.length])),
  counterfactuals: {
    reference: async () => ({ lawFront: FEATURES, slowFront: FEATURES }),
    swap: async () => [],
  },
};

function oneTetrahedron({ value, wait_s }: InstantHeart): Anatomy {
  return {
    mesh: {
      points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
      tets: Uint32Array.of(0, 1, 2, 3),
      regions: Uint8Array.of(1),
      fibres: Float64Array.of(1, 0, 0),
    },
    surfaces: {
      lvEndo: Uint32Array.of(0, 2, 1),
      rvEndo: Uint32Array.of(0, 1, 3),
      epi: Uint32Array.of(1, 2, 3),
      base: new Uint32Array(0),
    },
    coordinates: {
      apicobasal: new Float64Array(4),
      transmural: new Float64Array(4),
      rotational: new Float64Array(4),
      transventricular: new Float64Array(4),
    },
    endocardialDistance: Float64Array.of(value, wait_s, 0, 0),
    electrodes: Object.fromEntries(ELECTRODES.map((name) => [name, PLACE])) as Electrodes,
    findings: [],
    origin: { fibres: 'file', regions: 'geometry', electrodes: 'torso-model' },
  };
}

/** For worker processes: the real store and the real tables around stages that compute nothing. */
export async function openEdge(settings: EdgeSettings): Promise<Edge> {
  return { ...(await openRealEdge({ ...settings, backend: 'reference' })), science: instantScience };
}
