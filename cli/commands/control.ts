import { Command } from 'commander';
import {
  type CohortClient,
  cancelCohort,
  cohortProgress,
  pauseCohort,
  resizeCohort,
  resumeCohort,
} from '../../workers/client.ts';
import { audited } from '../audit.ts';
import { answer, say } from '../console.ts';
import { askRun, lastCounts, tellRun } from '../liveRun.ts';
import { openProgressLine } from '../progressLine.ts';
import { runFolder } from '../runFolder.ts';
import { positive } from './run.ts';

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
      await audited(folder, { command: name }, () => tellRun(folder, act));
      say(done);
    });

export const pause = order(
  'pause',
  'Begins no further subject until the run is resumed; what is in flight ends.',
  'paused; what is in flight ends',
  pauseCohort,
);
export const resume = order('resume', 'Goes on with a paused run.', 'resumed', resumeCohort);
export const cancel = order(
  'cancel',
  'Ends a run; what it has built is kept, and the next run finds it.',
  'cancelled; what it has built is kept',
  cancelCohort,
);

export const resize = new Command('resize')
  .description('Changes how many subjects of a run are in flight at once.')
  .argument('<run>', 'folder of the run')
  .argument('<window>', 'subjects in flight', positive)
  .addHelpText('after', '\nExample:\n  twinfold resize runs/demo 64')
  .action(async (folder: string, window: number) => {
    const entry = { command: 'resize', details: { window } };
    await audited(folder, entry, () => tellRun(folder, (cohorts, run) => resizeCohort(cohorts, run, window)));
    say(`${window} subjects in flight at once`);
  });

export const status = new Command('status')
  .description('Says where a run stands.')
  .argument('<run>', 'folder of the run')
  .option('--json', 'answer with one JSON document')
  .addHelpText('after', '\nExamples:\n  twinfold status runs/demo\n  watch -n 5 twinfold status runs/demo')
  .action(async (folder: string, { json }: { json?: boolean }) => {
    const progress = (await askRun(folder, cohortProgress))?.answer;
    if (progress !== undefined) {
      if (json) answer(progress);
      else say(openProgressLine().describe(progress, 0));
      return;
    }
    const counts = lastCounts(folder) ?? null;
    if (json) answer({ phase: 'not-under-way', published: counts });
    else if (counts === null) say('not under way, and nothing is published yet; twinfold run goes on with it');
    else {
      const { subjects, done, quarantined } = counts;
      const { published } = runFolder(folder);
      say(`not under way; published: ${subjects} subjects, ${done} done, ${quarantined} quarantined (${published})`);
    }
  });
