import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { DEFAULT_HOME } from '../home.ts';
import type { ServeOptions } from '../serve.ts';
import { backendOption, natural, positive } from './run.ts';

const cores = availableParallelism();

export const serve = new Command('serve')
  .description('Keeps a server and workers up, so that schedules fire and visits are built. Ctrl-C drains and ends.')
  .argument('[home]', 'folder of the server and of what its runs keep', DEFAULT_HOME)
  .option('--workers <n>', 'worker processes; 0 leaves the work to workers elsewhere', natural, Math.min(2, cores))
  .option(
    '--slots <n>',
    'subjects computed at the same time in each worker',
    positive,
    Math.max(1, Math.floor(cores / 2)),
  )
  .addOption(backendOption())
  .option('--gpu', 'calibrate on this machine’s graphics devices, or with --workers 0 in the pool gpu elsewhere')
  .option('--large', 'there is a pool "large" elsewhere, for what finds too little memory')
  .option('--store <address>', 'where artifacts are kept: a folder or s3://bucket/prefix (default: in the home)')
  .option('--queues <name>', 'first word of the task queues, where others use the server as well')
  .addHelpText(
    'after',
    `
With TEMPORAL_ADDRESS the server is the one named there, and only workers are started here.

Examples:
  twinfold serve /srv/twinfold
  twinfold serve /srv/twinfold --workers 4 --slots 2 --store s3://hearts/twinfold`,
  )
  .action(async (home: string, options: ServeOptions) => {
    const { serve: keepUp } = await import('../serve.ts');
    process.exitCode = await keepUp(home, options);
  });
