import type { Finding } from '../errors.ts';
import type { EcgRecording } from '../formats/format.ts';
import { rangeOf } from './leadChecks.ts';

/** Share of the largest limb lead by which a law of the limb leads may be missed, and the least that is told, mV: quantisation and filters of single leads. */
const SHARE = 0.1;
const LEAST_mV = 0.05;

/** Einthoven's and Goldberger's laws: a lead as a sum of I and II. */
const LAWS = [
  { lead: 'III', of: 'II − I', one: -1, two: 1 },
  { lead: 'aVR', of: '−(I + II)/2', one: -1 / 2, two: -1 / 2 },
  { lead: 'aVL', of: 'I − II/2', one: 1, two: -1 / 2 },
  { lead: 'aVF', of: 'II − I/2', one: -1 / 2, two: 1 },
] as const;

/** How far a recording's limb leads are from being one set. */
export interface LimbLeadError {
  /** Largest |III − (II − I)|, mV, each lead's own level taken off; NaN where one of the three is missing */
  readonly einthovenResidual_mV: number;
  readonly findings: readonly Finding[];
}

/** Told when more than noise: the leads are mislabelled, misplaced or from different moments. */
export function checkLimbLeadLaws(recording: EcgRecording): LimbLeadError {
  const signalOf = (name: string): Float64Array | undefined => recording.voltage_mV[recording.leads.indexOf(name)];
  const [one, two] = [signalOf('I'), signalOf('II')];
  if (one === undefined || two === undefined) return { einthovenResidual_mV: Number.NaN, findings: [] };
  let einthovenResidual_mV = Number.NaN;
  const missed: string[] = [];
  const findings: Finding[] = [];
  for (const law of LAWS) {
    const signal = signalOf(law.lead);
    if (signal === undefined) continue;
    const worst = largestFromLevel(signal.map((value, at) => value - law.one * one[at] - law.two * two[at]));
    const largest = Math.max(...[one, two, signal].map(rangeOf));
    const isMissed = worst > Math.max(SHARE * largest, LEAST_mV);
    if (law.lead !== 'III') {
      if (isMissed) missed.push(`${law.lead} from ${law.of} by up to ${worst.toFixed(2)} mV`);
      continue;
    }
    einthovenResidual_mV = worst;
    if (!isMissed) continue;
    findings.push({
      code: 'einthoven-violated',
      severity: 'warning',
      message: `lead III differs from II − I by up to ${worst.toFixed(2)} mV, where the limb leads range over ${largest.toFixed(2)} mV; I and II are used, check the leads' names and electrodes`,
    });
  }
  if (missed.length > 0) {
    findings.push({
      code: 'augmented-leads-inconsistent',
      severity: 'warning',
      count: missed.length,
      message: `${missed.join(', ')}; I and II are used, check the leads' names and the recorder's filters`,
    });
  }
  return { einthovenResidual_mV, findings };
}

/** Levels differ where a recorder takes each lead's own off; the laws then hold for what remains. */
function largestFromLevel(error: Float64Array): number {
  const known = error.filter((value) => !Number.isNaN(value)).sort();
  const level = known[known.length >> 1];
  let worst = 0;
  for (const value of known) worst = Math.max(worst, Math.abs(value - level));
  return worst;
}
