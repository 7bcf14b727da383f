import test from 'ava';
import { calibrateIntervals, halfWidthOf } from '../../cohorts/emulator/conformal.ts';
import { openRandom } from '../../twin/random.ts';

/** Errors that grow with a spread that is half seen. */
function drawErrors(count: number, seed: number) {
  const random = openRandom(seed, 'errors');
  const spreads = Float64Array.from({ length: count }, () => 0.2 + random.uniform());
  return { spreads, errors: spreads.map((spread) => (0.3 + 2 * spread) * random.normal()) };
}

test('intervals calibrated at 95 % hold 95 % of further errors, within Monte-Carlo error', (t) => {
  let [inside, all] = [0, 0];
  for (let repeat = 0; repeat < 40; repeat++) {
    const { errors, spreads } = drawErrors(200, repeat);
    const conformal = calibrateIntervals(errors, spreads, 0.95);
    const further = drawErrors(200, 1000 + repeat);
    for (const [row, error] of further.errors.entries()) {
      all++;
      if (Math.abs(error) <= halfWidthOf(conformal, further.spreads[row])) inside++;
    }
  }
  t.true(Math.abs(inside / all - 0.95) < 0.01, String(inside / all));
});

test('errors that are missing count nothing', (t) => {
  const { errors, spreads } = drawErrors(100, 1);
  const more = calibrateIntervals(Float64Array.from([...errors, Number.NaN]), Float64Array.from([...spreads, 1]), 0.9);
  t.deepEqual(more, calibrateIntervals(errors, spreads, 0.9));
});

test('too few rows for the level give no bound', (t) => {
  const { errors, spreads } = drawErrors(10, 2);
  t.is(calibrateIntervals(errors, spreads, 0.95).factor, Number.POSITIVE_INFINITY);
  t.true(Number.isFinite(calibrateIntervals(errors, spreads, 0.9).factor));
});
