import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly timeout_s: number;
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end and gives what it wrote to standard output.
 *
 * @throws Error with the last line that it wrote, when it is missing, fails, or takes too long
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.environment ?? process.env,
    });
    const timer = setTimeout(() => child.kill(), options.timeout_s * 1000);
    let output = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed`) : error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) return resolve(output);
      const line = complaint.trim().split('\n').at(-1) ?? '';
      const end = signal === null ? `ended with ${code}` : `was stopped after ${options.timeout_s} s`;
      reject(new Error(`${command} ${end}${line === '' ? '' : `: ${line}`}`));
    });
  });
}
