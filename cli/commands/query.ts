import { Command, InvalidArgumentError, Option } from 'commander';
import { TwinError } from '../../twin/errors.ts';
import { say } from '../console.ts';

const FORMATS = ['table', 'csv', 'json', 'arrow'] as const;

interface QueryOptions {
  readonly format: (typeof FORMATS)[number];
  readonly out?: string;
  readonly list?: boolean;
  readonly param: Readonly<Record<string, string>>;
  readonly with: Readonly<Record<string, string>>;
  readonly asOf?: Date;
  readonly version?: string;
}

export const query = new Command('query')
  .description(
    'Answers SQL, or a question by its name, on the published tables of a run: cohort, quarantine, dictionary, costs, estimates; waveforms, activation, reference, swaps and draws where they are there; versions and history of earlier ones.',
  )
  .argument('<run>', 'folder of the run')
  .argument('[sql]', 'a query, read-only, or @name of a named one')
  .option('--list', 'show the named queries and their parameters')
  .option('--param <name=value>', 'value of a parameter: $name in SQL (may be given several times)', collect, {})
  .option(
    '--with <name=run>',
    'tables of another run, or RUN@previous, as name.cohort (may be given several times)',
    collect,
    {},
  )
  .addOption(
    new Option('--format <format>', 'how the answer is written; arrow is Arrow IPC with units, and needs --out')
      .choices(FORMATS)
      .default('table'),
  )
  .option('--out <file>', 'write the answer there, piece by piece; - is standard output')
  .option('--as-of <time>', 'on the tables as they were then, as 2026-11-20T12:00 (local time) or 2026-11-20', asOfTime)
  .option('--version <version>', 'on the tables of one version: its digits, current, previous or held')
  .addHelpText(
    'after',
    `
Examples:
  twinfold query runs/demo --list
  twinfold query runs/demo @by-sex --param column=lvMass_g
  twinfold query runs/demo 'select sex, count(*), avg(qrsDuration_ms) from cohort group by sex'
  twinfold query runs/demo 'select subject from cohort where fitCorrelation < $least' --param least=0.99
  twinfold query runs/demo @compare-runs --with other=runs/finer
  twinfold query runs/demo 'from cohort' --format arrow --out cohort.arrow
  twinfold query runs/demo 'select failureStage, failureCode, count(*) from quarantine group by all' --format csv
  twinfold query runs/demo "select publishedAt, qrsDuration_ms from history where subject = 'sub-0007' order by 1"
  twinfold query runs/demo 'select count(*) from cohort' --as-of 2026-11-20T12:00`,
  )
  .action(async (run: string, sql: string | undefined, options: QueryOptions) => {
    const { format, out, list, param, with: others, ...which } = options;
    if (list === true) {
      const { listNamed } = await import('../../cohorts/queries/listNamed.ts');
      say(listNamed());
      return;
    }
    if (sql === undefined)
      throw new TwinError('BadInput', 'the query is missing: give SQL, or @name of one of those that --list shows');
    if (format === 'arrow' && out === undefined)
      throw new TwinError('BadInput', '--format arrow is bytes: give --out FILE, or --out - for standard output');
    const { openRuns, questionOf } = await import('../queryRuns.ts');
    const tables = await openRuns(run, which, others);
    try {
      const question = await questionOf(sql, param, tables);
      if (out === undefined && format !== 'arrow') {
        const { formatQuery } = await import('../../cohorts/queryText.ts');
        say(formatQuery(await tables.ask(question.sql, question.parameters), format).trimEnd());
        return;
      }
      const { writeAnswer } = await import('../writeAnswer.ts');
      const rows = await writeAnswer(tables, question, format, out ?? '-');
      if (out !== '-') say(`${rows === 1 ? '1 row' : `${rows} rows`}: ${out}`);
    } finally {
      tables.close();
    }
  });

/** `name=value`, gathered. */
function collect(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at < 1 || !/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
    throw new InvalidArgumentError('expected name=value, the name a word of letters, digits and _');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`${name} was given already`);
  return { ...before, [name]: text.slice(at + 1) };
}

/** A day alone means its end. */
function asOfTime(text: string): Date {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T23:59:59.999`) : new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('expected a moment such as 2026-11-20T12:00');
  return time;
}
