import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { keepOutput } from '../keepOutput.ts';
import { CREDENTIALS } from './servers.ts';

const CLI = fileURLToPath(new URL('../../cli/twinfold.ts', import.meta.url));

export interface EndedCommand {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** The environment of a command that finds a store by the AWS SDK's own settings, as a person's would. */
export function environmentOf(endpoint: string): NodeJS.ProcessEnv {
  const { TEMPORAL_ADDRESS: _, ...environment } = process.env;
  return {
    ...environment,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** Runs the command line to its end. */
export function runCli(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<EndedCommand> {
  const began_ms = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = keepOutput(child);
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve({ code, output: output(), seconds: (performance.now() - began_ms) / 1000 }));
  });
}
