import { Command } from 'commander';
import { backendOption, positive } from './run.ts';

export const demo = new Command('demo')
  .description(
    'Shows a whole study: a synthetic population and a broken subject, through a Temporal server and two workers, to the report.',
  )
  .option('--out <dir>', 'folder of the demonstration', 'twinfold-demo')
  .option('--size <n>', 'people, half of them women', positive, 24)
  .addOption(backendOption())
  .addHelpText('after', '\nExamples:\n  twinfold demo\n  twinfold demo --size 8 --out /tmp/demo')
  .action(async (options: { out: string; size: number; backend: string }) => {
    const { demonstrate } = await import('../demonstrate.ts');
    process.exitCode = await demonstrate(options);
  });
