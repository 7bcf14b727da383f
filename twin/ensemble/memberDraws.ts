import type { Anatomy } from '../anatomy/anatomy.ts';
import type { CalibrationSettings, Twin } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';
import { activation } from '../metrics/activation.ts';
import { ari } from '../metrics/ari.ts';
import type { Metric } from '../metrics/metric.ts';
import { qrsDuration } from '../metrics/qrsDuration.ts';
import { qtInterval } from '../metrics/qtInterval.ts';
import { velocities } from '../metrics/velocities.ts';
import { openRandom, type Random } from '../random.ts';
import { fitRepolarisation } from '../repolarisation/fitRepolarisation.ts';
import {
  REPOLARISATION_PARAMETERS,
  type Repolarisation,
  type RepolarisationParameters,
} from '../repolarisation/repolarisation.ts';
import type { Member } from './ensemble.ts';

/** Metrics that a member is measured by, and those of their columns that are of the twin and not of the recording. */
const DRAWN: readonly { readonly metric: Metric; readonly columns: readonly string[] }[] = [
  { metric: velocities, columns: velocities.columns.map(({ name }) => name) },
  { metric: activation, columns: ['totalActivationTime_ms'] },
  { metric: qrsDuration, columns: ['qrsDuration_ms'] },
  { metric: qtInterval, columns: ['qtInterval_ms'] },
  { metric: ari, columns: ari.columns.map(({ name }) => name).filter((name) => !/Sd(_|$)/.test(name)) },
];

/** Columns of a member's draw, named as in the cohort table. */
export const DRAW_METRICS: readonly string[] = DRAWN.flatMap(({ columns }) => columns);

/** Draws from what is known of a twin after its ECG was seen: one a member. */
export interface EnsembleDraws {
  readonly columns: readonly string[];
  /** NaN where there is none, [members, columns] */
  readonly values: Float64Array;
}

export interface DrawInput {
  readonly anatomy: Anatomy;
  readonly beat: Beat;
  readonly settings: Pick<CalibrationSettings, 'repolarisation' | 'conductivity'>;
}

/**
 * What each member says of the numbers that a cohort is asked about: its velocities, the times and durations of its own activation and ECG, and the
 * repolarisation that the recorded T wave gives on its activation. The repolarisation's parameters are drawn besides from what the T wave leaves of
 * them (Laplace's normal, each by itself); the QT interval is that of the fit.
 *
 * Each member is its own seed's, whatever the others are.
 */
export function drawsOfMembers(members: readonly Member[], { anatomy, beat, settings }: DrawInput): EnsembleDraws {
  const values = new Float64Array(members.length * DRAW_METRICS.length).fill(Number.NaN);
  for (const [at, member] of members.entries()) {
    const measured = measureMember(member, anatomy, beat, settings);
    for (const [column, name] of DRAW_METRICS.entries()) {
      values[at * DRAW_METRICS.length + column] = measured[name] ?? Number.NaN;
    }
  }
  return { columns: DRAW_METRICS, values };
}

function measureMember(
  member: Member,
  anatomy: Anatomy,
  beat: Beat,
  { repolarisation: priors, conductivity }: DrawInput['settings'],
): Record<string, number> {
  const fitted = fitRepolarisation({ anatomy, beat, twin: member, settings: priors, conductivity });
  const random = openRandom(member.seed, 'repolarisation-of-member');
  const measured: Record<string, number> = {};
  for (const { metric, columns } of DRAWN) {
    const repolarisation = fitted && (metric === ari ? drawn(fitted, random) : fitted);
    const values = metric.measure({ anatomy, beat, twin: twinOf(member, repolarisation) });
    for (const name of columns) measured[name] = values[name] ?? Number.NaN;
  }
  return measured;
}

/** A member as a twin, as far as metrics look at it. */
function twinOf(member: Member, repolarisation: Repolarisation | undefined): Twin {
  const { parameters, gain, activation_ms, ecg_mV, correlation, seed } = member;
  return {
    parameters,
    gain,
    activation_ms,
    ecg_mV,
    sources: { nodes: new Uint32Array(), times_ms: new Float64Array() },
    fit: {
      correlation,
      rmse_mV: Number.NaN,
      leadCorrelation: new Float64Array(),
      leadRmse_mV: new Float64Array(),
      iterations: 0,
      stoppedBecause: 'fitted',
    },
    seed,
    ...(repolarisation && { repolarisation }),
  };
}

/** Parameters off by what the T wave leaves of them; the downstroke's width as a logarithm. */
function drawn(repolarisation: Repolarisation, random: Random): Repolarisation {
  const { parameters, spread } = repolarisation;
  const entries = REPOLARISATION_PARAMETERS.map((name) => {
    const z = random.normal();
    const isWidth = name === 'downstroke_ms';
    const off = isWidth ? parameters[name] * Math.expm1((z * spread[name]) / parameters[name]) : z * spread[name];
    return [name, parameters[name] + off];
  });
  return { ...repolarisation, parameters: Object.fromEntries(entries) as unknown as RepolarisationParameters };
}
