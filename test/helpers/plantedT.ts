import type { Anatomy } from '../../twin/anatomy/anatomy.ts';
import type { HeartModel } from '../../twin/backend.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { openRandom } from '../../twin/random.ts';
import { ariFields, repolarisationTimes } from '../../twin/repolarisation/ariFields.ts';
import type { RepolarisationParameters } from '../../twin/repolarisation/repolarisation.ts';
import { directEcg } from './directEcg.ts';
import { slabHeart } from './slabHeart.ts';

/** A repolarisation that is none of the priors' middles. */
export const PLANTED: RepolarisationParameters = {
  ari_ms: 262,
  apicobasal_ms: 25,
  transmural_ms: -14,
  interventricular_ms: -20,
  anteroposterior_ms: 12,
  coupling: -0.6,
  downstroke_ms: 70,
};
export const INTERVAL_ms = 2;
/** Window before QRS onset, and the QRS itself, ms. */
export const BEFORE_ms = 10;
export const QRS_ms = 70;
const SAMPLES = 240;

/** A slab whose activation runs from one corner, and what its ECG is made with. */
export function plantedHeart(cells = 8, edge_mm = 5) {
  const anatomy = slabHeart(cells, edge_mm);
  const { points } = anatomy.mesh;
  const activation_ms = Float64Array.from({ length: points.length / 3 }, (_, node) =>
    Math.hypot(points[3 * node] / 0.8, points[3 * node + 1] / 1.1, (points[3 * node + 2] - 2) / 0.5),
  );
  return { anatomy, activation_ms, model: modelOf(anatomy) };
}

export const modelOf = ({ mesh, electrodes }: Anatomy): HeartModel => ({
  mesh,
  leadVectors: homogeneousLeadVectors(mesh, electrodes, DEFAULT_CALIBRATION.conductivity),
  leads: LEADS,
  window: { start_ms: -BEFORE_ms, interval_ms: INTERVAL_ms, samples: SAMPLES },
  actionPotential: VENTRICULAR_UPSTROKE,
});

/** The ECG of upstrokes and downstrokes, node by node, with white noise of a share of its root mean square; mV, [samples, 8]. */
export function directQrst(
  { anatomy, activation_ms, model }: ReturnType<typeof plantedHeart>,
  parameters: RepolarisationParameters,
  noiseShare = 0,
  seed = 1,
): Float64Array {
  const front = repolarisationTimes(activation_ms, ariFields(anatomy, activation_ms), parameters);
  const up = directEcg(model, activation_ms);
  const { downstroke_ms } = parameters;
  const down = directEcg(
    { ...model, actionPotential: { ...VENTRICULAR_UPSTROKE, rest_mV: 0, peak_mV: 115, riseTime_ms: downstroke_ms } },
    front,
  );
  const ecg = up.map((value, at) => value - down[at]);
  const t = ecg.subarray(((BEFORE_ms + QRS_ms) / INTERVAL_ms) * LEADS);
  const noise = noiseShare * Math.sqrt(t.reduce((sum, value) => sum + value * value, 0) / t.length);
  const random = openRandom(seed, 'noise');
  return ecg.map((value) => value + noise * random.normal());
}
