import { Command, InvalidArgumentError } from 'commander';
import { audited } from '../audit.ts';
import { say } from '../console.ts';

export const report = new Command('report')
  .description(
    'Writes the report of a finished run: one offline HTML with every analysis, its numbers and tables as CSV and JSON, and pages of single subjects.',
  )
  .argument('<run>', 'folder of the run')
  .option('--resamples <n>', 'resamples of each bootstrap interval (default: the study’s)', wholeNumber)
  .option(
    '--subjects <which>',
    'who gets a page of their own: all, none, shown (the fits that the report shows, and the quarantined), worst:N, or names with commas between',
    'shown',
  )
  .addHelpText(
    'after',
    `
Examples:
  twinfold report runs/demo
  twinfold report runs/demo --subjects worst:12
  twinfold report runs/demo --subjects sub-0001,sub-0007 --resamples 10000`,
  )
  .action(async (run: string, options: { resamples?: number; subjects: string }) => {
    const { writeReport } = await import('../writeReport.ts');
    const { readSubjectsAsked } = await import('../subjectPagesAsked.ts');
    const subjects = readSubjectsAsked(options.subjects);
    const onSubject = (written: number, asked: number) => {
      if (written % TELL_EVERY === 0 || (written === asked && asked > TELL_EVERY)) {
        say(`  ${written}/${asked} pages of subjects`);
      }
    };
    const resamples = options.resamples === undefined ? {} : { resamples: options.resamples };
    const onOutdated = (rows: number) =>
      say(`${rows} rows of counterfactual twins are of earlier twins and left out: twinfold counterfactual ${run}`);
    const events = { onSubject, onOutdated };
    say(await audited(run, { command: 'report' }, () => writeReport(run, { ...resamples, subjects, ...events })));
  });

/** Pages of subjects between two lines that tell of them. */
const TELL_EVERY = 100;

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 100) throw new InvalidArgumentError('expected a whole number from 100');
  return value;
}
