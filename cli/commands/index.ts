import type { Command } from 'commander';
import { bench } from './bench.ts';
import { check } from './check.ts';
import { cancel, pause, resize, resume, status } from './control.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { gc } from './gc.ts';
import { key } from './key.ts';
import { query } from './query.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { synthesize } from './synthesize.ts';
import { table } from './table.ts';
import { twin } from './twin.ts';
import { why } from './why.ts';
import { worker } from './worker.ts';

/** Every command, in the order of `twinfold --help`. */
export const commands: readonly Command[] = [
  demo,
  check,
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
  why,
  twin,
  synthesize,
  gc,
  worker,
  key,
  doctor,
  bench,
];
