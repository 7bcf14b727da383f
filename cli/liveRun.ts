import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CohortCounts } from '../cohorts/manifest.ts';
import { findServer } from '../infra/temporal/startServer.ts';
import { TwinError } from '../twin/errors.ts';
import { type CohortClient, connectClient } from '../workers/client.ts';
import { accessFromEnvironment } from './accessFromEnvironment.ts';
import { databaseOf, readRunNote, runFolder } from './runFolder.ts';

/** Whatever is asked of a live run is answered within a second or two, by its workflow worker. */
const ANSWER_DEADLINE_ms = 20_000;

/**
 * Talks to a run that is under way in another process; undefined where the run has no server now.
 *
 * @throws TwinError BadStudy where the folder is no run's, or its server or workflow worker does not answer
 */
export async function askRun<T>(
  folder: string,
  ask: (cohorts: CohortClient, run: string) => Promise<T>,
): Promise<{ readonly answer: T } | undefined> {
  const { name } = readRunNote(folder);
  const server = await findServer(databaseOf(folder));
  if (server === undefined) return undefined;
  try {
    const cohorts = await connectClient(accessFromEnvironment(server));
    try {
      const deadline = Date.now() + ANSWER_DEADLINE_ms;
      return { answer: await cohorts.client.withDeadline(deadline, () => ask(cohorts, name)) };
    } finally {
      await cohorts.close();
    }
  } catch (error) {
    if (error instanceof TwinError) throw error;
    throw new TwinError(
      'BadStudy',
      `${folder}: its server at ${server.address} did not answer (${innermost(error)}); it may be starting or ending: try again`,
    );
  }
}

/** Tells a run that is under way something. @throws TwinError BadStudy also when it is not under way */
export async function tellRun<T>(folder: string, tell: (cohorts: CohortClient, run: string) => Promise<T>): Promise<T> {
  const told = await askRun(folder, tell);
  if (told !== undefined) return told.answer;
  throw new TwinError(
    'BadStudy',
    `${folder}: is not under way; twinfold run goes on with it, twinfold query reads what it published`,
  );
}

const manifestSchema = z.object({
  counts: z.object({ subjects: z.int(), done: z.int(), quarantined: z.int() }),
});

/** Counts of the cohort that a run published last; undefined where it has published none. */
export function lastCounts(folder: string): CohortCounts | undefined {
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(join(runFolder(folder).published, 'manifest.json'), 'utf8')))
      .counts;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function innermost(error: unknown): string {
  let cause = error;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  return cause instanceof Error ? cause.message : String(cause);
}
