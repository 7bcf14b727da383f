import test from 'ava';
import { openRandom } from '../twin/random.ts';

const PEOPLE = 4000;
const DRAWS = 8;

/** [draws][people] */
const draws = Array.from({ length: DRAWS }, () => new Float64Array(PEOPLE));
for (let person = 0; person < PEOPLE; person++) {
  const random = openRandom(7, `person ${String(person).padStart(4, '0')}`);
  for (const column of draws) column[person] = random.uniform();
}

/** Correlation of two columns, the second some people later. */
function correlation(one: Float64Array, other: Float64Array, later: number): number {
  const pairs = PEOPLE - later;
  let sum = 0;
  for (let person = 0; person < pairs; person++) sum += (one[person] - 0.5) * (other[person + later] - 0.5);
  return (12 * sum) / pairs;
}

test('streams whose purposes differ in their last digits are independent from their first draws on', (t) => {
  for (const [first, one] of draws.entries()) {
    for (const [second, other] of draws.entries()) {
      for (const later of [1, 2, 10]) {
        const found = correlation(one, other, later);
        // The standard error is 0.016; of 192 correlations the largest by chance alone is about three of them.
        t.true(Math.abs(found) < 0.065, `draw ${first} with draw ${second} of ${later} later: ${found}`);
      }
    }
  }
});

test('the draws of one stream are uniform and independent of each other', (t) => {
  for (const [first, one] of draws.entries()) {
    const counts = new Array<number>(20).fill(0);
    for (const value of one) counts[Math.floor(20 * value)]++;
    const expected = PEOPLE / 20;
    const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    t.true(
      chiSquared < 43.8,
      `draw ${first}: χ² of ${chiSquared} with 19 degrees of freedom, one in a thousand is larger`,
    );
    for (const other of draws.slice(0, first)) t.true(Math.abs(correlation(one, other, 0)) < 0.065);
  }
});

test('the same seed and purpose give the same numbers, another of either gives others', (t) => {
  const numbers = (seed: number, purpose: string) => {
    const random = openRandom(seed, purpose);
    return [random.uniform(), random.normal(), random.normal()];
  };
  t.deepEqual(numbers(3, 'a'), numbers(3, 'a'));
  t.notDeepEqual(numbers(3, 'a'), numbers(4, 'a'));
  t.notDeepEqual(numbers(3, 'a'), numbers(3, 'b'));
});
