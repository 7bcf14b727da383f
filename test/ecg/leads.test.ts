import test from 'ava';
import { STANDARD_LEADS } from '../../twin/ecg/beat.ts';
import { LEADS, standardLeads, TWELVE, weighLeads } from '../../twin/ecg/leads.ts';
import { openRandom } from '../../twin/random.ts';

const random = openRandom(3, 'leads');
const ecg = Float64Array.from({ length: 50 * LEADS }, () => random.normal());
const of = (standard: Float64Array, name: (typeof STANDARD_LEADS)[number]) =>
  standard.filter((_, at) => at % TWELVE === STANDARD_LEADS.indexOf(name));

test('Einthoven: I + III = II at every sample', (t) => {
  const standard = standardLeads(ecg);
  const [one, two, three] = [of(standard, 'I'), of(standard, 'II'), of(standard, 'III')];
  t.true(one.every((value, at) => Math.abs(value + three[at] - two[at]) < 1e-12));
});

test('Goldberger: the augmented leads sum to zero', (t) => {
  const standard = standardLeads(ecg);
  const [right, left, foot] = [of(standard, 'aVR'), of(standard, 'aVL'), of(standard, 'aVF')];
  t.true(right.every((value, at) => Math.abs(value + left[at] + foot[at]) < 1e-12));
});

test('eight weighted leads have the sum of squares that the twelve have on average', (t) => {
  const weighted = ecg.slice();
  weighLeads(weighted);
  const ofEight = weighted.reduce((sum, value) => sum + value * value, 0);
  const ofTwelve = standardLeads(ecg).reduce((sum, value) => sum + value * value, 0) / TWELVE;
  t.true(Math.abs(ofEight - ofTwelve) < 1e-10 * ofTwelve);
});
