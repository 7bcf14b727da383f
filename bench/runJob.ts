import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured } from './benchmark.ts';
import type { JobAnswer, JobInput, JobName } from './jobs/index.ts';

const own = fileURLToPath(new URL('./jobProcess.ts', import.meta.url));

/**
 * Runs one job in a process of its own.
 *
 * @param file  the job process, that of another checkout to measure its code
 * @throws Error what the job threw
 */
export async function runJob<N extends JobName>(
  name: N,
  input: JobInput<N>,
  file = own,
): Promise<Measured<JobAnswer<N>>> {
  const child = fork(file, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--max-old-space-size=8192'],
    serialization: 'advanced',
  });
  const gone = Promise.withResolvers<never>();
  child.once('error', gone.reject);
  child.once('exit', (code, signal) => gone.reject(new Error(`benchmark job ${name} ended with ${signal ?? code}`)));
  const answered = new Promise<Measured<JobAnswer<N>> | { error: string }>((resolve) => {
    child.once('message', (message) => resolve(message as Measured<JobAnswer<N>> | { error: string }));
  });
  child.send({ name, input });
  const message = await Promise.race([answered, gone.promise]);
  gone.promise.catch(() => undefined); // its ordinary end
  if ('error' in message) throw new Error(`benchmark job ${name}: ${message.error}`);
  return message;
}
