import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { cacheFolder } from '../../infra/temporal/cacheFolder.ts';
import { findServer } from '../../infra/temporal/startServer.ts';
import { TwinError } from '../../twin/errors.ts';
import { EXIT, say } from '../console.ts';
import { runFolder } from '../runFolder.ts';
import { positive } from './run.ts';

interface WorkerOptions {
  readonly pool: 'cpu' | 'workflow';
  readonly slots: number;
}

export const worker = new Command('worker')
  .description(
    'Adds a worker process to a run that is under way, here or, with TEMPORAL_ADDRESS, elsewhere. Ctrl-C stops it; its work goes on elsewhere.',
  )
  .argument('<run>', 'folder of the run, whose store the worker reads and writes')
  .addOption(new Option('--pool <pool>', 'what the worker does').choices(['cpu', 'workflow']).default('cpu'))
  .option('--slots <n>', 'subjects computed at the same time', positive, 1)
  .addHelpText(
    'after',
    '\nExamples:\n  twinfold worker runs/demo\n  TEMPORAL_ADDRESS=temporal:7233 twinfold worker /mnt/runs/demo --slots 8',
  )
  .action(async (run: string, { pool, slots }: WorkerOptions) => {
    const { runWorker } = await import('../../workers/runWorker.ts');
    const { databaseFile, store } = runFolder(run);
    const server = await findServer(databaseFile);
    if (server === undefined) {
      throw new TwinError(
        'BadStudy',
        `${run}: is not under way; start it with twinfold run, or name its server by TEMPORAL_ADDRESS`,
      );
    }
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    const { address, namespace } = server;
    const edgeModule = new URL('../../workers/edge.ts', import.meta.url).href;
    const settings = {
      pool,
      address,
      namespace,
      slots,
      storeFolder: resolve(store),
      cache: cacheFolder(),
      edgeModule,
      logFile: null,
    };
    await runWorker(settings, stop.signal, () => say(`${pool} worker of ${run}, ${slots} at a time, on ${address}`));
    if (stop.signal.aborted) process.exitCode = EXIT.interrupted;
  });
