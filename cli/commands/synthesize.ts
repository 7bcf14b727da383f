import { Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_POPULATION } from '../../cohorts/population/people.ts';
import { SELECTIONS } from '../../cohorts/population/selection.ts';
import { TwinError } from '../../twin/errors.ts';
import { say } from '../console.ts';
import type { PopulationOptions } from '../writePopulation.ts';
import { positive } from './run.ts';

/** Commander gives `--no-…` options as true where they are not named; they are left out then. */
type SynthesizeOptions = Omit<PopulationOptions, 'size' | 'name' | 'tell'>;

export const synthesize = new Command('synthesize')
  .description('Writes a synthetic cohort as ordinary files, with what was planted in it apart, in truth/.')
  .argument('<size>', 'number of people', positive)
  .requiredOption('--out <dir>', 'folder of the cohort; must be empty or absent, or hold the same cohort')
  .option('--seed <n>', 'same seed, same files', wholeNumber, 1)
  .option('--female-share <share>', 'share of women, 0 to 1', number, 0.5)
  .option(
    '--sex-effect <fraction>',
    'planted effect of being a woman on conduction velocity: 0.03 is 3 % faster',
    number,
    0,
  )
  .option(
    '--ari-effect <ms>',
    'planted effect of being a woman on the time from activation to recovery',
    number,
    DEFAULT_POPULATION.sexEffectOnAri_ms,
  )
  .option('--no-size-effect', 'women’s hearts are drawn as men’s are: no difference of heart size between the sexes')
  .option('--no-torso-effect', 'women’s bodies and torsos are drawn as men’s are')
  .option('--broken-share <share>', 'share of the people whose files are broken on purpose, 0 to 0.5', number)
  .addOption(
    new Option(
      '--broken-by <what>',
      'whose files those are: anyone’s, rather those of big hearts, or of women',
    ).choices(SELECTIONS),
  )
  .option('--lifestyle', 'the sheet tells who smokes and how much they move')
  .option('--smoking-effect <fraction>', 'planted effect of smoking on conduction velocity (with --lifestyle)', number)
  .option('--broken <n>', 'further people whose files are broken on purpose', wholeNumber, 0)
  .option('--edge <mm>', 'mean edge length of the meshes in the files', number, 3)
  .option('--truth-edge <mm>', 'mean edge length of the meshes that the ECGs are computed on', number, 2)
  .option('--atria', 'four-chamber files, and a P wave before every QRS')
  .addOption(new Option('--ecg <format>', 'format of the ECG files').choices(['wfdb', 'csv']).default('wfdb'))
  .addHelpText(
    'after',
    `
Examples:
  twinfold synthesize 24 --out population
  twinfold synthesize 400 --out women-faster --sex-effect 0.03 --seed 7
  twinfold synthesize 400 --out same-size --no-size-effect --sex-effect -0.03
  twinfold synthesize 400 --out big-hearts-missing --broken-share 0.2 --broken-by size
  twinfold run population/study.yaml`,
  )
  .action(async (size: number, options: SynthesizeOptions) => {
    const { writePopulation } = await import('../writePopulation.ts');
    if (options.smokingEffect !== undefined && options.lifestyle !== true) {
      throw new TwinError('BadStudy', '--smoking-effect: found without --lifestyle, which draws who smokes; name both');
    }
    const { sizeEffect, torsoEffect, ...others } = options;
    const { made, found } = await writePopulation({
      ...others,
      ...(sizeEffect === false && { sizeEffect }),
      ...(torsoEffect === false && { torsoEffect }),
      size,
      name: 'synthetic',
      tell: say,
    });
    say(
      `${made} people made, ${found} found; study: ${options.out}/study.yaml; what was planted: ${options.out}/truth`,
    );
  });

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number');
  return value;
}

function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number from 0');
  return value;
}
