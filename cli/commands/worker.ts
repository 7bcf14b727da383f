import { Command, Option } from 'commander';
import type { WorkerOptions } from '../startWorker.ts';
import { backendOption, natural, positive } from './run.ts';

export const worker = new Command('worker')
  .description(
    'Runs one worker process: for a run that is under way here, or in a cluster for every run that shares its server, store and queues. SIGTERM and Ctrl-C let what is at work end or reach its checkpoint.',
  )
  .argument('[run]', 'folder of the run to join; without it, --store and TEMPORAL_ADDRESS say where the worker belongs')
  .addOption(
    new Option('--pool <pool>', 'what the worker does').choices(['cpu', 'gpu', 'large', 'workflow']).default('cpu'),
  )
  .option('--slots <n>', 'subjects computed at the same time (default: 1, on a device 2)', positive)
  .option('--store <address>', 'where artifacts are kept: a folder or s3://bucket/prefix')
  .option('--queues <name>', 'first word of the task queues (default: the run’s, or one by the store’s address)')
  .addOption(backendOption())
  .option('--device <id>', 'device to compute on, as twinfold doctor names it (default: the backend’s choice)')
  .option('--memory <MB>', 'memory that jobs may take together (default: three quarters of what there is)', positive)
  .option('--drain <s>', 'how long what is at work may go on after a stop (default: 3)', natural)
  .option('--deployment <name>', 'name under which Temporal keeps runs on the build that they began on')
  .option('--build-id <id>', 'this build (default: version and hash of the code)')
  .option('--metrics <address>', 'where Prometheus reads this worker’s metrics, as 127.0.0.1:9464')
  .addHelpText(
    'after',
    `
Examples:
  twinfold worker runs/demo
  TEMPORAL_ADDRESS=temporal:7233 twinfold worker --pool workflow --store s3://twins/hf --queues hf
  TEMPORAL_ADDRESS=temporal:7233 twinfold worker --pool cpu --store s3://twins/hf --queues hf --slots 8 --memory 24000 --drain 300
  TEMPORAL_ADDRESS=temporal:7233 twinfold worker --pool gpu --store s3://twins/hf --queues hf --backend webgpu
  TEMPORAL_ADDRESS=temporal:7233 twinfold worker --pool cpu --store s3://twins/hf --queues hf --deployment hf`,
  )
  .action(async (run: string | undefined, options: WorkerOptions) => {
    const { startWorker } = await import('../startWorker.ts');
    process.exitCode = await startWorker(run, options);
  });
