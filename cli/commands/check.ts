import { Command } from 'commander';

export const check = new Command('check')
  .description(
    'Says what is wrong with which subject, before anything is calibrated: files, meshes, anatomies, electrodes, ECGs.',
  )
  .argument('<study>', 'study file')
  .option('--data <dir>', 'folder that the sheet’s paths start in (default: the study’s)')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Ends with 0 when every subject can be built, 3 when some cannot, 1 when the study or its sheet is wrong.

Examples:
  twinfold check study.yaml
  twinfold check study.yaml --data /mnt/hearts --json | jq '.subjects[] | select(.status != "ok")'`,
  )
  .action(async (study: string, options: { data?: string; json?: boolean }) => {
    const { checkStudy } = await import('../checkStudy.ts');
    process.exitCode = await checkStudy(study, options);
  });
