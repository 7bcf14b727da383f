/**
 * Answers of an emulator by CPU second against beats of the simulation by CPU second, in one process, on the benchmark's heart and the same seeded laws:
 * `node bench/emulator/run.ts <run>/published/emulator/<sha256>.safetensors [--edge 3.2] [--beats 12] [--answers 4096]`.
 * The simulation's heart is opened before, and both run once unclocked. Checksums tell whether another machine gave the same answers.
 */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeEmulator } from '../../activities/encoding/encodeEmulator.ts';
import { openBackend } from '../../backends/index.ts';
import { anatomyInputs } from '../../cohorts/emulator/anatomyInputs.ts';
import {
  EMULATOR_INPUTS,
  EMULATOR_OUTPUTS,
  FUNCTION_INPUTS,
  fromScale,
  lawOf,
  toScale,
} from '../../cohorts/emulator/inputs.ts';
import { openEmulator } from '../../cohorts/emulator/openEmulator.ts';
import { sobolPoints } from '../../cohorts/emulator/sobol.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { openLawSimulator } from '../../twin/counterfactual/simulateLaw.ts';
import { openBenchAnatomy } from '../benchHearts.ts';
import { checksum, cpuSeconds } from '../clock.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    edge: { type: 'string', default: '3.2' },
    beats: { type: 'string', default: '12' },
    answers: { type: 'string', default: '4096' },
    cache: { type: 'string', default: join(tmpdir(), 'twinfold-bench') },
  },
});
const [file] = positionals;
if (file === undefined) throw new Error('name the file of an emulator');
const [beats, answers] = [Number(values.beats), Number(values.answers)];

const emulator = openEmulator(decodeEmulator(await readFile(file), basename(file)));
const anatomy = await openBenchAnatomy(Number(values.edge), values.cache);
const heart = anatomyInputs(anatomy);
const { low, high } = emulator.model.known;
const points = sobolPoints(answers, FUNCTION_INPUTS.length, 1);
const laws = Array.from({ length: answers }, (_, row) =>
  Float64Array.from(FUNCTION_INPUTS, ({ scale }, at) => {
    const [from, to] = [low, high].map((bound) => toScale(scale, bound[heart.length + at]));
    return fromScale(scale, from + points[row * FUNCTION_INPUTS.length + at] * (to - from));
  }),
);
const rows = new Float64Array(answers * EMULATOR_INPUTS.length);
for (const [row, law] of laws.entries()) rows.set([...heart, ...law], row * EMULATOR_INPUTS.length);

const simulator = await openLawSimulator({
  anatomy,
  backend: await openBackend('wasm'),
  conductivity: DEFAULT_CALIBRATION.conductivity,
});
const simulateAll = async () => {
  const out: number[] = [];
  for (const law of laws.slice(0, beats)) {
    const { features } = await simulator.simulate(lawOf(law));
    out.push(...EMULATOR_OUTPUTS.map(({ name }) => features[name]));
  }
  return Float64Array.from(out);
};
await simulateAll();
emulator.predict(rows);
const simulated = await cpuSeconds(simulateAll);
const emulated = await cpuSeconds(() => emulator.predict(rows));
await simulator.close();

const [slow, fast] = [beats / simulated.seconds, answers / emulated.seconds];
console.log(
  JSON.stringify(
    {
      edge_mm: Number(values.edge),
      simulatedBeatsPerCpuSecond: Number(slow.toPrecision(3)),
      emulatedAnswersPerCpuSecond: Number(fast.toPrecision(3)),
      ratio: Number((fast / slow).toPrecision(3)),
      refused: emulated.result.isRefused.reduce((sum, flag) => sum + flag, 0) / answers,
      checksumSimulated: checksum(simulated.result),
      checksumEmulated: checksum(emulated.result.mean),
    },
    null,
    2,
  ),
);
