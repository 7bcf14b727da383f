import type { Anatomy } from '../anatomy/anatomy.ts';
import { VENTRICULAR_UPSTROKE } from '../calibrate/calibrateLevel.ts';
import { INDEPENDENT_LEADS } from '../ecg/beat.ts';
import { LEADS, standardLead } from '../ecg/leads.ts';
import { openProjection, type Projection, projectEcg } from '../ecg/projection.ts';
import { negativePeak_mV, positivePeak_mV, simulatedQrs } from '../metrics/beats.ts';
import { type SimulatedT, simulatedT, tAmplitude_mV } from '../metrics/tWaves.ts';
import { ariFields, repolarisationTimes } from '../repolarisation/ariFields.ts';
import { openDownstroke } from '../repolarisation/downstroke.ts';
import type { RepolarisationParameters } from '../repolarisation/repolarisation.ts';
import type { BeatFeatures } from './functionLaw.ts';

/** Clock of every counterfactual beat: from before the earliest PMJ to after the latest T wave, sampled as recorded beats are by default. */
export const BEAT_WINDOW = { start_ms: -50, interval_ms: 2, samples: 376 } as const;
/** The part of it that is searched for the QRS, to 250 ms: upstrokes alone, as a twin's own QRS window. */
const QRS_SAMPLES = 151;

/** When muscle is activated and recovers. */
export interface Fronts {
  /** τ, ms, [nodes]; NaN on nodes without tetrahedra */
  readonly activation_ms: Float64Array;
  /** Absent where nothing is known of recovery: there is no T wave then */
  readonly recovery?: Recovery;
}

export interface Recovery {
  /** ρ, ms, [nodes]; NaN on nodes without tetrahedra */
  readonly repolarisation_ms: Float64Array;
  /** ε of the downstroke */
  readonly downstroke_ms: number;
}

/** A beat as the model gives it, without any recorder's gain. */
export interface SimulatedBeat {
  /** On `BEAT_WINDOW`, mV, [samples, 8 independent leads] */
  readonly ecg_mV: Float64Array;
  readonly features: BeatFeatures;
}

/** Recovery of an activated heart by a law of repolarisation. */
export const recoveryOf = (
  anatomy: Pick<Anatomy, 'mesh' | 'coordinates'>,
  activation_ms: Float64Array,
  law: RepolarisationParameters,
): Recovery => ({
  repolarisation_ms: repolarisationTimes(activation_ms, ariFields(anatomy, activation_ms), law),
  downstroke_ms: law.downstroke_ms,
});

/** Makes beats of fronts: φ = upstrokes at τ − downstrokes at ρ, as a twin's. The last width's kernel is kept, since a law has one for all hearts. */
export function openBeats(): (leadVectors: Float32Array, fronts: Fronts) => SimulatedBeat {
  const heart = { leads: LEADS, window: BEAT_WINDOW, actionPotential: VENTRICULAR_UPSTROKE };
  const nowhere = new Float32Array(0);
  const upstroke = openProjection({ ...heart, leadVectors: nowhere });
  let last: { readonly width_ms: number; readonly projection: Projection } | undefined;
  const downstroke = (width_ms: number): Projection => {
    if (last?.width_ms !== width_ms) {
      last = { width_ms, projection: openDownstroke({ ...heart, leadVectors: nowhere }, width_ms).projection };
    }
    return last.projection;
  };
  return (leadVectors, { activation_ms, recovery }) => {
    const up = projectEcg({ ...upstroke, leadVectors }, activation_ms);
    const qrs = { beat: BEAT_WINDOW, twin: { ecg_mV: up.subarray(0, QRS_SAMPLES * LEADS) } };
    if (recovery === undefined) return { ecg_mV: up, features: featuresOf(activation_ms, qrs) };
    const { repolarisation_ms, downstroke_ms } = recovery;
    const down = projectEcg({ ...downstroke(downstroke_ms), leadVectors }, repolarisation_ms);
    const ecg_mV = up.map((value, at) => value - down[at]);
    const simulated = { ...qrs, twin: { ...qrs.twin, repolarisation: { ecg_mV } } };
    return { ecg_mV, features: featuresOf(activation_ms, simulated) };
  };
}

/** What the metrics of the cohort table of the same names give. */
function featuresOf(activation_ms: Float64Array, simulated: SimulatedT): BeatFeatures {
  const qrs = simulatedQrs(simulated);
  const t = simulatedT(simulated);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const time of activation_ms) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  let qrsAmplitude_mV = Number.NaN;
  let tAmplitude = Number.NaN;
  for (const name of INDEPENDENT_LEADS) {
    const lead = standardLead(name);
    const span = positivePeak_mV(qrs, lead) + negativePeak_mV(qrs, lead);
    const deflection = tAmplitude_mV(t, lead);
    if (!(span <= qrsAmplitude_mV)) qrsAmplitude_mV = span;
    if (!(Math.abs(deflection) <= Math.abs(tAmplitude))) tAmplitude = deflection;
  }
  return {
    qrsDuration_ms: qrs.duration_ms,
    totalActivationTime_ms: last - first,
    qtInterval_ms: t.end_ms,
    qrsAmplitude_mV,
    tAmplitude_mV: tAmplitude,
  };
}
