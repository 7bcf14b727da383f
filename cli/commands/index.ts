import type { Command } from 'commander';
import { approve } from './approve.ts';
import { audit } from './audit.ts';
import { bench } from './bench.ts';
import { check } from './check.ts';
import { cancel, pause, resize, resume, status } from './control.ts';
import { counterfactual } from './counterfactual.ts';
import { demo } from './demo.ts';
import { deployment } from './deployment.ts';
import { diff } from './diff.ts';
import { doctor } from './doctor.ts';
import { emulate } from './emulate.ts';
import { exportRun } from './export.ts';
import { gc } from './gc.ts';
import { key } from './key.ts';
import { query } from './query.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { retry } from './retry.ts';
import { run } from './run.ts';
import { schedule } from './schedule.ts';
import { serve } from './serve.ts';
import { synthesize } from './synthesize.ts';
import { table } from './table.ts';
import { twin } from './twin.ts';
import { visit } from './visit.ts';
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
  counterfactual,
  table,
  query,
  diff,
  report,
  emulate,
  why,
  replay,
  exportRun,
  twin,
  synthesize,
  serve,
  schedule,
  visit,
  approve,
  gc,
  worker,
  deployment,
  key,
  audit,
  doctor,
  bench,
];
