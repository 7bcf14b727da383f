import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { publishedFolder } from '../runFolder.ts';

export const table = new Command('table')
  .description('Prints the cohort table of a finished run as CSV; the Parquet file with units stands beside it.')
  .argument('<run>', 'folder of the run')
  .addHelpText(
    'after',
    `
Examples:
  twinfold table runs/demo > cohort.csv
  twinfold table runs/demo | head -n 3`,
  )
  .action(async (run: string) => {
    process.stdout.write(await readFile(join(publishedFolder(run), 'cohort.csv')));
  });
