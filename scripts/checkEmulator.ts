/**
 * Holds a run's emulator against others: the Sobol sequence against scipy's, and its errors on hearts never seen against a Gaussian process of scikit-learn that
 * learned from the same beats of the same hearts.
 *
 *     node scripts/checkEmulator.ts RUN [--python PYTHON] [--split FILE]
 *
 * RUN has an emulator (`twinfold emulate train RUN`). The Python needs `pip install numpy scipy scikit-learn`. --split keeps the table that both were given.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { decodeDesign } from '../activities/encoding/encodeDesign.ts';
import { findEmulator, readDesignFile } from '../cli/emulateFolder.ts';
import { tableText } from '../cli/emulateText.ts';
import type { Design } from '../cohorts/emulator/design.ts';
import { EMULATOR_INPUTS, EMULATOR_OUTPUTS } from '../cohorts/emulator/inputs.ts';
import type { EmulatorModel, OutputScore, SplitPart } from '../cohorts/emulator/model.ts';
import { standardise } from '../cohorts/emulator/novelty.ts';
import { SOBOL_DIMENSIONS, sobolPoints } from '../cohorts/emulator/sobol.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' }, split: { type: 'string' } },
});
const run = positionals[0];
if (run === undefined) throw new Error('name the folder of a run with an emulator');

async function python<Answer>(script: string, ...words: readonly string[]): Promise<Answer> {
  const path = join(import.meta.dirname, 'emulator', script);
  const { stdout } = await promisify(execFile)(values.python, [path, ...words], { maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Answer;
}

/** The beats that both learn from and are scored on, one a line. */
function splitTable({ facts, scaling }: EmulatorModel, design: Design): string {
  const part = new Map<string, SplitPart>();
  for (const name of ['train', 'calibration', 'test'] as const)
    for (const subject of facts.split[name]) part.set(subject, name);
  const z = standardise(scaling, design.inputs);
  const header = [
    'subject',
    'part',
    ...EMULATOR_INPUTS.map(({ name }) => `z:${name}`),
    ...EMULATOR_OUTPUTS.map(({ name, scale }) => `${scale === 'log' ? 'log' : 'y'}:${name}`),
  ];
  const lines = Array.from(design.heart, (heart, row) => {
    const subject = design.subjects[heart] ?? '';
    const inputs = z.subarray(row * EMULATOR_INPUTS.length, (row + 1) * EMULATOR_INPUTS.length);
    const outputs = design.outputs.subarray(row * EMULATOR_OUTPUTS.length, (row + 1) * EMULATOR_OUTPUTS.length);
    return [
      subject,
      part.get(subject),
      ...inputs,
      ...Array.from(outputs, (value) => (Number.isNaN(value) ? '' : value)),
    ].join(',');
  });
  return `${[header.join(','), ...lines].join('\n')}\n`;
}

const points = 256;
const scipy = (await python<number[][]>('sobol.py', String(points), String(SOBOL_DIMENSIONS))).flat();
const apart = sobolPoints(points, SOBOL_DIMENSIONS).reduce(
  (most, value, at) => Math.max(most, Math.abs(value - scipy[at])),
  0,
);
console.log(`Sobol sequence, ${points} points in ${SOBOL_DIMENSIONS} dimensions: at most ${apart} from scipy's`);

const { model } = findEmulator(run).emulator;
const bytes = readDesignFile(run, String(model.facts.settings.design));
if (bytes === undefined) throw new Error(`${run}: the emulator's design is gone; train it again`);
const scratch = mkdtempSync(join(tmpdir(), 'twinfold-emulator-'));
try {
  const path = values.split ?? join(scratch, 'split.csv');
  writeFileSync(path, splitTable(model, decodeDesign(bytes, 'design')));
  const process = await python<Omit<OutputScore, 'unit'>[]>('gp.py', path);
  const told = ({ rmse, r2, coverage }: Omit<OutputScore, 'unit'>) => [
    rmse.toPrecision(3),
    r2.toFixed(3),
    `${(100 * coverage).toFixed(1)} %`,
  ];
  const { rows, scores } = model.facts;
  console.log(
    `learned from ${rows.train} beats, scored on ${rows.test} of other hearts; the process of scikit-learn on the same`,
  );
  const lines = scores.map((score, at) => [score.output, ...told(score), ...told(process[at])]);
  for (const line of tableText([
    ['output', 'RMSE', 'R²', 'coverage', 'RMSE (GP)', 'R² (GP)', 'coverage (GP)'],
    ...lines,
  ]))
    console.log(line);
  if (apart > 0) globalThis.process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}
