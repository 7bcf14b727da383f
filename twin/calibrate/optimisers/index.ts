import { adam } from './adam.ts';
import { lbfgs } from './lbfgs.ts';
import { levenbergMarquardt } from './levenbergMarquardt.ts';
import type { Optimiser } from './optimiser.ts';

/** Every optimiser by name; the first is what twins are made with. */
export const OPTIMISERS = { 'levenberg-marquardt': levenbergMarquardt, adam, lbfgs } as const satisfies Readonly<
  Record<string, Optimiser>
>;

export type OptimiserName = keyof typeof OPTIMISERS;
