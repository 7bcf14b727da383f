import { Command } from 'commander';
import { DEFAULT_HOME } from '../home.ts';
import type { ServeOptions } from '../serve.ts';
import { withPools, withWorkers } from './run.ts';

export const serve = withPools(
  withWorkers(
    new Command('serve')
      .description(
        'Keeps a server and workers up, so that schedules fire and visits are built. Ctrl-C drains and ends.',
      )
      .argument('[home]', 'folder of the server and of what its runs keep', DEFAULT_HOME),
  ),
)
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
