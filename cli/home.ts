import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { findServer } from '../infra/temporal/startServer.ts';
import { TwinError } from '../twin/errors.ts';
import { type CohortClient, connectClient } from '../workers/client.ts';
import { accessFromEnvironment } from './accessFromEnvironment.ts';
import { runFolder } from './runFolder.ts';

/** What a server that stays up was started with, kept in its folder so that later commands need only name the folder. */
const noteSchema = z.object({
  /** Where artifacts of all its runs are kept: a folder, or `s3://bucket/prefix` */
  store: z.string(),
  /** First word of the task queues */
  queues: z.string(),
  /** Compute backend, by name */
  backend: z.string(),
  /** Stages that its workers do at the same time */
  slots: z.int().positive(),
  calibrateOn: z.enum(['cpu', 'gpu']).exactOptional(),
  hasLargePool: z.boolean().exactOptional(),
});
export type HomeNote = z.infer<typeof noteSchema>;

/** Folder of a server where nobody names another. */
export const DEFAULT_HOME = 'home';

const pathOf = (home: string): string => join(resolve(home), 'home.json');

export function writeHome(home: string, note: HomeNote): void {
  mkdirSync(resolve(home), { recursive: true });
  writeFileSync(pathOf(home), `${JSON.stringify(note, null, 2)}\n`);
}

/** @throws TwinError BadStudy where no server has its home in the folder */
export function readHome(home: string): HomeNote {
  if (!existsSync(pathOf(home))) {
    throw new TwinError(
      'BadStudy',
      `${home}: is not the home of a server (no home.json); start one there: twinfold serve ${home}`,
    );
  }
  return noteSchema.parse(JSON.parse(readFileSync(pathOf(home), 'utf8')));
}

/**
 * Talks to the server of a home.
 *
 * @throws TwinError BadStudy where it is not up
 */
export async function askHome<T>(home: string, ask: (cohorts: CohortClient, note: HomeNote) => Promise<T>): Promise<T> {
  const note = readHome(home);
  const server = await findServer(runFolder(home).databaseFile);
  if (server === undefined) {
    throw new TwinError('BadStudy', `${home}: its server is not up; start it again: twinfold serve ${home}`);
  }
  const cohorts = await connectClient(accessFromEnvironment(server));
  try {
    return await ask(cohorts, note);
  } finally {
    await cohorts.close();
  }
}
