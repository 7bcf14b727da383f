import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runFolder } from '../../cli/runFolder.ts';
import { findServer } from '../../infra/temporal/startServer.ts';
import { cohortProgress, connectClient } from '../../workers/client.ts';
import type { CohortProgress } from '../../workflows/messages.ts';
import { keepOutput } from '../keepOutput.ts';
import { MARK } from './processes.ts';

/** A `twinfold run` that is under way as a process of its own. */
export interface StartedRun {
  /** Inherited by all that the run starts */
  readonly mark: string;
  /** Of the command line itself */
  readonly pid: number;
  readonly out: string;
  readonly ended: Promise<EndedRun>;
}
export interface EndedRun {
  /** Exit code; null when a signal ended it */
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** A part of a run that a kill can fall into. */
export type Moment = 'early' | 'middle' | 'late';

const cli = fileURLToPath(new URL('../../cli/twinfold.ts', import.meta.url));

/** Starts the command line on a study, as a person would. */
export function startRun(study: string, out: string, workers: number): StartedRun {
  const mark = randomUUID();
  const args = [cli, 'run', study, '--out', out, '--workers', `${workers}`, '--slots', '1', '--no-report'];
  const { TEMPORAL_ADDRESS: _, ...environment } = process.env;
  const began_ms = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...environment, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = keepOutput(child);
  const ended = new Promise<EndedRun>((resolve) => {
    // Not `close`: what the run left behind would hold its pipes open.
    child.once('exit', (code) => resolve({ code, output: output(), seconds: (performance.now() - began_ms) / 1000 }));
  });
  return { mark, pid: child.pid ?? 0, out, ended };
}

/** Waits until a run has come to a moment. @throws Error when it ends before, with what it wrote */
export async function untilMoment(run: StartedRun, name: string, moment: Moment): Promise<void> {
  let end: EndedRun | undefined;
  run.ended.then((ended) => {
    end = ended;
  });
  while (end === undefined) {
    const server = await findServer(runFolder(run.out).databaseFile, {});
    if (server !== undefined) {
      const client = await connectClient(server).catch(() => undefined); // it is starting
      try {
        while (client !== undefined && end === undefined) {
          const progress = await cohortProgress(client, name).catch(() => undefined); // no worker answers yet
          if (progress !== undefined && isAt(moment, progress)) return;
          await sleep(100);
        }
      } finally {
        await client?.close();
      }
    }
    await sleep(100);
  }
  throw new Error(`the run ended with ${end.code} before it was killed:\n${end.output}`);
}

/** Reports come every 2 s, so that each moment is a span: preparing at first, some rows written, few or none to go. */
function isAt(moment: Moment, { phase, subjects, done, quarantined, running }: CohortProgress): boolean {
  const ended = done + quarantined;
  switch (moment) {
    case 'early':
      return running.prepare > 0;
    case 'middle':
      return ended > 0 && running.calibrate > 0;
    case 'late':
      return phase === 'publishing' || ended >= subjects - 1;
    default:
      return moment satisfies never;
  }
}

/** The tables that must be the same bytes however a run went; what it cost is in none of them. */
export const PUBLISHED = ['cohort.parquet', 'cohort.csv', 'quarantine.parquet', 'dictionary.parquet', 'manifest.json'];
export const publishedPath = (out: string, name: string): string => join(runFolder(out).published, name);
