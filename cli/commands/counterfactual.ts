import { Command, Option } from 'commander';
import type { CounterfactualOptions } from '../counterfactualCommand.ts';
import { natural, positive, withWorkers } from './run.ts';

export const counterfactual = withWorkers(
  new Command('counterfactual')
    .description(
      'Simulates hearts as they are not: every heart under one function, and pairs of a woman and a man with shape, size, position, torso and function exchanged.',
    )
    .argument('<run>', 'folder of a finished run')
    .option('--pairs <n>', 'most pairs (default: the study’s, otherwise 40)', positive)
    .option('--seed <n>', 'seed of the pairs (default: the study’s)', natural)
    .addOption(
      new Option(
        '--times <how>',
        'PMJ times on a heart of another size: scaled by the network’s speed, or kept (default: the study’s)',
      ).choices(['scaled', 'kept']),
    )
    .addOption(
      new Option('--pairing <how>', 'any woman with any man, or with the man nearest in age')
        .choices(['random', 'age'])
        .default('random'),
    ),
  'simulations',
)
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Writes reference.parquet and swaps.parquet beside the cohort table (docs/counterfactuals.md). Ends with 0, with 3 when some could not be simulated, 1 when
the run has no finished twins of both sexes, 130 when interrupted. Called again it goes on; what was simulated is found.

Examples:
  twinfold counterfactual runs/demo
  twinfold counterfactual runs/demo --pairs 100 --times kept`,
  )
  .action(async (folder: string, options: CounterfactualOptions) => {
    const { tellCounterfactuals } = await import('../counterfactualCommand.ts');
    process.exitCode = await tellCounterfactuals(folder, { ...options, needsPairs: true });
  });
