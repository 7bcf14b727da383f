import { Command, InvalidArgumentError } from 'commander';
import { audited } from '../audit.ts';
import { say } from '../console.ts';

export const report = new Command('report')
  .description(
    'Writes the report of a finished run: one offline HTML with the sex and size analysis, and its numbers as CSV and JSON.',
  )
  .argument('<run>', 'folder of the run')
  .option('--resamples <n>', 'resamples of each bootstrap interval (default: the study’s)', wholeNumber)
  .addHelpText(
    'after',
    `
Examples:
  twinfold report runs/demo
  twinfold report runs/demo --resamples 10000`,
  )
  .action(async (run: string, options: { resamples?: number }) => {
    const { writeReport } = await import('../writeReport.ts');
    say(await audited(run, { command: 'report' }, () => writeReport(run, options)));
  });

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 100) throw new InvalidArgumentError('expected a whole number from 100');
  return value;
}
