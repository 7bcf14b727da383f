import { REFERENCE_LAW } from '../../twin/counterfactual/simulateLaw.ts';
import { openRandom } from '../../twin/random.ts';
import { type ColumnTable, numbersOf } from '../analyses/table.ts';
import { anatomyFactor, followAnatomy } from './anatomySpace.ts';
import type { EmulatorPrediction } from './emulator.ts';
import { EMULATOR_INPUTS, valuesOfLaw } from './inputs.ts';
import { ANATOMY, INPUTS, OUTPUTS } from './model.ts';
import { unstandardise } from './novelty.ts';
import type { OpenEmulator } from './openEmulator.ts';

/** Hearts that stand for what a table does not tell of one. Ours. */
const FILLED = 32;
/** Two-sided 95 % of a normal, for what the filled hearts differ by. */
const NORMAL_95 = 1.96;

/**
 * Emulated features of a table of people, whose columns are named as the emulator's inputs. A measure of the heart that a row lacks is filled in by what goes with
 * those it has in the cohort, 32 times with what may differ around that: the answer is their mean, and its half width is `√(h² + (1.96 s)²)` of the
 * emulator's own and their standard deviation, so that an answer from size alone says how little size alone tells. A number of the law that is
 * missing is the reference law's. A row is refused where more than half of its hearts are.
 *
 * @returns by EMULATOR_OUTPUTS, [rows, outputs]
 */
export function predictPeople(emulator: OpenEmulator, people: ColumnTable, seed = 1): EmulatorPrediction {
  const { scaling, known } = emulator.model;
  const columns = EMULATOR_INPUTS.map(({ name }) => numbersOf(people, name));
  const reference = valuesOfLaw(REFERENCE_LAW);
  const factor = anatomyFactor(emulator.model);
  const middle = Float64Array.from({ length: ANATOMY }, (_, input) => unstandardise(scaling, input, 0));
  const draws = drawHearts(factor, seed);
  const mean = new Float64Array(people.rows * OUTPUTS);
  const halfWidth = new Float64Array(people.rows * OUTPUTS);
  const isRefused = new Uint8Array(people.rows);
  for (let row = 0; row < people.rows; row++) {
    const told = new Map<number, number>();
    for (let input = 0; input < ANATOMY; input++)
      if (!Number.isNaN(columns[input][row])) told.set(input, columns[input][row]);
    const copies = told.size === ANATOMY ? 1 : FILLED;
    const rows = new Float64Array(copies * INPUTS);
    for (let copy = 0; copy < copies; copy++) {
      // A heart drawn from the cohort, then moved to what is told: what is left of the draw is what may differ.
      const drawn = copies === 1 ? middle : draws[copy].map((z, input) => unstandardise(scaling, input, z));
      rows.set(told.size === 0 ? drawn : followAnatomy({ scaling, known }, drawn, told), copy * INPUTS);
      for (let input = ANATOMY; input < INPUTS; input++) {
        const value = columns[input][row];
        rows[copy * INPUTS + input] = Number.isNaN(value) ? reference[input - ANATOMY] : value;
      }
    }
    const answers = emulator.predict(rows);
    const kept = Array.from({ length: copies }, (_, copy) => copy).filter((copy) => answers.isRefused[copy] === 0);
    isRefused[row] = 2 * kept.length < copies || kept.length === 0 ? 1 : 0;
    for (let output = 0; output < OUTPUTS; output++) {
      const at = row * OUTPUTS + output;
      if (isRefused[row]) {
        mean[at] = halfWidth[at] = Number.NaN;
        continue;
      }
      const values = kept.map((copy) => answers.mean[copy * OUTPUTS + output]);
      const half = kept.reduce((sum, copy) => sum + answers.halfWidth[copy * OUTPUTS + output], 0) / kept.length;
      mean[at] = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean[at]) ** 2, 0) / Math.max(1, values.length - 1);
      halfWidth[at] = Math.sqrt(half * half + NORMAL_95 ** 2 * variance);
    }
  }
  return { mean, halfWidth, isRefused };
}

/** Standardised hearts of the cohort's spread, the same for every row, [copies][anatomy] */
function drawHearts(factor: Float64Array, seed: number): Float64Array[] {
  const random = openRandom(seed, 'filled hearts');
  return Array.from({ length: FILLED }, () => {
    const normal = Float64Array.from({ length: ANATOMY }, () => random.normal());
    return normal.map((_, row) => {
      let sum = 0;
      for (let column = 0; column <= row; column++) sum += factor[row * ANATOMY + column] * normal[column];
      return sum;
    });
  });
}
