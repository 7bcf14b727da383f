import { Command, Option } from 'commander';
import { BACKEND_NAMES } from '../../backends/index.ts';
import { TwinError } from '../../twin/errors.ts';
import { answer, EXIT, say } from '../console.ts';
import { positive } from './run.ts';

interface ReplayCommandOptions {
  readonly all?: boolean;
  readonly sample?: number;
  readonly backend?: string;
  readonly data?: string;
  readonly json?: boolean;
}

export const replay = new Command('replay')
  .description(
    'Makes subjects of a run once more from their files, in this process, and compares every byte with what the run made.',
  )
  .argument('<run>', 'folder of the run')
  .argument('[subject]', 'a subject of its sheet')
  .option('--all', 'every subject of the sheet')
  .option('--sample <n>', 'with --all: only so many of them, drawn by the study’s seed', positive)
  .addOption(
    new Option('--backend <name>', 'compute with another backend, and compare within tolerances').choices([
      ...BACKEND_NAMES,
    ]),
  )
  .option('--data <dir>', 'where the subjects’ files lie now, where they were moved')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Nothing of the run is used but its plan, and nothing is written to it. A subject is not replayed where its files, the code or what the run
followed are others by now; that is said. Quarantined subjects are replayed, too: to the same failure. Ends with 1 unless all agree.

Examples:
  twinfold replay runs/demo sub-0003
  twinfold replay runs/demo --all --sample 5
  twinfold replay runs/demo sub-0003 --backend reference --json`,
  )
  .action(async (folder: string, subject: string | undefined, options: ReplayCommandOptions) => {
    if ((subject === undefined) !== (options.all === true))
      throw new TwinError('BadStudy', 'name a subject, or --all of them');
    const { checkSubject, openReplay } = await import('../replayRun.ts');
    const { drawSubjects } = await import('../drawSubjects.ts');
    const stop = new AbortController();
    const interrupt = () => stop.abort(new TwinError('Cancelled', 'interrupted'));
    process.once('SIGINT', interrupt);
    try {
      const { backend, data } = options;
      const run = await openReplay(folder, {
        ...(backend === undefined ? {} : { backend }),
        ...(data === undefined ? {} : { data }),
        signal: stop.signal,
      });
      if (subject !== undefined) checkSubject(run, subject);
      const subjects = subject === undefined ? drawSubjects(run.subjects, run.seed, options.sample) : [subject];
      const replays = [];
      for (const name of subjects) {
        const replayed = await run.replay(name);
        replays.push(replayed);
        if (!options.json) for (const sentence of replayed.sentences) say(sentence);
      }
      const agreeing = replays.filter(
        ({ verdict }) => verdict === 'identical' || verdict === 'within-tolerance',
      ).length;
      if (options.json) answer({ subjects: replays.length, agreeing, replays });
      else if (subjects.length > 1) say(`${agreeing} of ${subjects.length} subjects agree with the run`);
      process.exitCode = agreeing === replays.length ? EXIT.done : EXIT.wrong;
    } catch (error) {
      if (!(error instanceof TwinError) || error.code !== 'Cancelled') throw error;
      process.exitCode = EXIT.interrupted;
    } finally {
      process.off('SIGINT', interrupt);
    }
  });
