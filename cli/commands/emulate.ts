import { Command, InvalidArgumentError, Option } from 'commander';
import { answer, isInteractive, say, warn } from '../console.ts';
import { natural, positive } from './run.ts';

interface JsonOption {
  readonly json?: boolean;
}
interface TrainOptions extends JsonOption {
  readonly rows: number;
  readonly seed: number;
  readonly runtime: string;
  readonly epochs?: number;
}
interface WhatIfOptions extends JsonOption {
  readonly set: Readonly<Record<string, number>>;
  readonly subject?: string;
  readonly hold?: boolean;
}
interface PowerOptions extends JsonOption {
  readonly effect: readonly number[];
  readonly cohorts: number;
  readonly simulated: number;
  readonly seed: number;
  readonly out?: string;
}
interface SensitivityOptions extends JsonOption {
  readonly points: number;
  readonly seed: number;
}

const train = new Command('train')
  .description(
    'Simulates a design on the hearts of a run and learns an emulator of it; both are kept beside its tables.',
  )
  .argument('<run>', 'folder of a finished run')
  .option('--rows <n>', 'beats to simulate', positive, 2000)
  .option('--seed <n>', 'same seed, same design and networks', positive, 1)
  .addOption(
    new Option('--runtime <name>', 'TensorFlow.js by its native library, on a graphics device, or in plain JavaScript')
      .choices(['auto', 'node', 'webgpu', 'cpu'])
      .default('auto'),
  )
  .option('--epochs <n>', 'passes over the beats', positive)
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold emulate train runs/hearts
  twinfold emulate train runs/hearts --rows 600 --runtime cpu`,
  )
  .action(async (run: string, { json, ...options }: TrainOptions) => {
    const { trainEmulatorOfRun } = await import('../emulateTrain.ts');
    const { scoreText } = await import('../emulateText.ts');
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort());
    const trained = await trainEmulatorOfRun(run, {
      ...options,
      signal: abort.signal,
      tell: json ? () => undefined : isInteractive() ? say : warn,
    });
    if (json) return answer(trained);
    for (const line of scoreText(trained.facts)) say(line);
    if (trained.skipped.length > 0)
      say(`${trained.skipped.length} changed hearts could not be simulated; the first: ${trained.skipped[0]}`);
    say(`emulator (${trained.runsOn}): ${trained.path}`);
    say(`ask it: twinfold emulate what-if ${run} --set lvMass_g=140`);
  });

const whatIf = new Command('what-if')
  .description(
    'Says at once what the beat would be with other sizes or another function, with an interval, or why it cannot.',
  )
  .argument('<run>', 'folder of a run with an emulator')
  .requiredOption('--set <input=value>', 'an input and its new value; may be given several times', collect, {})
  .option(
    '--subject <id>',
    'begin at this subject’s heart and calibrated function; the cohort’s middle heart otherwise',
  )
  .option('--hold', 'keep the other measures of the heart; otherwise they follow as they go with it in the cohort')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold emulate what-if runs/hearts --set lvMass_g=140
  twinfold emulate what-if runs/hearts --subject sub-0001 --set lvFibreVelocity_mm_ms=0.6 --set lvTransverseVelocity_mm_ms=0.25
  twinfold emulate what-if runs/hearts --set lvVolume_mL=180 --hold --json`,
  )
  .action(async (run: string, { set, subject, hold, json }: WhatIfOptions) => {
    const { findEmulator } = await import('../emulateFolder.ts');
    const { lawOfSubject } = await import('../emulateLaw.ts');
    const { askWhatIf } = await import('../../cohorts/emulator/whatIf.ts');
    const { whatIfText } = await import('../emulateText.ts');
    const { emulator, sha256, isOfOtherTable } = findEmulator(run);
    const told = subject === undefined ? {} : { subject, law: await lawOfSubject(run, subject) };
    const found = askWhatIf(emulator, { set, ...told, ...(hold === undefined ? {} : { hold }) });
    if (json) {
      const { refusal, ...rest } = found;
      return answer({ emulator: sha256, isOfOtherTable, level: emulator.level, ...rest, refusal: refusal ?? null });
    }
    for (const line of whatIfText(found, emulator.level)) say(line);
    if (isOfOtherTable) warn(OTHER_TABLE);
  });

const sensitivity = new Command('sensitivity')
  .description(
    'Shares of each feature’s differences between people that come from each input: Sobol indices with intervals.',
  )
  .argument('<run>', 'folder of a run with an emulator')
  .option('--points <n>', 'base points; the emulator is asked (inputs + 2) times as often', positive, 2048)
  .option('--seed <n>', 'same seed, same indices', positive, 1)
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold emulate sensitivity runs/hearts
  twinfold emulate sensitivity runs/hearts --points 8192 --json`,
  )
  .action(async (run: string, { points, seed, json }: SensitivityOptions) => {
    const { findEmulator } = await import('../emulateFolder.ts');
    const { analyseSensitivity } = await import('../../cohorts/emulator/sensitivity.ts');
    const { DEFAULT_SOBOL } = await import('../../cohorts/emulator/sobolIndices.ts');
    const { sensitivityText } = await import('../emulateText.ts');
    const { emulator, sha256, isOfOtherTable } = findEmulator(run);
    const found = analyseSensitivity(emulator, { ...DEFAULT_SOBOL, points, seed });
    if (json) return answer({ emulator: sha256, isOfOtherTable, ...found });
    for (const line of sensitivityText(found)) say(line);
    if (isOfOtherTable) warn(OTHER_TABLE);
  });

const power = new Command('power')
  .description(
    'How many people are needed to see women’s hearts conduct slower or faster: power by size of the cohort, of people drawn from the run’s own.',
  )
  .argument('<run>', 'folder of a run with an emulator')
  .addOption(
    new Option(
      '--effect <share>',
      'change of women’s four velocities, -0.03 for 3 % slower; may be given several times',
    )
      .argParser(collectEffect)
      .default([], '-0.03'),
  )
  .option('--cohorts <n>', 'cohorts drawn of each size', positive, 500)
  .option(
    '--simulated <n>',
    'women on whose hearts the change is simulated too, by which the emulator’s is corrected; 0 believes the emulator',
    natural,
    24,
  )
  .option('--seed <n>', 'same seed, same curves', positive, 1)
  .option('--out <file>', 'write the curves as CSV too')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
Examples:
  twinfold emulate power runs/hearts
  twinfold emulate power runs/hearts --effect -0.05 --effect 0.05 --out power.csv`,
  )
  .action(async (run: string, { effect, out, json, ...options }: PowerOptions) => {
    const { findEmulator } = await import('../emulateFolder.ts');
    const { powerCsv, powerOfRun } = await import('../emulatePower.ts');
    const { powerText } = await import('../emulatePowerText.ts');
    const { DEFAULT_COHORT_POWER } = await import('../../cohorts/emulator/power.ts');
    const { emulator, sha256, isOfOtherTable } = findEmulator(run);
    const found = await powerOfRun(run, emulator, {
      ...DEFAULT_COHORT_POWER,
      ...options,
      ...(effect.length > 0 && { effects: effect }),
    });
    if (out !== undefined) {
      const { writeFile } = await import('node:fs/promises');
      const { writeWhole } = await import('../../activities/stores/writeWhole.ts');
      await writeWhole(out, (beside) => writeFile(beside, powerCsv(found)));
    }
    if (json) return answer({ emulator: sha256, isOfOtherTable, ...found });
    for (const line of powerText(found)) say(line);
    if (out !== undefined) say(`curves: ${out}`);
    if (isOfOtherTable) warn(OTHER_TABLE);
  });

const OTHER_TABLE =
  'the cohort’s table has changed since the emulator was learned; train it again for its hearts and ranges of today';

export const emulate = new Command('emulate')
  .description(
    'An emulator of the simulation, learned on a run’s own hearts: instant answers, with intervals or a refusal.',
  )
  .addHelpText(
    'after',
    `
Examples:
  twinfold emulate train runs/hearts
  twinfold emulate what-if runs/hearts --set lvMass_g=140
  twinfold emulate sensitivity runs/hearts
  twinfold emulate power runs/hearts --effect -0.03`,
  )
  .addCommand(train)
  .addCommand(whatIf)
  .addCommand(sensitivity)
  .addCommand(power);

function collect(text: string, before: Readonly<Record<string, number>>): Record<string, number> {
  const [name = '', value = '', ...rest] = text.split('=');
  if (name === '' || value.trim() === '' || rest.length > 0 || !Number.isFinite(Number(value))) {
    throw new InvalidArgumentError('expected input=value, such as lvMass_g=140');
  }
  return { ...before, [name]: Number(value) };
}

function collectEffect(text: string, before: readonly number[]): number[] {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(Math.abs(value) <= 0.5 && value !== 0)) {
    throw new InvalidArgumentError('expected a share from -0.5 to 0.5 that is not 0, such as -0.03 for 3 % slower');
  }
  return before.includes(value) ? [...before] : [...before, value];
}
