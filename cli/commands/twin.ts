import { Command } from 'commander';
import type { TwinCommandOptions } from '../buildOneTwin.ts';
import { backendOption, positive } from './run.ts';

export const twin = new Command('twin')
  .description(
    'Builds one subject’s twin in this process, without a server, and writes it to look at: VTU, STL, PNG, SVG, CSV, JSON.',
  )
  .argument('[folder]', 'folder of the subject: a mesh or label map, an ECG, electrodes*.json or body.json, torso*')
  .option('--study <file>', 'study file with the settings; with --subject also the sheet that names the files')
  .option('--subject <id>', 'a subject of the study’s sheet, in place of a folder')
  .option('--data <dir>', 'folder that the sheet’s paths start in (default: the study’s)')
  .option('--ecg <file>', 'the recording in the folder, where it holds several')
  .requiredOption('--out <dir>', 'folder to write into')
  .option('--ensemble <n>', 'members of an ensemble that tells how well the ECG determines the twin', positive)
  .option(
    '--map [electrodes]',
    'also simulate a body-surface map: 128 electrodes around the chest, or those of a JSON file; and Frank’s leads',
  )
  .addOption(backendOption())
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold twin population/sub-0001 --out twins/sub-0001
  twinfold twin --study study.yaml --subject sub-0142 --out twins/sub-0142
  twinfold twin population/sub-0001 --ensemble 16 --out twins/sub-0001
  twinfold twin hearts/mine --map --out twins/mine
  twinfold twin hearts/mine --study study.yaml --out twins/mine`,
  )
  .action(async (folder: string | undefined, options: TwinCommandOptions) => {
    const { buildOneTwin } = await import('../buildOneTwin.ts');
    process.exitCode = await buildOneTwin(folder, options);
  });
