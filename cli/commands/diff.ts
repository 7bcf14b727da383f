import { Command } from 'commander';
import { answer, say } from '../console.ts';

export const diff = new Command('diff')
  .description(
    'Says what differs between two sets of tables: rows, columns, what decided it, and what becomes of the cohort.',
  )
  .argument('<before>', 'folder of a run, or RUN@VERSION with a version’s digits, previous, current or held')
  .argument('[after]', 'the same; where it is left out, the run’s previous version is compared with its current one')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold diff runs/hearts
  twinfold diff runs/hearts@3f2a91c07b44 runs/hearts
  twinfold diff runs/hearts@current runs/hearts@held
  twinfold diff runs/before runs/after --json | jq .effects`,
  )
  .action(async (before: string, after: string | undefined, { json }: { json?: boolean }) => {
    const { diffTables, tablesOf } = await import('../../activities/diffRun.ts');
    const { diffText } = await import('../../cohorts/diffText.ts');
    const { openTables } = await import('../versionTables.ts');
    const [was, is] =
      after === undefined
        ? [await openTables(`${before}@previous`), await openTables(`${before}@current`)]
        : [await openTables(before), await openTables(after)];
    const found = await diffTables(tablesOf(was.files, was.version), tablesOf(is.files, is.version));
    if (json) answer({ before: was.label, after: is.label, ...found });
    else say(diffText(found, was.label, is.label).trimEnd());
  });
