import type { Benchmark } from '../benchmark.ts';
import { calibration } from './calibration.ts';
import { delineation } from './delineation.ts';
import { ensemble } from './ensemble.ts';
import { forward } from './forward.ts';
import { gradient } from './gradient.ts';
import { modelError } from './modelError.ts';
import { regression } from './regression.ts';
import { scaling } from './scaling.ts';
import { transfer } from './transfer.ts';

/** Every benchmark, in the order in which they are run. */
export const benchmarks: readonly Benchmark[] = [
  forward,
  gradient,
  transfer,
  scaling,
  calibration,
  ensemble,
  modelError,
  delineation,
  regression,
];
