import type { BeatFeatures, FunctionLaw } from './functionLaw.ts';
import { type LawHeart, openLawSimulator, REFERENCE_LAW } from './simulateLaw.ts';

/**
 * Speeds of the Purkinje front under which a heart is simulated by the reference law, mm/ms; all else of the law stays. Mean QRS durations of synthetic hearts are
 * 69 and some 107 ms under them, so that a cohort's own mean lies between. Ours.
 */
export const REFERENCE_FRONTS = { lawFront: REFERENCE_LAW.front_mm_ms, slowFront: 0.9 } as const;
export type ReferenceFront = keyof typeof REFERENCE_FRONTS;

/** A heart's beat under the reference law, by front. */
export type ReferenceBeats = { readonly [Front in ReferenceFront]: BeatFeatures };

/** The reference law with the slow front. */
export const SLOW_FRONT_LAW: FunctionLaw = { ...REFERENCE_LAW, front_mm_ms: REFERENCE_FRONTS.slowFront };

/** Simulates a heart, opened once, under the reference law with each of its fronts. @throws TwinError as `openLawSimulator` and its `simulate` */
export async function simulateReference(heart: LawHeart): Promise<ReferenceBeats> {
  const simulator = await openLawSimulator(heart);
  try {
    const { features: lawFront } = await simulator.simulate(REFERENCE_LAW);
    const { features: slowFront } = await simulator.simulate(SLOW_FRONT_LAW);
    return { lawFront, slowFront };
  } finally {
    await simulator.close();
  }
}
