import { Command, InvalidArgumentError, Option } from 'commander';
import type { CohortClient } from '../../workers/client.ts';
import type { ScheduleDetails, ScheduleState } from '../../workers/schedules.ts';
import { answer, PROGRAM, say } from '../console.ts';
import { DEFAULT_HOME, type HomeNote } from '../home.ts';
import type { CreateOptions } from '../scheduleRun.ts';
import { duration } from './gc.ts';
import { positive } from './run.ts';

interface HomeOptions {
  readonly home: string;
  readonly json?: boolean;
}

const homeOption = (): Option =>
  new Option('--home <dir>', 'folder of the server that is kept up by twinfold serve').default(DEFAULT_HOME);

const create = new Command('create')
  .description('Brings a study’s tables up to date by itself: what is new or has changed in its sources is built.')
  .argument('<study>', 'study file')
  .addOption(homeOption())
  .option('--out <dir>', 'folder of the run (default: runs/<study name>)')
  .option('--data <dir>', 'folder that the sheet’s paths start in (default: the study’s)')
  .option('--id <id>', 'name of the schedule (default: the study’s)')
  .option(
    '--cron <text>',
    'when, as five fields, UTC or after CRON_TZ=Europe/Berlin; may be given several times',
    collect,
    [],
  )
  .option('--every <time>', 'how often, as 30min, 6h, 1d', duration)
  .option('--jitter <time>', 'move each time by a random part of this', duration)
  .addOption(
    new Option('--overlap <policy>', 'what is done when the time comes while the last execution goes on')
      .choices(['skip', 'buffer-one', 'cancel-other', 'allow-all'])
      .default('skip'),
  )
  .option('--paused', 'make it without letting it fire')
  .option('--hold', 'new tables wait until twinfold approve makes them the run’s')
  .option('--thorough', 'read every file’s contents each time, not only where size or time have changed')
  .option('--keep <n>', 'versions of the tables that are kept, the current one included', positive)
  .option('--keep-days <d>', 'days that a version is kept after another took its place', positive)
  .option('--window <n>', 'subjects in flight at once', positive)
  .addHelpText(
    'after',
    `
Examples:
  twinfold schedule create study.yaml --home /srv/twinfold --cron '0 3 * * *' --out /srv/runs/hearts
  twinfold schedule create study.yaml --every 1d --jitter 30min --hold --keep 30`,
  )
  .action(async (study: string, options: CreateOptions) => {
    const { createFor } = await import('../scheduleRun.ts');
    const { home, hold = false, overlap, paused = false } = options;
    const details = { hold, overlap, paused, id: options.id ?? null };
    const { id, out } = await noted(home, 'create', details, () => createFor(study, options));
    say(
      `schedule ${id}: tables go to ${out}/published; ${PROGRAM} schedule trigger ${id} --home ${options.home} begins now`,
    );
  });

const list = new Command('list')
  .description('Names the schedules of a server.')
  .addOption(homeOption())
  .option('--json', 'answer with one JSON document')
  .addHelpText('after', '\nExample:\n  twinfold schedule list --home /srv/twinfold')
  .action(async ({ home, json }: HomeOptions) => {
    const found = await ask(home, ({ listSchedules }, cohorts) => listSchedules(cohorts));
    if (json) answer(found);
    else for (const schedule of found) say(lineOf(schedule));
    if (!json && found.length === 0) say('no schedules');
  });

const describe = new Command('describe')
  .description('Says when a schedule fires, and what its last executions did.')
  .argument('<id>', 'name of the schedule')
  .addOption(homeOption())
  .option('--json', 'answer with one JSON document')
  .addHelpText('after', '\nExample:\n  twinfold schedule describe hearts --home /srv/twinfold')
  .action(async (id: string, { home, json }: HomeOptions) => {
    const found = await ask(home, ({ describeSchedule }, cohorts) => describeSchedule(cohorts, id));
    if (json) answer(found);
    else for (const line of linesOf(found)) say(line);
  });

const trigger = new Command('trigger')
  .description('Fires a schedule now.')
  .argument('<id>', 'name of the schedule')
  .addOption(homeOption())
  .option('--wait', 'wait until it has ended, and print what changed')
  .option('--json', 'with --wait: answer with one JSON document')
  .addHelpText('after', '\nExample:\n  twinfold schedule trigger hearts --home /srv/twinfold --wait')
  .action(async (id: string, { home, wait, json }: HomeOptions & { readonly wait?: boolean }) => {
    if (wait !== true) {
      await order(home, 'trigger', { id }, ({ triggerSchedule }, cohorts) => triggerSchedule(cohorts, id));
      say(`fired; ${PROGRAM} schedule describe ${id} --home ${home} says what becomes of it`);
      return;
    }
    const { triggerAndWait } = await import('../scheduleRun.ts');
    const fired = await order(home, 'trigger', { id }, (_, cohorts, note) => triggerAndWait(cohorts, note, id));
    if (json) answer(fired.result);
    else {
      say(resultSentence(fired.result));
      if (fired.diff !== undefined) say(fired.diff.trimEnd());
    }
  });

const backfill = new Command('backfill')
  .description('Fires a schedule for every time that it had between two moments, one after the other.')
  .argument('<id>', 'name of the schedule')
  .addOption(homeOption())
  .requiredOption('--from <time>', 'first moment, as 2026-11-01T00:00', moment)
  .requiredOption('--to <time>', 'last moment', moment)
  .addHelpText('after', '\nExample:\n  twinfold schedule backfill hearts --from 2026-11-01 --to 2026-11-03')
  .action(async (id: string, { home, from, to }: HomeOptions & { readonly from: Date; readonly to: Date }) => {
    await order(home, 'backfill', { id }, ({ backfillSchedule }, cohorts) => backfillSchedule(cohorts, id, from, to));
    say(`fires for every time from ${from.toISOString()} to ${to.toISOString()}`);
  });

const simple = (
  name: 'pause' | 'unpause' | 'delete',
  description: string,
  done: string,
  act: 'pauseSchedule' | 'unpauseSchedule' | 'deleteSchedule',
) =>
  new Command(name)
    .description(description)
    .argument('<id>', 'name of the schedule')
    .addOption(homeOption())
    .addHelpText('after', `\nExample:\n  twinfold schedule ${name} hearts --home /srv/twinfold`)
    .action(async (id: string, { home }: HomeOptions) => {
      await order(home, name, { id }, (schedules, cohorts) => schedules[act](cohorts, id));
      say(done);
    });

export const schedule = new Command('schedule')
  .description('Brings studies up to date by themselves, on the server that twinfold serve keeps up.')
  .addHelpText(
    'after',
    `
Examples:
  twinfold schedule create study.yaml --cron '0 3 * * *'
  twinfold schedule trigger hearts --wait`,
  )
  .addCommand(create)
  .addCommand(list)
  .addCommand(describe)
  .addCommand(trigger)
  .addCommand(backfill)
  .addCommand(simple('pause', 'Lets a schedule fire no more until it is unpaused.', 'paused', 'pauseSchedule'))
  .addCommand(simple('unpause', 'Lets a paused schedule fire again.', 'fires again', 'unpauseSchedule'))
  .addCommand(
    simple('delete', 'Removes a schedule; its run and its tables stay.', 'removed; its run stays', 'deleteSchedule'),
  );

type Schedules = typeof import('../../workers/schedules.ts');
type Act<T> = (schedules: Schedules, cohorts: CohortClient, note: HomeNote) => Promise<T>;
type Details = Readonly<Record<string, string | boolean | null>>;

/** Asks the server of a home about its schedules. */
async function ask<T>(home: string, act: Act<T>): Promise<T> {
  const { askHome } = await import('../home.ts');
  const schedules = await import('../../workers/schedules.ts');
  return askHome(home, (cohorts, note) => act(schedules, cohorts, note));
}

/** Does something to a schedule, and writes into the log of its home who did. */
const order = <T>(home: string, what: string, details: Details, act: Act<T>): Promise<T> =>
  noted(home, what, details, () => ask(home, act));

async function noted<T>(home: string, what: string, details: Details, work: () => Promise<T>): Promise<T> {
  const { audited } = await import('../audit.ts');
  return audited(home, { command: `schedule ${what}`, details }, work);
}

function lineOf({ id, run, isPaused, next, recent, note }: ScheduleState): string {
  const parts = [`${id}: run ${run}`];
  parts.push(isPaused ? `paused${note ? ` (${note})` : ''}` : `next ${next[0] ?? 'never'}`);
  const last = recent.at(-1);
  if (last !== undefined) parts.push(`last ${last.at}`);
  return parts.join(' · ');
}

function linesOf(details: ScheduleDetails): string[] {
  const { overlap, input, executions, fired } = details;
  const lines = [
    lineOf(details),
    `overlap ${overlap}; fired ${fired} times${input?.isHeld ? '; holds new tables back' : ''}`,
  ];
  for (const { at, result } of executions) lines.push(`${at}  ${resultSentence(result)}`);
  return lines;
}

/** What an execution did, in a sentence. */
function resultSentence(result: unknown): string {
  const { status, reason, added, changed, removed, unchanged, computed, quarantined, version } = (result ??
    {}) as Record<string, string | number | null | undefined>;
  if (added === undefined) return reason === undefined ? String(status ?? 'no answer') : `${status}: ${reason}`;
  const seen = `${added} new, ${changed} changed, ${removed} removed, ${unchanged} unchanged`;
  if (status === 'nothing-to-do') return `nothing to do: ${unchanged} unchanged`;
  const made =
    version === null ? 'the tables are the same' : `version ${version}${status === 'held' ? ', held back' : ''}`;
  return `${seen}; ${computed} twins computed, ${quarantined} quarantined; ${made}`;
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

function moment(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('expected a moment such as 2026-11-20T12:00');
  return time;
}
