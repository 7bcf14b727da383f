import test from 'ava';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { ANATOMY_INPUTS, EMULATOR_INPUTS } from '../../cohorts/emulator/inputs.ts';
import { OUTPUTS } from '../../cohorts/emulator/model.ts';
import { openEmulator } from '../../cohorts/emulator/openEmulator.ts';
import { DEFAULT_EMULATOR, trainEmulator } from '../../cohorts/emulator/trainEmulator.ts';
import { openRandom } from '../../twin/random.ts';
import { toyDesign } from './toyDesign.ts';

const [HEARTS, ROWS_EACH] = [48, 12];
const [NOISE, BENT] = [3, 4];
const FRONT = ANATOMY_INPUTS.length + 4;
const INPUTS = EMULATOR_INPUTS.length;

/** The toy with one feature that nothing tells but the heart itself, and beside it one that bends with the front. */
function bentDesign() {
  const { box, ...design } = toyDesign(HEARTS, ROWS_EACH);
  const noise = openRandom(11, 'noise of hearts');
  const ofHeart = Float64Array.from({ length: HEARTS }, () => Math.exp(noise.normal()));
  const outputs = design.outputs.map((value, at) => {
    const [row, output] = [Math.floor(at / OUTPUTS), at % OUTPUTS];
    if (output === NOISE) return ofHeart[design.heart[row]];
    return output === BENT ? Math.cos(2.5 * design.inputs[row * INPUTS + FRONT]) : value;
  });
  return { box, design: { ...design, outputs } };
}

const { box, design } = bentDesign();
const runtime = await openTensorRuntime({ order: ['tfjs-cpu'] });
const train = (epochs: number) =>
  trainEmulator(runtime, {
    design,
    settings: {
      ...DEFAULT_EMULATOR,
      components: 2,
      training: { ...DEFAULT_EMULATOR.training, members: 2, width: 16, rate: 1e-2, decay: 30, epochs },
    },
    cohort: 'a'.repeat(64),
    ranges: box.map(() => undefined),
    box,
    facts: {},
  });
const straight = await train(0);

test('a feature that no input tells keeps no other from being learned', async (t) => {
  const bent = await train(40);
  const r2 = (output: number) => [straight, bent].map(({ facts }) => facts.scores[output].r2);
  const [before, after] = r2(BENT);
  t.true(after > before + 0.03, `${before} to ${after}`);
  // Nothing to be learned: what is kept is the trend's answer, or hardly another.
  const [trend, noise] = r2(NOISE);
  t.true(Math.abs(noise - trend) < 0.1, `${trend} to ${noise}`);
});

test('members whose networks say nothing differ by the hearts that their trends have seen', (t) => {
  const { spread } = openEmulator(straight).answer(design.inputs.slice(0, INPUTS));
  t.true(spread.every((value) => value > 0));
});
