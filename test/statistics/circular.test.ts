import test from 'ava';
import { compareAngles, concentrationOf, shortTurn_deg, summariseAngles } from '../../cohorts/statistics/circular.ts';
import { BESSEL, WATSON_WILLIAMS } from './modelData.ts';

const near = (value: number, expected: number, tolerance: number) => Math.abs(value - expected) <= tolerance;
const WOMEN = [12, 35, -20, 48, 60, 5, 28, 41, -3, 22];
const MEN = [70, 44, 15, 58, 92, 36, 81, 50];

test('the mean of 170° and −170° is 180°, not 0°', (t) => {
  const { mean_deg, resultant } = summariseAngles([170, -170]);
  t.true(near(Math.abs(mean_deg), 180, 1e-12));
  t.true(near(resultant, Math.cos(Math.PI / 18), 1e-14));
});

test('angles all around have no direction to speak of, and equal ones a resultant of 1', (t) => {
  t.true(summariseAngles([0, 90, 180, -90]).resultant < 1e-15);
  t.true(near(summariseAngles([33, 33, 33]).resultant, 1, 1e-15));
  t.true(Number.isNaN(summariseAngles([]).mean_deg));
});

test('a turn is taken the short way and is never −180°', (t) => {
  t.deepEqual([190, -190, 360, 180, -180, 540].map(shortTurn_deg), [-170, 170, 0, 180, 180, 180]);
});

test('turning all angles changes neither the difference nor its test', (t) => {
  const still = compareAngles(WOMEN, MEN);
  const turned = compareAngles(
    WOMEN.map((angle) => angle + 155),
    MEN.map((angle) => angle + 155),
  );
  if ('undetermined' in still || 'undetermined' in turned) return t.fail();
  t.true(near(still.difference_deg, turned.difference_deg, 1e-10));
  t.true(near(still.f, turned.f, 1e-9));
});

test('Watson and Williams’ F, its p value and κ are those of scipy’s Bessel and F functions to 1e-10', (t) => {
  const found = compareAngles(WOMEN, MEN);
  if ('undetermined' in found) return t.fail();
  const [kappa = 0, f = 0, p = 0, a = 0, b = 0] = WATSON_WILLIAMS;
  t.true(near(found.concentration, kappa, 1e-10));
  t.true(near(found.f, f, 1e-10));
  t.true(near(found.p_value, p, 1e-11));
  t.true(near(found.a.mean_deg, a, 1e-10) && near(found.b.mean_deg, b, 1e-10));
  t.true(near(found.difference_deg, a - b, 1e-10));
});

test('κ is found from its resultant length over four decades', (t) => {
  for (const [kappa = 0, resultant = 0] of BESSEL)
    t.true(near(concentrationOf(resultant), kappa, 1e-8 * kappa), `${kappa}`);
});

test('scattered, equal or too few angles are answered in sentences', (t) => {
  const sentence = (a: number[], b: number[]) => {
    const found = compareAngles(a, b);
    return 'undetermined' in found ? found.undetermined : '';
  };
  t.regex(sentence([0, 120, -120], [60, 180, -60]), /too scattered/);
  t.regex(sentence([5, 5], [5, 5]), /neither group/);
  t.regex(sentence([5], [5, 6]), /too small/);
});
