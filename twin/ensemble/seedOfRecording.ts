import type { Beat } from '../ecg/beat.ts';
import { openRandom } from '../random.ts';

const BYTES_PER_NUMBER = 8;

/**
 * A seed of one recording: a study's seed and 32-bit FNV-1a of the beat's voltages, byte by byte, mixed. The same recording has the same seed whatever the
 * subject is called, the machine, and the order of work; another recording has another, but for one pair in 2³².
 *
 * @param beat voltages in mV, [samples, leads]
 * @returns a whole number, 0 … 2³² − 1
 */
export function seedOfRecording(seed: number, { voltage_mV }: Pick<Beat, 'voltage_mV'>): number {
  const bytes = new DataView(new ArrayBuffer(BYTES_PER_NUMBER));
  let state = 0x811c9dc5;
  for (const value of voltage_mV) {
    bytes.setFloat64(0, value, true);
    for (let at = 0; at < BYTES_PER_NUMBER; at++) state = Math.imul(state ^ bytes.getUint8(at), 0x01000193);
  }
  return Math.floor(openRandom(seed, `ensemble of recording ${state >>> 0}`).uniform() * 2 ** 32);
}
