import { Command } from 'commander';
import type { BuildOptions } from '../buildCohort.ts';
import { readRunNote } from '../runFolder.ts';
import { withBuildOptions } from './run.ts';

export const retry = withBuildOptions(
  new Command('retry')
    .description('Tries the quarantined subjects of a run once more, for instance after their files were corrected.')
    .argument('<run>', 'folder of the run'),
)
  .addHelpText('after', '\nExample:\n  twinfold retry runs/demo')
  .action(async (folder: string, options: BuildOptions) => {
    const { buildCohort } = await import('../buildCohort.ts');
    const note = readRunNote(folder);
    const data = options.data ?? note.data ?? undefined;
    process.exitCode = await buildCohort(
      note.study,
      folder,
      { ...options, ...(data === undefined ? {} : { data }) },
      true,
    );
  });
