import type { Study } from '../study.ts';

/** The counterfactual twins that a study asks for by itself: pairs at random, by the study's seed, and none where a sex is missing. */
export const counterfactualsOf = ({ counterfactuals, seed }: Pick<Study, 'counterfactuals' | 'seed'>) =>
  ({ ...counterfactuals, seed, pairing: 'random', needsPairs: false }) as const;

/** Whether a study asks for any. */
export const asksForCounterfactuals = ({ counterfactuals: { reference, pairs } }: Pick<Study, 'counterfactuals'>) =>
  reference || pairs > 0;
