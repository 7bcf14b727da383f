import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of random numbers; the same seed gives the same numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 random bits. */
  uniform(): number;
  /** Standard normal, by Box–Muller. */
  normal(): number;
}

/** Opens the stream of one purpose. Streams of other purposes under the same seed are independent of it. */
export function openRandom(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(hash(seed, purpose));
  const uniform = () => (generator.next() >>> 0) / 2 ** 32;
  let spare = Number.NaN;
  return {
    uniform,
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/**
 * 32-bit FNV-1a of a seed and a purpose, then the final mix of MurmurHash3 (Appleby 2011): without it purposes that differ in
 * their last letters get near seeds, and the streams of near seeds begin alike.
 */
function hash(seed: number, purpose: string): number {
  let state = 0x811c9dc5;
  for (const character of `${seed}:${purpose}`) {
    state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) | 0;
}
