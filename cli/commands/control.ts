import { Command } from 'commander';
import { findServer } from '../../infra/temporal/startServer.ts';
import { TwinError } from '../../twin/errors.ts';
import {
  type CohortClient,
  cancelCohort,
  cohortProgress,
  connectClient,
  pauseCohort,
  resizeCohort,
  resumeCohort,
} from '../../workers/client.ts';
import { answer, say } from '../console.ts';
import { openProgressLine } from '../progressLine.ts';
import { readRunNote, runFolder } from '../runFolder.ts';
import { positive } from './run.ts';

/** Talks to a run that is under way in another process. @throws TwinError BadStudy when none is */
async function withRun<T>(folder: string, act: (cohorts: CohortClient, run: string) => Promise<T>): Promise<T> {
  const { name } = readRunNote(folder);
  const server = await findServer(runFolder(folder).databaseFile);
  if (server === undefined) {
    throw new TwinError(
      'BadStudy',
      `${folder}: is not under way; twinfold run goes on with it, twinfold query reads what it published`,
    );
  }
  const cohorts = await connectClient(server);
  try {
    return await act(cohorts, name);
  } finally {
    await cohorts.close();
  }
}

const order = (
  name: string,
  description: string,
  done: string,
  act: (cohorts: CohortClient, run: string) => Promise<void>,
) =>
  new Command(name)
    .description(description)
    .argument('<run>', 'folder of the run')
    .addHelpText('after', `\nExample:\n  twinfold ${name} runs/demo`)
    .action(async (folder: string) => {
      await withRun(folder, act);
      say(done);
    });

export const pause = order(
  'pause',
  'Begins no further subject until the run is resumed; what is in flight ends.',
  'paused',
  pauseCohort,
);
export const resume = order('resume', 'Goes on with a paused run.', 'resumed', resumeCohort);
export const cancel = order(
  'cancel',
  'Ends a run; what it has built is kept, and the next run finds it.',
  'cancelled',
  cancelCohort,
);

export const resize = new Command('resize')
  .description('Changes how many subjects of a run are in flight at once.')
  .argument('<run>', 'folder of the run')
  .argument('<window>', 'subjects in flight', positive)
  .addHelpText('after', '\nExample:\n  twinfold resize runs/demo 64')
  .action(async (folder: string, window: number) => {
    await withRun(folder, (cohorts, run) => resizeCohort(cohorts, run, window));
    say(`${window} subjects in flight at once`);
  });

export const status = new Command('status')
  .description('Says where a run stands.')
  .argument('<run>', 'folder of the run')
  .option('--json', 'answer with one JSON document')
  .addHelpText('after', '\nExamples:\n  twinfold status runs/demo\n  watch -n 5 twinfold status runs/demo')
  .action(async (folder: string, { json }: { json?: boolean }) => {
    const progress = await withRun(folder, cohortProgress);
    if (json) answer(progress ?? null);
    else say(progress === undefined ? 'no execution is under way' : openProgressLine().describe(progress, 0));
  });
