import { BEAT_WIDTH, type Design } from '../../cohorts/emulator/design.ts';
import { designBox, type InputRange } from '../../cohorts/emulator/designBox.ts';
import { ANATOMY_INPUTS, EMULATOR_INPUTS, FUNCTION_INPUTS } from '../../cohorts/emulator/inputs.ts';
import { openRandom } from '../../twin/random.ts';

/** A design whose answers are a closed form: two beats' shapes and five features of mass, distance, front and repolarisation. */
export function toyDesign(hearts = 30, rowsEach = 8): Design & { readonly box: readonly InputRange[] } {
  const random = openRandom(7, 'toy design');
  const box = designBox(FUNCTION_INPUTS.map(() => undefined));
  const rows = hearts * rowsEach;
  const inputs = new Float64Array(rows * EMULATOR_INPUTS.length);
  const outputs = new Float64Array(rows * 5);
  const beats = new Float32Array(rows * BEAT_WIDTH);
  for (let row = 0; row < rows; row++) {
    // Half of the rows of a heart are the heart as it is, the others a changed one.
    const stream = openRandom(100 + Math.floor((2 * row) / rowsEach), 'heart');
    const size = 0.15 * stream.normal();
    const at = row * EMULATOR_INPUTS.length;
    for (const [input] of ANATOMY_INPUTS.entries()) {
      const isAngle = input >= 11;
      inputs[at + input] = isAngle ? 40 + 5 * stream.normal() : 100 * Math.exp(size + 0.05 * stream.normal());
    }
    for (const [input, { low, high }] of box.entries()) {
      inputs[at + ANATOMY_INPUTS.length + input] = low + (high - low) * random.uniform();
    }
    const [mass, front, distance] = [inputs[at], inputs[at + ANATOMY_INPUTS.length + 4], inputs[at + 6]];
    const qrs = toyQrs_ms(mass, front);
    outputs.set(
      [qrs, 0.9 * qrs, 300 + qrs, 200 / distance, Math.sin(inputs[at + ANATOMY_INPUTS.length + 6] / 10)],
      row * 5,
    );
    for (let sample = 0; sample < BEAT_WIDTH; sample++) {
      beats[row * BEAT_WIDTH + sample] =
        outputs[row * 5 + 3] * Math.sin(sample / 40) + 0.01 * qrs * Math.cos(sample / 90);
    }
  }
  return {
    subjects: Array.from({ length: hearts }, (_, heart) => `sub-${String(heart + 1).padStart(4, '0')}`),
    heart: Uint32Array.from({ length: rows }, (_, row) => Math.floor(row / rowsEach)),
    variant: Uint32Array.from({ length: rows }, (_, row) => (row % rowsEach < rowsEach / 2 ? 0 : 1)),
    inputs,
    outputs,
    beats,
    skipped: [],
    box,
  };
}

/** The toy's QRS duration: muscle and front one after the other. */
export const toyQrs_ms = (mass_g: number, front_mm_ms: number): number =>
  30 * (mass_g / 100) ** (1 / 3) + 60 / front_mm_ms;
