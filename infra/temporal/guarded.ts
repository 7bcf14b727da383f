import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { TwinError } from '../../twin/errors.ts';
import type { OnServerEvent } from './events.ts';
import { endProcess, isAlive, type KnownProcess, processMark, waitUntilGone } from './processes.ts';
import { readServerState, removeServerState, type ServerState } from './serverState.ts';

/** What a guardian is told about the process that it keeps up. */
export interface GuardianOrder {
  readonly command: string;
  readonly args: readonly string[];
  /** Names the note and the log that stand beside it */
  readonly databaseFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly version: string;
  /** How the process is asked to end; SIGTERM where it is not said */
  readonly endSignal?: 'SIGTERM' | 'SIGINT';
  /** It is ended by force after this time, ms */
  readonly patience_ms?: number;
  /** Ends in a row, each within seconds of a start, after which it is not started again */
  readonly mostRestarts?: number;
  /** User and group that the process runs as, where they are not ours */
  readonly uid?: number;
  readonly gid?: number;
}

/** A process that is started again when it ends, and that ends with this one. */
export interface Guarded {
  /** Number of the process that runs now; undefined between two of them */
  pid(): number | undefined;
  /** Why it is not up and will not be; undefined while there is hope */
  whyHopeless(): string | undefined;
  /** Stops the process, and returns when it is gone. */
  stop(): Promise<void>;
}

const END_PATIENCE_ms = 10_000;

/** A log that stands beside a database. */
export const logFileOf = (databaseFile: string): string => `${databaseFile}.server.log`;

/** Starts a guardian and through it the process. @param onRestart  told after each restart, with the reason of the end before it */
export async function startGuarded(
  order: GuardianOrder,
  onRestart: (pid: number, reason: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Guarded> {
  const owner: KnownProcess = { pid: process.pid, mark: (await processMark(process.pid)) ?? '' };
  const told = { ...order, owner, logFile: logFileOf(order.databaseFile) };
  const guardian = spawn(process.execPath, [guardianPath, JSON.stringify(told)], {
    detached: true, // a process group of its own: Ctrl-C does not reach it
    stdio: ['pipe', 'pipe', 'ignore'],
    env: environment,
  });
  let lastEnd = 'it never began';
  let current: number | undefined;
  createInterface({ input: guardian.stdout }).on('line', (line) => {
    const { type, pid, reason } = messageSchema.parse(JSON.parse(line));
    current = type === 'ended' ? undefined : pid;
    if (type === 'ended') lastEnd = reason ?? lastEnd;
    if (type === 'restarted' && pid !== undefined) onRestart(pid, lastEnd);
  });
  return {
    pid: () => current,
    whyHopeless: () => (guardian.exitCode === null ? undefined : `it does not stay up (${lastEnd})`),
    async stop() {
      if (guardian.exitCode === null && guardian.signalCode === null) {
        const gone = new Promise<void>((done) => guardian.once('exit', () => done()));
        guardian.stdin.end(); // closing its pipe is what tells a guardian to end, here as after a crash
        await gone;
      }
      // One that was killed could not take the process with it.
      const left = await readServerState(order.databaseFile);
      if (left === undefined || left.owner.pid !== owner.pid || left.owner.mark !== owner.mark) return;
      await endProcess(left.server, order.patience_ms ?? END_PATIENCE_ms);
      await removeServerState(order.databaseFile);
    },
  };
}

/**
 * Waits for, or ends, what an earlier start on this database left behind: two servers on one file would harm it.
 *
 * @throws TwinError BadStudy where its owner is alive
 */
export async function endOlder(databaseFile: string, onEvent: OnServerEvent): Promise<ServerState | undefined> {
  const state = await readServerState(databaseFile);
  if (state === undefined) return undefined;
  if ((await isAlive(state.guardian)) && (await isAlive(state.owner))) {
    throw new TwinError(
      'BadStudy',
      `${databaseFile}: in use by process ${state.owner.pid}, whose server listens on 127.0.0.1:${state.port}; wait for it, or stop it`,
    );
  }
  if (await isAlive(state.server)) onEvent({ type: 'ending-older', pid: state.server.pid });
  // A guardian that lost its parent is stopping the server already; without a guardian nobody does.
  if (await isAlive(state.guardian)) await waitUntilGone(state.guardian, END_PATIENCE_ms);
  await endProcess(state.guardian, END_PATIENCE_ms);
  await endProcess(state.server, END_PATIENCE_ms);
  return state;
}

const guardianPath = fileURLToPath(new URL('./guardian.ts', import.meta.url));

const messageSchema = z.object({ type: z.string(), pid: z.number().optional(), reason: z.string().optional() });
