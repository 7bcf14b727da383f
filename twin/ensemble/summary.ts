import type { CalibrationSettings } from '../calibrate/twin.ts';
import type { Beat } from '../ecg/beat.ts';
import { clusterMaps, mapDistances } from './clusters.ts';
import { calibrateEnsemble, type EnsembleInput } from './ensemble.ts';
import { twelveLeads } from './leadSystem.ts';
import { drawsOfMembers, type EnsembleDraws } from './memberDraws.ts';
import { seedOfRecording } from './seedOfRecording.ts';
import {
  activationSpread,
  type Contraction,
  explainingMembers,
  spreadOf,
  totalActivation,
  type VELOCITY_NAMES,
  velocityContraction,
} from './spread.ts';

/** What an ensemble says of a twin: how far apart the ways to explain its ECG are. */
export interface EnsembleSummary {
  /** Members that were fitted, and those of them that explain the recording, from which all else is taken */
  readonly members: number;
  readonly explaining: number;
  /** Clearly distinct ways among them to explain the recording (`clusterMaps`) */
  readonly clusters: number;
  /** Mean and standard deviation of the activation over members, ms, [nodes] each; NaN on nodes without tetrahedra */
  readonly mean_ms: Float64Array;
  readonly sd_ms: Float64Array;
  /** First to last activation, mean and standard deviation over members, ms */
  readonly totalActivation: { readonly mean_ms: number; readonly sd_ms: number };
  /** Mean in mm/ms, standard deviation relative */
  readonly velocities: Readonly<Record<(typeof VELOCITY_NAMES)[number], Contraction>>;
  /** What each explaining member says of the cohort's questions; absent in twins of before it was kept */
  readonly draws?: EnsembleDraws;
}

export interface SummariseInput extends Omit<EnsembleInput, 'observation' | 'members' | 'settings'> {
  readonly beat: Beat;
  readonly settings: CalibrationSettings;
}

/**
 * Calibrates `settings.ensembleMembers` members to a beat's twelve leads and keeps what they have in common and how they differ. Members are seeded by the
 * study's seed and the recording, so that those of two people share neither errors nor drawn velocities (`docs/decisions/0140-seeds-of-members.md`).
 *
 * @throws as `calibrateEnsemble`
 */
export async function ensembleOfTwin({ beat, settings, ...input }: SummariseInput): Promise<EnsembleSummary> {
  const all = await calibrateEnsemble({
    ...input,
    settings: { ...settings, seed: seedOfRecording(settings.seed, beat) },
    observation: twelveLeads(beat, input.anatomy.electrodes, settings.conductivity),
    members: settings.ensembleMembers,
  });
  const members = explainingMembers(all);
  const maps = members.map(({ activation_ms }) => activation_ms);
  const { mean, sd } = activationSpread(members);
  const total = spreadOf(members.map(({ activation_ms }) => [totalActivation(activation_ms)]));
  const [lvFibre, lvTransverse, rvFibre, rvTransverse] = velocityContraction(members, settings.velocitySpread) as [
    Contraction,
    Contraction,
    Contraction,
    Contraction,
  ];
  return {
    members: all.length,
    explaining: members.length,
    clusters: clusterMaps(mapDistances(maps), maps.length).clusters.length,
    mean_ms: mean,
    sd_ms: sd,
    totalActivation: { mean_ms: total.mean[0], sd_ms: total.sd[0] },
    velocities: { lvFibre, lvTransverse, rvFibre, rvTransverse },
    draws: drawsOfMembers(members, { anatomy: input.anatomy, beat, settings }),
  };
}
