import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { DEFAULT_CALIBRATION, VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import { heartSize_mm } from '../../twin/counterfactual/heartSize.ts';
import { openBeats, recoveryOf } from '../../twin/counterfactual/simulatedBeat.ts';
import { muscleTimes } from '../../twin/counterfactual/simulateLaw.ts';
import { type SwapInput, type SwapPerson, type SwapRow, swapPair } from '../../twin/counterfactual/swapPair.ts';
import { homogeneousLeadVectors } from '../../twin/ecg/leadField.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { TEST_HEART_ELECTRODES } from '../helpers/electrodes.ts';
import { anatomyOf, functionOf, LAYER_mm, turned } from './hearts.ts';

const { conductivity } = DEFAULT_CALIBRATION;
const settings = { backend: referenceBackend, conductivity, layer_mm: LAYER_mm, times: 'scaled' } as const;

const wide = Object.fromEntries(
  Object.entries(TEST_HEART_ELECTRODES).map(([name, [x, y, z]]) => [name, [1.1 * x, 1.15 * y, 1.05 * z]]),
) as unknown as typeof TEST_HEART_ELECTRODES;
const [womansHeart, mansHeart] = [anatomyOf({ lvMass_g: 110, lvEdv_mL: 118 }), anatomyOf({}, wide)];
const woman: SwapPerson = { anatomy: womansHeart, function: functionOf(womansHeart, 1) };
const man: SwapPerson = turned({ anatomy: mansHeart, function: functionOf(mansHeart, 2, 0.95) }, 0.4, [30, -20, 10]);
const input: SwapInput = { ...settings, female: woman, male: man };
const swaps = await swapPair(input);

const FACTORS = ['heartShape', 'heartSize', 'heartPosition', 'torso', 'function'] as const;
const FEATURES = [
  'qrsDuration_ms',
  'totalActivationTime_ms',
  'qtInterval_ms',
  'qrsAmplitude_mV',
  'tAmplitude_mV',
] as const;
const find = (rows: readonly SwapRow[], whose: Partial<SwapRow>) => {
  const found = rows.filter((row) =>
    FACTORS.every((factor) => whose[factor] === undefined || row[factor] === whose[factor]),
  );
  return found;
};

test('there is one counterfactual twin for each of the 32 ways to put two people together', (t) => {
  t.is(swaps.rows.length, 32);
  t.is(new Set(swaps.rows.map((row) => FACTORS.map((factor) => row[factor]).join())).size, 32);
  t.true(swaps.rows.every((row) => FEATURES.every((feature) => Number.isFinite(row[feature]))));
});

for (const [sex, { anatomy, function: own }] of [
  ['female', woman],
  ['male', man],
] as const) {
  test(`put together from one person alone, it is that person’s own twin to the bit (${sex})`, async (t) => {
    const leadVectors = homogeneousLeadVectors(anatomy.mesh, anatomy.electrodes, conductivity);
    const open = await referenceBackend.open({
      mesh: anatomy.mesh,
      leadVectors,
      leads: LEADS,
      window: { start_ms: -10, interval_ms: 2, samples: 80 },
      actionPotential: VENTRICULAR_UPSTROKE,
    });
    const activation_ms = muscleTimes((await open.solve(own.parameters)).activation_ms);
    await open.close();
    if (own.repolarisation === undefined) return t.fail();
    const recovery = recoveryOf(anatomy, activation_ms, own.repolarisation);
    const { features } = openBeats()(leadVectors, { activation_ms, recovery });
    const all = Object.fromEntries(FACTORS.map((factor) => [factor, sex]));
    t.deepEqual(find(swaps.rows, all), [{ ...all, ...features } as SwapRow]);
  });
}

test('exchanging the two people exchanges the rows’ words and changes no bit', async (t) => {
  const mirrored = await swapPair({ ...settings, female: man, male: woman });
  const flip = { female: 'male', male: 'female' } as const;
  for (const row of mirrored.rows) {
    const whose = Object.fromEntries(FACTORS.map((factor) => [factor, flip[row[factor]]]));
    t.deepEqual(find(swaps.rows, whose), [{ ...row, ...whose } as SwapRow]);
  }
});

test('activation takes notice of shape, size and function alone', (t) => {
  const times = new Set(swaps.rows.map((row) => row.totalActivationTime_ms));
  t.is(times.size, 8);
});

test('a heart at the other’s size takes longer as their linear sizes do', (t) => {
  for (const heartShape of ['female', 'male'] as const) {
    for (const whose of ['female', 'male'] as const) {
      const at = (heartSize: 'female' | 'male') =>
        find(swaps.rows, { heartShape, heartSize, function: whose })[0]?.totalActivationTime_ms ?? Number.NaN;
      const ratio = heartSize_mm(man.anatomy) / heartSize_mm(woman.anatomy);
      t.true(Math.abs(at('male') / at('female') / ratio - 1) < 1e-6, `${at('male') / at('female')} of ${ratio}`);
    }
  }
});

test('between a person and the same one in another frame nothing can be exchanged', async (t) => {
  const twin = turned(woman, -1.1, [5, 200, -70]);
  const { rows } = await swapPair({ ...settings, female: woman, male: twin });
  for (const feature of FEATURES) {
    const values = rows.map((row) => row[feature]);
    const spread = Math.max(...values) - Math.min(...values);
    t.true(spread < 0.02 * Math.abs(values[0] ?? 1), `${feature}: ${Math.min(...values)} to ${Math.max(...values)}`);
  }
});

test('a person whose recording showed no T wave gives no T wave to any heart, and the QRS all the same', async (t) => {
  const { repolarisation: _, ...silent } = man.function;
  const { rows } = await swapPair({ ...input, male: { ...man, function: silent } });
  for (const [at, row] of rows.entries()) {
    t.is(row.qrsDuration_ms, swaps.rows[at]?.qrsDuration_ms);
    t.is(Number.isNaN(row.qtInterval_ms), row.function === 'male');
  }
});

test('run again, a pair gives the same bits', async (t) => {
  t.deepEqual(await swapPair(input), swaps);
});
