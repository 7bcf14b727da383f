import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import { placeExecutable } from '../../infra/temporal/place.ts';
import { freePorts } from '../../infra/temporal/ports.ts';
import { runCommand } from '../../infra/temporal/runCommand.ts';

/** Servers of object storage that Go builds from its module proxy. */
export const S3_SERVERS = {
  /** In memory; knows neither conditional writes nor checksums */
  gofakes3: {
    module: 'github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0',
    args: (port: number) => ['-backend', 'memory', '-host', `127.0.0.1:${port}`],
  },
  /** In a folder; knows both */
  versitygw: {
    module: 'github.com/versity/versitygw/cmd/versitygw@v1.8.0',
    args: (port: number, folder: string) => [
      ...['--port', `127.0.0.1:${port}`, '--quiet', '--access', CREDENTIALS.accessKeyId],
      ...['--secret', CREDENTIALS.secretAccessKey, 'posix', folder],
    ],
  },
} as const;
export type S3ServerName = keyof typeof S3_SERVERS;

/** Of servers that are started here, on the loopback interface, and end with their starter. */
export const CREDENTIALS = { accessKeyId: 'twinfold', secretAccessKey: 'only-for-tests' } as const;
export const BUCKET = 'twins';

/** A server of object storage with one empty bucket. */
export interface S3Server {
  /** `http://127.0.0.1:…` */
  readonly endpoint: string;
  stop(): Promise<void>;
}

const START_ms = 20_000;
/** Ends the server when its own input ends, as it does when its starter ends, however that ends. */
const WATCH = '"$@" </dev/null & server=$!; read -r _; kill -9 $server; wait';

/** Where a server's program is kept for this machine. */
const programOf = (name: S3ServerName): string => {
  const version = S3_SERVERS[name].module.split('@')[1];
  return join(cacheFolder(), 's3', `${name}-${version}`);
};

/** Whether a server's program is there, so that nothing has to be built. */
export const isS3ServerBuilt = (name: S3ServerName): boolean => existsSync(programOf(name));

/** Builds a server's program unless it is there. @throws Error without Go, or where its modules cannot be fetched in time */
export async function buildS3Server(name: S3ServerName, timeout_s: number): Promise<string> {
  const program = programOf(name);
  if (isS3ServerBuilt(name)) return program;
  const cache = join(cacheFolder(), 's3');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'go-'));
  try {
    const environment = { ...process.env, GOBIN: folder };
    await runCommand('go', ['install', S3_SERVERS[name].module], { timeout_s, environment });
    return await placeExecutable(await readFile(join(folder, name)), program);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Starts a server with an empty bucket on a free port. It ends with this process.
 *
 * @param folder  for what the server keeps; it must be there
 * @throws Error where it does not answer
 */
export async function startS3Server(name: S3ServerName, folder: string): Promise<S3Server> {
  const program = programOf(name);
  const [port = 0] = await freePorts([undefined]);
  const command = [program, ...S3_SERVERS[name].args(port, folder)];
  const child = spawn('sh', ['-c', WATCH, 'sh', ...command], { stdio: ['pipe', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  try {
    await untilAnswering(child, endpoint);
    await makeBucket(endpoint);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, stop };
}

async function untilAnswering(child: { readonly stderr: Readable }, endpoint: string): Promise<void> {
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-1000);
  });
  for (const end = performance.now() + START_ms; ; await sleep(50)) {
    const isAnswering = await fetch(endpoint).then(
      () => true,
      () => false, // it is starting
    );
    if (isAnswering) return;
    if (performance.now() > end) throw new Error(`no answer at ${endpoint}: ${words}`);
  }
}

async function makeBucket(endpoint: string): Promise<void> {
  const { S3Client, CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials: CREDENTIALS, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  client.destroy();
}
