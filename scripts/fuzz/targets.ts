import { ecgTargets } from './ecgTargets.ts';
import { meshTargets } from './meshTargets.ts';
import { otherTargets } from './otherTargets.ts';
import { surfaceTargets } from './surfaceTargets.ts';
import type { FuzzTarget } from './target.ts';

/** Every parser of files from outside. */
export const fuzzTargets: readonly FuzzTarget[] = [...meshTargets, ...surfaceTargets, ...ecgTargets, ...otherTargets];
