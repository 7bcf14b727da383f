import type { Command } from 'commander';
import { cancel, pause, resize, resume, status } from './control.ts';
import { doctor } from './doctor.ts';
import { query } from './query.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { table } from './table.ts';

/** Every command, in the order of `twinfold --help`. */
export const commands: readonly Command[] = [
  run,
  status,
  pause,
  resume,
  resize,
  cancel,
  retry,
  table,
  query,
  report,
  doctor,
];
