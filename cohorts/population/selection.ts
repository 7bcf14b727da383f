import type { Body } from '../../twin/anatomy/anatomy.ts';
import { openRandom } from '../../twin/random.ts';

/** By what people's files are broken: by nothing about them, by the size of the heart, or by sex. */
export type Selection = 'none' | 'size' | 'sex';
export const SELECTIONS: readonly Selection[] = ['none', 'size', 'sex'];

/** LV mass about which selection by size turns, and how far from it the chance has nearly run its course, g: middle and spread over both sexes. Ours. */
const MASS = { middle_g: 116, spread_g: 28 } as const;
/** Steepness of the chance by size per spread. Ours: at one spread above the middle it is about 1.8 times the mean. */
const STEEPNESS = 2;
/** Chance by the mean chance where it goes by sex: women's files break three times as often. Ours. */
const BY_SEX = { female: 1.5, male: 0.5 } as const;

/**
 * Chance that a person's file is broken on purpose, with mean p over a population of both sexes:
 *
 *     none: p      size: 2 p / (1 + e^(−2 (mass − 116 g)/28 g))      sex: 1.5 p for women, 0.5 p for men
 */
export function brokenChance(
  { brokenShare, brokenBy }: { readonly brokenShare: number; readonly brokenBy: Selection },
  { sex, lvMass_g }: { readonly sex: Body['sex']; readonly lvMass_g: number },
): number {
  switch (brokenBy) {
    case 'none':
      return brokenShare;
    case 'size':
      return (2 * brokenShare) / (1 + Math.exp((-STEEPNESS * (lvMass_g - MASS.middle_g)) / MASS.spread_g));
    case 'sex':
      return BY_SEX[sex] * brokenShare;
    default:
      return brokenBy satisfies never;
  }
}

/** Whether it is, drawn from a stream of its own: nothing else about the person changes. */
export const isBrokenByChance = (
  settings: { readonly seed: number; readonly brokenShare: number; readonly brokenBy: Selection },
  number: string,
  traits: Parameters<typeof brokenChance>[1],
): boolean =>
  settings.brokenShare > 0 && openRandom(settings.seed, `broken ${number}`).uniform() < brokenChance(settings, traits);
