import { Command } from 'commander';
import { LICENSE, LICENSE_EXPECTED } from '../../cohorts/provenance/license.ts';
import { TwinError } from '../../twin/errors.ts';
import { answer, say } from '../console.ts';

export const exportRun = new Command('export')
  .description(
    'Writes the tables of a finished run for archives and catalogues: with an RO-Crate and a Data Package, as a folder or a ZIP.',
  )
  .argument('<run>', 'folder of the run')
  .requiredOption('--out <place>', 'a new folder, or a file that ends in .zip')
  .option(
    '--license <name>',
    'licence of the tables: an SPDX identifier or an address (default: publish.license of the study)',
  )
  .option('--organization <name>', 'who answers for the tables: author and publisher')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
What is exported names subjects by their pseudonyms and their files by hash; no path, machine or person stands in it but what the tables hold.

Examples:
  twinfold export runs/demo --out demo-1 --license CC-BY-4.0 --organization "University Hospital"
  twinfold export runs/demo --out demo-1.zip`,
  )
  .action(
    async (
      run: string,
      { json, ...options }: { out: string; license?: string; organization?: string; json?: boolean },
    ) => {
      if (options.license !== undefined && !LICENSE.test(options.license))
        throw new TwinError('BadStudy', `--license: found "${options.license}", expected ${LICENSE_EXPECTED}`);
      const { exportRun: write } = await import('../exportRun.ts');
      const { audited } = await import('../audit.ts');
      const entry = { command: 'export', details: { license: options.license ?? null } };
      const { out, version, license, files } = await audited(run, entry, () => write(run, options));
      if (json) answer({ out, version, license, files });
      else {
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        say(`${files.length} files, ${(bytes / 1e6).toFixed(1)} MB, version ${version}: ${out}`);
        if (license === null) say('no licence is stated: add publish.license to the study file, or --license');
      }
    },
  );
