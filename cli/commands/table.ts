import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
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
    // Piece by piece: the text of a large cohort is hundreds of megabytes. Whoever reads the first lines only closes the pipe.
    await pipeline(createReadStream(join(publishedFolder(run), 'cohort.csv')), process.stdout, { end: false }).catch(
      (error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
      },
    );
  });
