import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';

const knownProcess = z.object({ pid: z.int().positive(), mark: z.string() });
const stateSchema = z.object({
  owner: knownProcess,
  guardian: knownProcess,
  server: knownProcess,
  port: z.int(),
  uiPort: z.int(),
  version: z.string(),
});

/** What stands beside a server's database: whose server it is, and where it listens. */
export type ServerState = z.infer<typeof stateSchema>;

const pathOf = (databaseFile: string): string => `${databaseFile}.server.json`;

/** Undefined where no server of this database is on record. */
export async function readServerState(databaseFile: string): Promise<ServerState | undefined> {
  const text = await readFile(pathOf(databaseFile), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return stateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // cut short by a crash; the database itself is unharmed
  }
}

export async function writeServerState(databaseFile: string, state: ServerState): Promise<void> {
  const beside = `${pathOf(databaseFile)}.${process.pid}.part`;
  await writeFile(beside, JSON.stringify(state));
  await rename(beside, pathOf(databaseFile));
}

export const removeServerState = (databaseFile: string): Promise<void> => rm(pathOf(databaseFile), { force: true });
