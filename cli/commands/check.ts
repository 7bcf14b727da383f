import { Command } from 'commander';
import type { CheckOptions } from '../checkStudy.ts';

export const check = new Command('check')
  .description(
    'Says what is wrong with which subject, before anything is calibrated: files, meshes, anatomies, electrodes, ECGs.',
  )
  .argument('<study>', 'study file')
  .option('--data <place>', 'folder or s3://bucket/prefix that the sheet’s paths start in (default: the study’s)')
  .option('--out <dir>', 'folder for check.html (pictures of every subject) and check.json')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Ends with 0 when every subject can be built, 3 when some cannot, 1 when the study or its sheet is wrong.

Examples:
  twinfold check study.yaml
  twinfold check study.yaml --out check                 # and a page to look them over
  twinfold check study.yaml --data /mnt/hearts --json | jq '.subjects[] | select(.status != "ok")'`,
  )
  .action(async (study: string, options: CheckOptions) => {
    const { checkStudy } = await import('../checkStudy.ts');
    process.exitCode = await checkStudy(study, options);
  });
