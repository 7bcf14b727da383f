import { calibration } from './calibration.ts';
import { delineation } from './delineation.ts';
import { ensemble } from './ensemble.ts';
import { forward } from './forward.ts';
import { gradient } from './gradient.ts';
import { modelError } from './modelError.ts';
import { byMembers, byPmjs } from './scaling.ts';
import { transfer } from './transfer.ts';

/** Every job that a benchmark can have measured in a process of its own. */
export const JOBS = {
  byMembers,
  byPmjs,
  calibration,
  delineation,
  ensemble,
  forward,
  gradient,
  modelError,
  transfer,
} as const;

export type JobName = keyof typeof JOBS;
export type JobInput<N extends JobName> = Parameters<(typeof JOBS)[N]>[0];
export type JobAnswer<N extends JobName> = Awaited<ReturnType<(typeof JOBS)[N]>>;
