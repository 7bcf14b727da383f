import { Command } from 'commander';
import { answer, PROGRAM, say } from '../console.ts';
import { runFolder } from '../runFolder.ts';

export const approve = new Command('approve')
  .description('Makes tables that a schedule holds back the run’s own, or refuses them.')
  .argument('<run>', 'folder of the run')
  .argument('[version]', 'digits of the version (default: the one that waits)')
  .option('--reject', 'leave the run’s tables as they are')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold diff runs/hearts@current runs/hearts@held
  twinfold approve runs/hearts
  twinfold approve runs/hearts 3f2a91c07b44 --reject`,
  )
  .action(async (run: string, version: string | undefined, { reject, json }: { reject?: boolean; json?: boolean }) => {
    const { openFiles } = await import('../../activities/stores/openStore.ts');
    const { decideVersion } = await import('../../activities/records/versions.ts');
    const { audited } = await import('../audit.ts');
    const entry = { command: 'approve', details: { version: version ?? null, reject: reject === true } };
    const decided = await audited(run, entry, async () =>
      decideVersion(await openFiles(runFolder(run).published), version, reject !== true),
    );
    if (json) answer(decided);
    else if (reject) say(`version ${decided.version} is rejected; the run’s tables stay as they are`);
    else say(`version ${decided.version} is published; ${PROGRAM} report ${run} writes its report`);
  });
