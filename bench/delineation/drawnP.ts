import type { SyntheticPerson } from '../../cohorts/population/people.ts';
import { openRandom } from '../../twin/random.ts';

/** A P wave of known bounds, for hearts that have no atria. */
export interface DrawnP {
  /** Onset and offset after the first ventricular activation, ms; both negative */
  readonly onset_ms: number;
  readonly offset_ms: number;
  /** The wave alone, mV of an independent lead */
  wave(time_ms: number, lead: number): number;
  /** The wave and the atria's recovery, which goes on under QRS and ST segment, mV of an independent lead */
  at(time_ms: number, lead: number): number;
}

/** What the right and the left atrium give at their peaks, mV, in the order of INDEPENDENT_LEADS: the left is later, further left and to the back. Ours. */
const RIGHT_mV = [0.03, 0.09, 0.06, 0.06, 0.05, 0.05, 0.04, 0.03];
const LEFT_mV = [0.06, 0.06, -0.05, -0.02, 0.02, 0.03, 0.04, 0.04];
/** Shares of the P wave that each lasts. */
const RIGHT_END = 0.65;
const LEFT_START = 0.35;
/** Atria recover slowly and low against their P wave, through PR segment, QRS and ST segment: share of its height, and how long. */
const RECOVERY_SHARE = -0.12;
const RECOVERY_ms = 350;
/** P duration and PR interval, ms, and how they and the height differ between people: ours, as in textbooks. */
const DURATION_ms = { female: 98, male: 104, sd: 7 } as const;
const PR_ms = { female: 150, male: 156, sd: 12 } as const;
const HEIGHT_SPREAD = 0.25;
/** The first ventricular muscle is active some time before the QRS shows, ms. */
const HIDDEN_ms = 7;

/** The P wave of a person. */
export function drawP({ sex, seed }: SyntheticPerson): DrawnP {
  const random = openRandom(seed, 'p-wave');
  const duration_ms = DURATION_ms[sex] + DURATION_ms.sd * random.normal();
  const onset_ms = HIDDEN_ms - PR_ms[sex] - PR_ms.sd * random.normal();
  const height = Math.exp(HEIGHT_SPREAD * random.normal());
  const wave = (time_ms: number, lead: number): number => {
    const phase = (time_ms - onset_ms) / duration_ms;
    const right = RIGHT_mV[lead] * hump(phase / RIGHT_END);
    return height * (right + LEFT_mV[lead] * hump((phase - LEFT_START) / (1 - LEFT_START)));
  };
  const at = (time_ms: number, lead: number): number => {
    const late = (time_ms - onset_ms - 0.5 * duration_ms) / RECOVERY_ms;
    return wave(time_ms, lead) + height * RECOVERY_SHARE * (RIGHT_mV[lead] + LEFT_mV[lead]) * hump(late);
  };
  return { onset_ms, offset_ms: onset_ms + duration_ms, wave, at };
}

const hump = (phase: number): number => (phase <= 0 || phase >= 1 ? 0 : Math.sin(Math.PI * phase) ** 2);
