import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { keepOutput } from '../keepOutput.ts';

/** Ports inside a worker's namespace, the same as in a cluster. */
export const TEMPORAL = 7233;
export const STORE = 9000;
export const METRICS = 9464;

/** A `twinfold worker` process that reaches nothing but Temporal and the store, and shows nothing but its metrics. */
export interface IsolatedWorker {
  readonly name: string;
  readonly pid: number;
  /** Where its page of metrics comes out on this side */
  readonly metricsSocket: string;
  output(): string;
  /** SIGTERM, as Kubernetes does; gives the exit code once it is gone */
  stop(): Promise<number | null>;
}

export interface IsolatedWorkerOptions {
  readonly name: string;
  /** For sockets; everybody may pass through it */
  readonly folder: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Sockets that lead to Temporal and to the store */
  readonly temporalSocket: string;
  readonly storeSocket: string;
}

const cli = fileURLToPath(new URL('../../cli/twinfold.ts', import.meta.url));
const forwarder = fileURLToPath(new URL('./forward.ts', import.meta.url));
/** Debian's user that owns nothing */
export const NOBODY = 65_534;
const READY_TIMEOUT_ms = 90_000;

/** How a network namespace can be had here; undefined where it cannot. */
export function namespaceCommand(): readonly string[] | undefined {
  const asRoot = ['unshare', '--net', '--'];
  const asOther = ['unshare', '--user', '--map-root-user', '--net', '--'];
  return [asRoot, asOther].find(([command = '', ...args]) => {
    try {
      execFileSync(command, [...args, 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' });
      return true;
    } catch {
      return false; // not allowed, or no such program
    }
  });
}

/** Starts a worker in a network namespace of its own, as nobody and without a capability where this is root. Waits until it says that it is there. */
export async function startIsolated(
  namespace: readonly string[],
  options: IsolatedWorkerOptions,
): Promise<IsolatedWorker> {
  const { name, folder, args, environment, temporalSocket, storeSocket } = options;
  const metricsSocket = join(folder, `${name}.metrics`);
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');
  const pairs = [`${TEMPORAL}=${temporalSocket}`, `${STORE}=${storeSocket}`, `${metricsSocket}=${METRICS}`];
  const isRoot = process.getuid?.() === 0;
  const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--bounding-set=-all'];
  const limited = isRoot ? [...asNobody, '--no-new-privs', '--'] : [];
  const script = [
    'ip link set lo up',
    `${quoted([process.execPath, forwarder, ...pairs])} &`,
    `exec ${quoted([...limited, process.execPath, cli, 'worker', ...args])}`,
  ];
  const [command = '', ...rest] = namespace;
  const child = spawn(command, [...rest, 'sh', '-c', script.join('\n')], {
    detached: true, // the forwarder is in its group
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  const output = keepOutput(child);
  const pid = child.pid ?? 0;
  const stop = () => stopGroup(child, pid);
  for (const end = performance.now() + READY_TIMEOUT_ms; !/ worker of /.test(output()); await sleep(100)) {
    if (child.exitCode !== null || performance.now() > end) {
      await stop();
      throw new Error(`worker ${name} does not come up:\n${output()}`);
    }
  }
  return { name, pid, metricsSocket, output, stop };
}

async function stopGroup(child: ChildProcess, pid: number): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM'); // the worker alone: it still needs its way to the server
    await gone;
  }
  try {
    process.kill(-pid, 'SIGKILL'); // what is left of its group: the forwarder
  } catch {
    // nothing is left
  }
  return child.exitCode;
}

/** Network devices and listening TCP ports of a process's namespace. */
export function networkOf(pid: number): { readonly devices: readonly string[]; readonly ports: readonly number[] } {
  const devices = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
    .split('\n')
    .flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []);
  const LISTENING = '0A';
  const ports = ['tcp', 'tcp6']
    .map((kind) => `/proc/${pid}/net/${kind}`)
    .filter(existsSync)
    .flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(1))
    .flatMap((line) => {
      const [, local = '', , state] = line.trim().split(/\s+/);
      return state === LISTENING ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
    });
  return { devices, ports: [...new Set(ports)].sort((a, b) => a - b) };
}
