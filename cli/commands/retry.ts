import { Command } from 'commander';
import { findServer } from '../../infra/temporal/startServer.ts';
import { retryInRun } from '../../workers/client.ts';
import { audited } from '../audit.ts';
import type { BuildOptions } from '../buildCohort.ts';
import { say } from '../console.ts';
import { tellRun } from '../liveRun.ts';
import { readRunNote, runFolder } from '../runFolder.ts';
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
    // A server given by address may be there without anybody who works for this run: only a run's own says that it is under way.
    if ((await findServer(runFolder(folder).databaseFile, {})) !== undefined) {
      const count = await audited(folder, { command: 'retry' }, () => tellRun(folder, retryInRun));
      say(
        count === 0
          ? 'the run is under way, and none of its finished pages has quarantined subjects; call retry when it has ended'
          : `the run is under way; ${count} quarantined subjects of its finished pages are tried once more in it`,
      );
      return;
    }
    const { study, data, store, publish, queues } = note;
    const before = {
      ...(data === null ? {} : { data }),
      ...(store === undefined ? {} : { store }),
      ...(publish === undefined ? {} : { publish }),
      ...(queues === undefined ? {} : { queues }),
    };
    process.exitCode = await buildCohort(study, folder, { ...before, ...options }, true);
  });
