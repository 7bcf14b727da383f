import { Command } from 'commander';
import { answer, say } from '../console.ts';
import { duration } from './gc.ts';

interface VisitOptions {
  readonly ecg?: string;
  readonly anatomy?: string;
  readonly settle?: number;
  readonly hold?: boolean;
  readonly wait?: boolean;
  readonly json?: boolean;
}

export const visit = new Command('visit')
  .description(
    'Says that there is a new recording or anatomy of a subject: its twin is built at once, before whatever waits, and the tables are written when no more visits come.',
  )
  .argument('<run>', 'folder of a run that has a schedule')
  .argument('<subject>', 'its name in the sample sheet')
  .option('--ecg <file>', 'recording in the data folder (default: the sheet’s, read again)')
  .option('--anatomy <file>', 'anatomy in the data folder (default: the sheet’s, read again)')
  .option('--settle <time>', 'how long no other visit must come before the tables are written', duration)
  .option('--hold', 'the new tables wait until twinfold approve makes them the run’s')
  .option('--wait', 'wait until the tables are written')
  .option('--json', 'with --wait: answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold visit runs/hearts sub-0007
  twinfold visit runs/hearts sub-0007 --ecg hearts/sub-0007/follow-up.hea --wait`,
  )
  .action(async (run: string, subject: string, { json, ...options }: VisitOptions) => {
    const { visitSubject } = await import('../visitSubject.ts');
    const { audited } = await import('../audit.ts');
    const { hold = false, wait = false } = options;
    const done = await audited(run, { command: 'visit', details: { subject, hold, wait } }, () =>
      visitSubject(run, subject, options),
    );
    if (options.wait !== true) say(`${subject}: is built now; the tables follow when no more visits come`);
    else if (json) answer(done);
    else {
      const { published } = (done ?? {}) as {
        readonly published?: { readonly status: string; readonly version: string | null };
      };
      const version = published?.version ?? null;
      say(
        version === null
          ? `${subject}: built; the tables are the same`
          : `${subject}: built; version ${version} is ${published?.status}`,
      );
    }
  });
