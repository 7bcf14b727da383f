import { LEADS } from '../../twin/ecg/leads.ts';
import type { Random } from '../../twin/random.ts';

/** How disturbed a recording is, µV: standard deviations of white and muscle noise, amplitudes of the slow baseline and of the mains. */
export interface NoiseLevel {
  readonly name: string;
  readonly white_uV: number;
  readonly muscle_uV: number;
  readonly wander_uV: number;
  readonly mains_uV: number;
}

/** From a quiet subject on a good amplifier to what a technician would take again. */
export const NOISE_LEVELS: readonly NoiseLevel[] = [
  { name: 'none', white_uV: 0, muscle_uV: 0, wander_uV: 0, mains_uV: 0 },
  { name: 'quiet', white_uV: 5, muscle_uV: 5, wander_uV: 30, mains_uV: 5 },
  { name: 'usual', white_uV: 10, muscle_uV: 10, wander_uV: 100, mains_uV: 10 },
  { name: 'muscle', white_uV: 10, muscle_uV: 40, wander_uV: 100, mains_uV: 10 },
  { name: 'mains', white_uV: 10, muscle_uV: 10, wander_uV: 100, mains_uV: 50 },
  { name: 'wander', white_uV: 10, muscle_uV: 10, wander_uV: 400, mains_uV: 10 },
  { name: 'loud', white_uV: 20, muscle_uV: 50, wander_uV: 300, mains_uV: 50 },
];

/** Band of surface muscle noise, Hz: poles of one-pole filters. */
const MUSCLE_Hz = [20, 150] as const;
/** Breathing and slow drift, Hz. */
const WANDER_Hz = [0.27, 0.09] as const;
const MAINS_Hz = 50;
/** The mains' third harmonic, share of its amplitude. */
const THIRD = 0.15;

/** Noise of each independent lead with a course of its own; the mains has one phase and another amplitude in each lead. mV, [samples, 8] */
export function drawNoise(level: NoiseLevel, samples: number, sampleRate_Hz: number, random: Random): Float64Array {
  const out = new Float64Array(samples * LEADS);
  const mainsPhase = 2 * Math.PI * random.uniform();
  for (let lead = 0; lead < LEADS; lead++) {
    const muscle = muscleNoise(samples, sampleRate_Hz, random);
    const mains = level.mains_uV * (0.5 + random.uniform());
    const phases = WANDER_Hz.map(() => 2 * Math.PI * random.uniform());
    for (let at = 0; at < samples; at++) {
      const time_s = at / sampleRate_Hz;
      const angle = 2 * Math.PI * MAINS_Hz * time_s + mainsPhase;
      let slow = 0;
      for (let part = 0; part < WANDER_Hz.length; part++)
        slow += Math.sin(2 * Math.PI * WANDER_Hz[part] * time_s + phases[part]) / WANDER_Hz.length;
      out[at * LEADS + lead] =
        1e-3 *
        (level.white_uV * random.normal() +
          level.muscle_uV * muscle[at] +
          level.wander_uV * slow +
          mains * (Math.sin(angle) + THIRD * Math.sin(3 * angle)));
    }
  }
  return out;
}

/** White noise through a high-pass and a low-pass of one pole each, of standard deviation 1. */
function muscleNoise(samples: number, sampleRate_Hz: number, random: Random): Float64Array {
  const [low, high] = MUSCLE_Hz.map((frequency) => Math.exp((-2 * Math.PI * frequency) / sampleRate_Hz));
  const out = new Float64Array(samples);
  let slow = 0;
  let smooth = 0;
  let squares = 0;
  for (let at = 0; at < samples; at++) {
    const white = random.normal();
    slow = low * slow + (1 - low) * white;
    smooth = high * smooth + (1 - high) * (white - slow);
    out[at] = smooth;
    squares += smooth * smooth;
  }
  const scale = Math.sqrt(squares / samples);
  return out.map((value) => value / scale);
}
