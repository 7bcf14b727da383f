import { setTimeout as sleep } from 'node:timers/promises';
import type { Edge, Science } from '../../activities/edge.ts';
import { fakeAnatomy, fakeBeat, fakeTwin } from '../../test/helpers/fakeEdge.ts';
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

/**
 * Stages that compute nothing, so that what is left is the engine's own work: every file, hash, artifact, record, workflow and table is real, and
 * each row has every column.
 */
const instantScience: Science = {
  program: 'instant',
  backend: 'none',
  versions: { anatomy: 'instant', beat: 'instant', calibrate: 'instant', measure: 'instant' },
  prepareBeat: async ({ ecg }) => fakeBeat(ecg.bytes.length),
  async prepareAnatomy({ anatomy }) {
    const { value, wait_s }: InstantHeart = JSON.parse(new TextDecoder().decode(anatomy.bytes));
    return fakeAnatomy({ value, pause_ms: 1000 * wait_s });
  },
  async calibrate({ anatomy, settings }) {
    const [value = 0, , pause_ms = 0] = anatomy.endocardialDistance;
    if (pause_ms > 0) await sleep(pause_ms);
    return fakeTwin(value, settings.seed);
  },
  measure: ({ twin }) =>
    Object.fromEntries(metricColumns.map(({ name }, index) => [name, twin.gain + index / metricColumns.length])),
  counterfactuals: {
    reference: async () => ({ lawFront: FEATURES, slowFront: FEATURES }),
    swap: async () => [],
  },
};

/** For worker processes: the real store and the real tables around stages that compute nothing. */
export async function openEdge(settings: EdgeSettings): Promise<Edge> {
  return { ...(await openRealEdge({ ...settings, backend: 'reference' })), science: instantScience };
}
