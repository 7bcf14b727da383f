import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import type { FunctionGap } from '../../cohorts/analyses/functionGap.ts';
import { sameFunction } from '../../cohorts/analyses/sameFunction.ts';
import { FRONTS, frontColumn } from '../../cohorts/analyses/tablesBeside.ts';
import { DEFAULT_CALIBRATION } from '../../twin/calibrate/calibrate.ts';
import { REFERENCE_FRONTS, simulateReference } from '../../twin/counterfactual/referenceFronts.ts';
import { REFERENCE_LAW, simulateLaw } from '../../twin/counterfactual/simulateLaw.ts';
import { anatomyOf, LAYER_mm } from './hearts.ts';

/** Smaller women's hearts, larger men's, g and mL. */
const SIZES = Array.from({ length: 10 }, (_, at) => {
  const isMan = at % 2 === 1;
  return {
    sex: isMan ? 'male' : 'female',
    lvMass_g: (isMan ? 135 : 100) + 6 * at,
    lvEdv_mL: (isMan ? 140 : 110) + 5 * at,
  };
});
const hearts = SIZES.map(({ lvMass_g, lvEdv_mL }) => ({
  anatomy: anatomyOf({ lvMass_g, lvEdv_mL }),
  backend: referenceBackend,
  conductivity: DEFAULT_CALIBRATION.conductivity,
  pmjs: 60,
  layer_mm: LAYER_mm,
}));
/** mm/ms, between two of the reference's */
const FRONT = 1.05;

test('of hearts that differ in nothing but size function makes less than 6 % of the gap, with a front between two of the reference’s', async (t) => {
  const reference = await Promise.all(hearts.map(simulateReference));
  const own = await Promise.all(
    hearts.map((heart) => simulateLaw({ ...heart, law: { ...REFERENCE_LAW, front_mm_ms: FRONT } })),
  );
  const subject = SIZES.map((_, at) => `sub-${at}`);
  const { outcomes } = sameFunction.run(
    {
      rows: SIZES.length,
      columns: {
        subject,
        status: SIZES.map(() => 'done'),
        sex: SIZES.map(({ sex }) => sex),
        qrsDuration_ms: own.map(({ features }) => features.qrsDuration_ms),
        totalActivationTime_ms: own.map(({ features }) => features.totalActivationTime_ms),
      },
    },
    { resamples: 50, seed: 1, level: 0.95 },
    {
      reference: {
        rows: SIZES.length,
        columns: {
          subject,
          ...Object.fromEntries(
            FRONTS.flatMap((front) =>
              (['qrsDuration_ms', 'totalActivationTime_ms'] as const).map((name) => [
                frontColumn(front, name),
                reference.map((beats) => beats[front][name]),
              ]),
            ),
          ),
        },
      },
    },
  );
  const [qrs, activation] = outcomes as readonly [FunctionGap, FunctionGap];
  if ('undetermined' in qrs.front) return t.fail(qrs.front.undetermined);
  t.true(Math.abs(qrs.front.estimate - FRONT) < 0.03);
  // Between two fronts lies a straight line; a delineated end jumps from wave to wave, and five hearts of each sex average little of it.
  t.true(qrs.gap.estimate > 8 && Math.abs(qrs.parts[0].function.estimate) < 0.06 * qrs.gap.estimate);
  t.true(
    activation.gap.estimate > 8 && Math.abs(activation.parts[0].function.estimate) < 0.06 * activation.gap.estimate,
  );
});

test('a heart’s beats with each front are those of the law with that front, and the slow front activates later', async (t) => {
  const [heart] = hearts;
  if (heart === undefined) return t.fail();
  const beats = await simulateReference(heart);
  for (const front of FRONTS) {
    const law = { ...REFERENCE_LAW, front_mm_ms: REFERENCE_FRONTS[front] };
    t.deepEqual(beats[front], (await simulateLaw({ ...heart, law })).features);
  }
  t.true(beats.lawFront.totalActivationTime_ms < beats.slowFront.totalActivationTime_ms);
});
