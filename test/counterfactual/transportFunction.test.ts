import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import type { Anatomy } from '../../twin/anatomy/anatomy.ts';
import { VENTRICULAR_UPSTROKE } from '../../twin/calibrate/calibrate.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { enlarge, heartAtSize, openGeometry } from '../../twin/counterfactual/exchangeGeometry.ts';
import { heartSize_mm } from '../../twin/counterfactual/heartSize.ts';
import { muscleTimes } from '../../twin/counterfactual/simulateLaw.ts';
import { transportFunction } from '../../twin/counterfactual/transportFunction.ts';
import { LEADS } from '../../twin/ecg/leads.ts';
import { MYOCARDIAL_DENSITY_g_mL } from '../../twin/units.ts';
import { anatomyOf, functionOf, LAYER_mm } from './hearts.ts';

const anatomy = anatomyOf();
const other = anatomyOf({ lvMass_g: 104, lvEdv_mL: 150 });
const own = functionOf(anatomy, 3);
const scaled = { layer_mm: LAYER_mm, times: 'scaled' } as const;

async function activationOf({ mesh }: Anatomy, parameters: ActivationParameters): Promise<Float64Array> {
  const open = await referenceBackend.open({
    mesh,
    leadVectors: new Float32Array((mesh.points.length / 3) * LEADS),
    leads: LEADS,
    window: { start_ms: 0, interval_ms: 1, samples: 1 },
    actionPotential: VENTRICULAR_UPSTROKE,
  });
  const { activation_ms } = await open.solve(parameters);
  await open.close();
  return muscleTimes(activation_ms);
}

const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
const range = (values: Float64Array) =>
  values.reduce((most, value) => Math.max(most, value)) - values.reduce((least, value) => Math.min(least, value));

test('a heart’s linear size is the cube root of its LV’s muscle and cavity, as they were drawn', (t) => {
  const drawn_mm = 10 * Math.cbrt(134 / MYOCARDIAL_DENSITY_g_mL + 132);
  t.true(Math.abs(heartSize_mm(anatomy) / drawn_mm - 1) < 0.02, `${heartSize_mm(anatomy)} of ${drawn_mm}`);
  const larger = heartAtSize(openGeometry(anatomy), 1.3 * heartSize_mm(anatomy));
  t.true(Math.abs(heartSize_mm(larger) / heartSize_mm(anatomy) - 1.3) < 1e-12);
});

/** How many PMJs lie elsewhere than expected: two tetrahedra of a coarse layer may hold the same coordinates. */
const elsewhere = (places: Float64Array, expected: Float64Array) =>
  expected.filter(
    (_, at) => at % 3 === 0 && Math.hypot(...[0, 1, 2].map((axis) => places[at + axis] - expected[at + axis])) > 0.01,
  ).length;

test('a function that is carried to the heart it comes from has its PMJs where they were, but for two of 80, and its activation to 0.6 ms', async (t) => {
  for (const seed of [1, 2, 3]) {
    const before = functionOf(anatomy, seed);
    const { parameters, off_mm } = transportFunction(before, anatomy, anatomy, scaled);
    t.true(off_mm.every((off) => off === 0));
    t.deepEqual(parameters.pmjTimes_ms, before.parameters.pmjTimes_ms);
    t.true(elsewhere(parameters.pmjPositions, before.parameters.pmjPositions) <= 2);
    const expected = await activationOf(anatomy, before.parameters);
    const found = await activationOf(anatomy, parameters);
    t.true(rms(found.map((time, node) => time - expected[node])) < 0.6);
    t.true(Math.abs(range(found) - range(expected)) < 0.5);
  }
});

test('on a heart 1.2 times as large PMJs lie and fire 1.2 times as far apart', (t) => {
  const geometry = openGeometry(anatomy);
  const larger = heartAtSize(geometry, 1.2 * geometry.size_mm);
  const first = own.parameters.pmjTimes_ms.reduce((least, time) => Math.min(least, time));
  const { parameters, off_mm } = transportFunction(own, anatomy, larger, scaled);
  t.true(off_mm.every((off) => off === 0));
  const { pmjTimes_ms } = own.parameters;
  t.true(parameters.pmjTimes_ms.every((time, pmj) => Math.abs(time - first - 1.2 * (pmjTimes_ms[pmj] - first)) < 1e-9));
  const expected = enlarge(own.parameters.pmjPositions, geometry.centre, 1.2);
  t.true(elsewhere(parameters.pmjPositions, expected) <= 2);
  const kept = transportFunction(own, anatomy, larger, { ...scaled, times: 'kept' });
  t.deepEqual(kept.parameters.pmjTimes_ms, pmjTimes_ms);
});

test('on another heart every PMJ keeps its endocardium, and nearly all find their very coordinates', (t) => {
  const { parameters, off_mm, repolarisation } = transportFunction(own, anatomy, other, scaled);
  t.deepEqual(repolarisation, own.repolarisation);
  t.is(parameters.lv, own.parameters.lv);
  t.true(off_mm.filter((off) => off > 0).length < 0.15 * off_mm.length, `${off_mm.filter((off) => off > 0)}`);
  t.true(off_mm.reduce((sum, off) => sum + off, 0) / off_mm.length < 0.3);
  // And back again: what went to the other heart comes home.
  const home = transportFunction({ parameters }, other, anatomy, scaled);
  const away = Float64Array.from(off_mm, (off, pmj) =>
    off > 0 || home.off_mm[pmj] > 0
      ? 0
      : Math.hypot(
          ...[0, 1, 2].map(
            (axis) => home.parameters.pmjPositions[3 * pmj + axis] - own.parameters.pmjPositions[3 * pmj + axis],
          ),
        ),
  );
  t.true(rms(away) < 1.5, `${rms(away)} mm`);
  t.deepEqual(
    home.parameters.pmjTimes_ms.map((time) => Math.round(1e6 * time)),
    own.parameters.pmjTimes_ms.map((time) => Math.round(1e6 * time)),
  );
});

test('hearts without a septum’s two insertions are compared by ventricular coordinates', (t) => {
  const { consistent: _, ...without } = anatomy;
  const { off_mm } = transportFunction(own, without, without, scaled);
  t.true(off_mm.every((off) => off === 0));
});
