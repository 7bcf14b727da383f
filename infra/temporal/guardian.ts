import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { endProcess, type KnownProcess, processMark } from './processes.ts';
import { removeServerState, type ServerState, writeServerState } from './serverState.ts';

/**
 * A small process between Twinfold and its server. It holds the reading end of a pipe that only its parent can write to: when the parent ends,
 * however it ends, the pipe closes and the server is stopped. When the server itself is killed, it is started again on the same database and
 * ports. It runs in a process group of its own, so that a Ctrl-C reaches Twinfold first, which stops its workers before the server.
 */
const orderSchema = z.object({
  command: z.string(),
  args: z.array(z.string()),
  databaseFile: z.string(),
  logFile: z.string(),
  owner: z.object({ pid: z.number(), mark: z.string() }),
  port: z.number(),
  uiPort: z.number(),
  version: z.string(),
  endSignal: z.enum(['SIGTERM', 'SIGINT']).default('SIGTERM'),
  /** A browser that has the Web UI open keeps the server from ending by itself; its database is safe at any moment. */
  patience_ms: z.number().default(3000),
  mostRestarts: z.number().default(10),
  uid: z.number().optional(),
  gid: z.number().optional(),
});

const PAUSE_BEFORE_RESTART_ms = 300;
/** A server that ends after this time was well: what ended it is no reason to give up. */
const STEADY_ms = 5000;

const order = orderSchema.parse(JSON.parse(process.argv[2] ?? 'null'));
const log = createWriteStream(order.logFile, { flags: 'a' });
let server: KnownProcess | undefined;
let isEnding = false;

for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => void end());
process.stdin.resume();
process.stdin.on('end', () => void end());
process.stdin.on('error', () => void end());
process.stdout.on('error', () => void end()); // nobody listens any more

await superviseServer();

async function superviseServer(): Promise<void> {
  let isFirst = true;
  for (let failures = 0; !isEnding && failures <= order.mostRestarts; ) {
    const { uid, gid } = order;
    const began_ms = performance.now();
    const child = spawn(order.command, order.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined || gid === undefined ? {} : { uid, gid, cwd: '/' }),
    });
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    const mark = child.pid === undefined ? undefined : await processMark(child.pid);
    if (child.pid !== undefined && mark !== undefined) {
      server = { pid: child.pid, mark };
      await writeServerState(order.databaseFile, await stateOf(server));
      tell({ type: isFirst ? 'started' : 'restarted', pid: child.pid });
      isFirst = false;
    }
    const reason = await ended;
    server = undefined;
    failures = performance.now() - began_ms > STEADY_ms ? 1 : failures + 1;
    if (!isEnding) {
      tell({ type: 'ended', reason });
      await sleep(PAUSE_BEFORE_RESTART_ms);
    }
  }
  if (!isEnding) await end();
}

async function stateOf(child: KnownProcess): Promise<ServerState> {
  const { owner, port, uiPort, version } = order;
  const guardian = { pid: process.pid, mark: (await processMark(process.pid)) ?? '' };
  return { owner, guardian, server: child, port, uiPort, version };
}

async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  if (server !== undefined) await endProcess(server, order.patience_ms, order.endSignal);
  await removeServerState(order.databaseFile);
  process.exit(0);
}

function tell(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
