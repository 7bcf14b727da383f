import { Command, Option } from 'commander';
import { say } from '../console.ts';
import { publishedFolder } from '../runFolder.ts';

export const query = new Command('query')
  .description('Answers SQL on the published tables of a run: cohort, quarantine, dictionary, costs.')
  .argument('<run>', 'folder of the run')
  .argument('<sql>', 'a query, read-only')
  .addOption(
    new Option('--format <format>', 'how the answer is printed').choices(['table', 'csv', 'json']).default('table'),
  )
  .addHelpText(
    'after',
    `
Examples:
  twinfold query runs/demo 'select sex, count(*), avg(qrsDuration_ms) from cohort group by sex'
  twinfold query runs/demo 'select failureStage, failureCode, count(*) from quarantine group by all' --format csv
  twinfold query runs/demo "select name, unit, description from dictionary where unit = 'ms'"`,
  )
  .action(async (run: string, sql: string, { format }: { format: 'table' | 'csv' | 'json' }) => {
    const { runQuery } = await import('../../cohorts/query.ts');
    const { formatQuery } = await import('../../cohorts/queryText.ts');
    say(formatQuery(await runQuery(publishedFolder(run), sql), format).trimEnd());
  });
