import test from 'ava';
import { decodeDesign, encodeDesign } from '../../activities/encoding/encodeDesign.ts';
import { decodeEmulator, encodeEmulator } from '../../activities/encoding/encodeEmulator.ts';
import { ANATOMY_INPUTS, EMULATOR_INPUTS } from '../../cohorts/emulator/inputs.ts';
import { openEmulator } from '../../cohorts/emulator/openEmulator.ts';
import { predictPeople } from '../../cohorts/emulator/people.ts';
import { analyseSensitivity } from '../../cohorts/emulator/sensitivity.ts';
import { splitHearts } from '../../cohorts/emulator/trainEmulator.ts';
import { askWhatIf } from '../../cohorts/emulator/whatIf.ts';
import { toyQrs_ms } from './toyDesign.ts';
import { design, trainToy } from './toyEmulator.ts';

const model = await trainToy(40);
const emulator = openEmulator(model);
const INPUTS = EMULATOR_INPUTS.length;
const row = design.inputs.slice(0, INPUTS);
const FRONT = ANATOMY_INPUTS.length + 4;

test('features of hearts never seen follow the law that made them', (t) => {
  for (const { output, r2, coverage } of model.facts.scores.slice(0, 4)) {
    t.true(r2 > 0.95, `${output}: R² ${r2}`);
    t.true(coverage > 0.85, `${output}: coverage ${coverage}`);
  }
});

test('the beat is predicted from its coordinates', (t) => {
  const { spread_mV, reconstruction_mV, prediction_mV } = model.facts.beat;
  t.true(reconstruction_mV < 1e-3 * spread_mV); // two shapes, two coordinates
  t.true(prediction_mV < 0.3 * spread_mV);
  const beat = emulator.predictBeat(row);
  const misses = beat.map((value, at) => (value - design.beats[at]) ** 2);
  t.true(Math.sqrt(misses.reduce((sum, value) => sum + value, 0) / beat.length) < 0.3 * spread_mV);
});

test('hearts are divided, not rows, and too few are refused', (t) => {
  const { train: learned, calibration, test: scored } = model.facts.split;
  t.is(new Set([...learned, ...calibration, ...scored]).size, 30);
  t.is(learned.length + calibration.length + scored.length, 30);
  t.throws(() => splitHearts(7, 1), { message: /7 finished twins, expected at least 8/ });
  t.is(splitHearts(8, 1).filter((part) => part === 'train').length, 4);
});

test('a front faster than any that was simulated is refused by name, its outputs NaN', (t) => {
  const fast = row.slice();
  fast[FRONT] = 9;
  const { mean, halfWidth, isRefused } = emulator.predict(fast);
  t.is(isRefused[0], 1);
  t.true(mean.every(Number.isNaN) && halfWidth.every(Number.isNaN));
  t.regex(
    emulator.refusal(fast)?.sentence ?? '',
    /^front_mm_ms: found 9 mm\/ms, learned from 0\.8\d* to 2\.\d+ mm\/ms/,
  );
});

test('a heart that no heart is like is refused, though each of its measures alone is known', (t) => {
  const odd = row.slice();
  // Everything of a small heart but its mass.
  const { low, high } = model.known;
  for (const [at, { scale }] of ANATOMY_INPUTS.entries()) if (scale === 'log') odd[at] = low[at] * 1.01;
  odd[0] = high[0] / 1.01;
  const refusal = emulator.refusal(odd);
  t.is(refusal?.input, 'lvMass_g');
  t.regex(refusal?.sentence ?? '', /other measures go with/);
  t.is(emulator.refusal(row), undefined);
});

test('what-if: other measures follow as they go with mass, or are held', (t) => {
  const asked = { set: { lvMass_g: 110, front_mm_ms: 1.5 }, subject: 'sub-0001' };
  const followed = askWhatIf(emulator, asked);
  t.true(followed.changed.length > 2);
  t.deepEqual(
    askWhatIf(emulator, { ...asked, hold: true }).changed.map(({ input }) => input),
    ['lvMass_g', 'front_mm_ms'],
  );
  const qrs = followed.outputs[0];
  t.true(Math.abs(qrs.after - toyQrs_ms(110, 1.5)) < qrs.halfWidth);
});

test('what-if answers wrong questions in sentences', (t) => {
  t.throws(() => askWhatIf(emulator, { set: { lvmass: 1 } }), { message: /did you mean lvMass_g/ });
  t.throws(() => askWhatIf(emulator, { set: { lvMass_g: -1 } }), { message: /positive/ });
  t.throws(() => askWhatIf(emulator, { set: {}, subject: 'sub-0099' }), { message: /no such subject/ });
  t.is(askWhatIf(emulator, { set: { lvMass_g: 1000 } }).refusal?.input, 'lvMass_g');
});

test('people of whom only the mass is told get wider intervals than those told whole', (t) => {
  const told = Object.fromEntries(
    EMULATOR_INPUTS.map(({ name }, at) => [name, [row[at], at === 0 || at === FRONT ? row[at] : null]]),
  );
  const { mean, halfWidth, isRefused } = predictPeople(emulator, { rows: 2, columns: told });
  t.deepEqual([...isRefused], [0, 0]);
  t.deepEqual([...mean.slice(0, 5)], [...emulator.predict(row).mean]);
  // The toy's amplitude depends on a distance that goes with mass only loosely.
  t.true(halfWidth[5 + 3] > halfWidth[3]);
});

test('sensitivity finds what the toy is made of', (t) => {
  const { rows } = analyseSensitivity(emulator, { points: 256, resamples: 20, level: 0.95, seed: 1 });
  const of = (output: string, input: string) =>
    rows.find((found) => found.output === output && found.input === input)?.total.estimate ?? Number.NaN;
  t.true(of('qrsDuration_ms', 'front_mm_ms') > 0.7);
  t.true(of('qrsDuration_ms', 'ariMean_ms') < 0.05);
});

test('the same design and seed give the same file; it reads back whole', async (t) => {
  const bytes = encodeEmulator(model);
  const again = decodeEmulator(bytes, 'emulator');
  t.deepEqual(encodeEmulator(again), bytes);
  t.deepEqual(openEmulator(again).predict(row), emulator.predict(row));
  const [one, other] = [encodeEmulator(await trainToy(2)), encodeEmulator(await trainToy(2))];
  t.deepEqual(one, other);
});

test('a damaged or foreign file is refused in a sentence', (t) => {
  const bytes = encodeEmulator(model);
  const refuse = (damaged: Uint8Array, message: RegExp) =>
    t.throws(() => decodeEmulator(damaged, 'e'), { code: 'BadInput', message });
  refuse(bytes.subarray(0, 5000), /promises|offsets/);
  refuse(encodeDesign(design), /is no emulator/);
  refuse(encodeEmulator({ ...model, level: 3 }), /is no emulator \(level/);
  refuse(
    encodeEmulator({ ...model, trends: model.trends.map((trend) => trend.map(() => Number.NaN)) }),
    /trend1 holds what is no number/,
  );
  refuse(encodeEmulator({ ...model, outputSd: model.outputSd.map(() => 0) }), /outputSd holds a deviation/);
  refuse(
    encodeEmulator({
      ...model,
      subjects: model.subjects,
      hearts: model.hearts,
      beats: { ...model.beats, spread: model.beats.spread.map(() => Number.POSITIVE_INFINITY) },
    }),
    /beatSpread/,
  );
});

test('a design reads back whole, and one of other rows is refused', (t) => {
  const bytes = encodeDesign(design);
  t.deepEqual(decodeDesign(bytes, 'design'), design);
  t.throws(() => decodeDesign(encodeDesign({ ...design, variant: design.variant.slice(1) }), 'design'), {
    message: /variant/,
  });
});
