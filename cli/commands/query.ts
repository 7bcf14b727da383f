import { Command, InvalidArgumentError, Option } from 'commander';
import { say } from '../console.ts';
import { publishedFolder } from '../runFolder.ts';

interface QueryOptions {
  readonly format: 'table' | 'csv' | 'json';
  readonly asOf?: Date;
  readonly version?: string;
}

export const query = new Command('query')
  .description(
    'Answers SQL on the published tables of a run: cohort, quarantine, dictionary, costs; versions and history of earlier ones.',
  )
  .argument('<run>', 'folder of the run')
  .argument('<sql>', 'a query, read-only')
  .addOption(
    new Option('--format <format>', 'how the answer is printed').choices(['table', 'csv', 'json']).default('table'),
  )
  .option('--as-of <time>', 'on the tables as they were then, as 2026-11-20T12:00 (local time) or 2026-11-20', asOfTime)
  .option('--version <version>', 'on the tables of one version: its digits, current, previous or held')
  .addHelpText(
    'after',
    `
Examples:
  twinfold query runs/demo 'select sex, count(*), avg(qrsDuration_ms) from cohort group by sex'
  twinfold query runs/demo 'select failureStage, failureCode, count(*) from quarantine group by all' --format csv
  twinfold query runs/demo "select name, unit, description from dictionary where unit = 'ms'"
  twinfold query runs/demo 'select * from versions'
  twinfold query runs/demo "select publishedAt, qrsDuration_ms from history where subject = 'sub-0007' order by 1"
  twinfold query runs/demo 'select count(*) from cohort' --as-of 2026-11-20T12:00`,
  )
  .action(async (run: string, sql: string, { format, ...which }: QueryOptions) => {
    const { runQuery } = await import('../../cohorts/query.ts');
    const { formatQuery } = await import('../../cohorts/queryText.ts');
    const { openFiles } = await import('../../activities/stores/openStore.ts');
    const { readVersions } = await import('../../activities/records/versions.ts');
    const { folderOfVersion } = await import('../versionTables.ts');
    const { runFolder } = await import('../runFolder.ts');
    const isOfNow = which.asOf === undefined && which.version === undefined;
    const folder = isOfNow ? publishedFolder(run) : runFolder(run).published;
    const versions = await readVersions(await openFiles(folder));
    const result = await runQuery(folderOfVersion(folder, versions, which), sql, { folder, versions });
    say(formatQuery(result, format).trimEnd());
  });

/** A day alone means its end. */
function asOfTime(text: string): Date {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T23:59:59.999`) : new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('expected a moment such as 2026-11-20T12:00');
  return time;
}
