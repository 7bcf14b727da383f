import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TwinError } from '../twin/errors.ts';
import { packageVersion } from '../workers/packageVersion.ts';
import { type AuditChain, type AuditLine, type AuditOutcome, chainedLine, readChain } from './auditChain.ts';
import { EXIT } from './console.ts';

/** What a command does to a run, as it will stand in the run's log. */
export interface AuditEntry {
  readonly command: string;
  /** Options that change what is done; never values of the table, paths of subjects or sentences */
  readonly details?: AuditLine['details'];
  readonly study?: string | null;
  readonly outcome: AuditOutcome;
}

const FILE = 'audit.jsonl';
const LOCK_PATIENCE_ms = 5000;

export const auditFile = (folder: string): string => join(folder, FILE);

/**
 * Appends a line to the log of a run's folder: who did what, and how it ended. A folder that is none of a run gets no log.
 *
 * @param run  `new` where the command makes the folder
 */
export async function audit(
  folder: string,
  { command, details = {}, study = null, outcome }: AuditEntry,
  run: 'new' | 'known' = 'known',
): Promise<void> {
  if (run === 'new') await mkdir(folder, { recursive: true });
  else if (!existsSync(join(folder, 'run.json')) && !existsSync(auditFile(folder))) return;
  const path = auditFile(folder);
  await whileLocked(`${path}.lock`, async () => {
    const { lines } = readChain(await readOr(path, ''), path);
    const facts = {
      ...whoAndWhen(),
      command,
      run: basename(resolve(folder)),
      study,
      details,
      outcome,
      version: packageVersion(),
    };
    const file = await open(path, 'a', 0o640);
    try {
      await file.write(`${JSON.stringify(chainedLine(facts, lines.at(-1)))}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Does a command's work and writes how it ended into the log of the run's folder. What the work gives says how: an exit code, or nothing for done.
 */
export async function audited<T>(
  folder: string,
  entry: Omit<AuditEntry, 'outcome'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    const result = await work();
    await audit(folder, { ...entry, outcome: outcomeOf(result) });
    return result;
  } catch (error) {
    const isOurs = error instanceof TwinError;
    const code = isOurs ? error.code : 'Unexpected';
    const outcome = code === 'Cancelled' ? 'interrupted' : isOurs ? 'refused' : 'failed';
    await audit(folder, { ...entry, details: { ...entry.details, code }, outcome });
    throw error;
  }
}

/** The log of a run's folder. @throws TwinError BadStudy where it has none */
export async function readAudit(folder: string, kept?: string): Promise<AuditChain> {
  const path = auditFile(folder);
  const text = await readOr(path, undefined);
  if (text === undefined) {
    throw new TwinError(
      'BadStudy',
      `${path}: there is no such log; it begins with the first command that works on the run`,
    );
  }
  return readChain(text, path, kept);
}

function outcomeOf(result: unknown): AuditOutcome {
  switch (result) {
    case EXIT.quarantined:
      return 'quarantined';
    case EXIT.interrupted:
      return 'interrupted';
    case EXIT.wrong:
      return 'refused';
    default:
      return 'done';
  }
}

function whoAndWhen(): Pick<AuditLine, 'time' | 'user' | 'host'> {
  const { username, uid } = userInfo();
  return { time: new Date().toISOString(), user: `${username} (${uid})`, host: hostname() };
}

async function readOr<T>(path: string, fallback: T): Promise<string | T> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return fallback;
    throw error;
  }
}

/** One writer at a time, so that every line follows another. A lock that its process left behind is set aside. */
async function whileLocked(lock: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await (await open(lock, 'wx')).close();
      break;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const made_ms = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - made_ms > LOCK_PATIENCE_ms) {
      const aside = `${lock}.${randomUUID()}`;
      await rename(lock, aside).then(
        () => rm(aside, { force: true }),
        () => undefined,
      ); // another has set it aside first
    }
    await sleep(20);
  }
  try {
    await work();
  } finally {
    await rm(lock, { force: true });
  }
}
