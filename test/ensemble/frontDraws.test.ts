import test from 'ava';
import { drawFront } from '../../twin/ensemble/frontDraws.ts';
import { pairwiseWays } from '../../twin/ensemble/geodesics.ts';
import { openTimesPrior } from '../../twin/ensemble/timesPrior.ts';
import { openRandom } from '../../twin/random.ts';

/** Two ventricles of 60 places each, on two circles of radius 30 mm that lie 10 mm apart. */
const EACH = 60;
const RADIUS_mm = 30;
const positions = new Float64Array(6 * EACH);
for (let place = 0; place < 2 * EACH; place++) {
  const angle = (2 * Math.PI * (place % EACH)) / EACH;
  positions.set([RADIUS_mm * Math.cos(angle), RADIUS_mm * Math.sin(angle), place < EACH ? 0 : 10], 3 * place);
}
const ventricles = Uint8Array.from({ length: 2 * EACH }, (_, place) => (place < EACH ? 0 : 1));
const ways = pairwiseWays(positions, ventricles);
const places = { positions, ventricles, ways };

test('the way to the other side of a circle is half its circumference, and not the diameter', (t) => {
  const way = ways[EACH / 2];
  t.true(Math.abs(way - Math.PI * RADIUS_mm) < 0.01 * Math.PI * RADIUS_mm, `${way} mm`);
});

test('no way along the endocardium leads from one ventricle to the other', (t) => {
  t.is(ways[EACH], Number.POSITIVE_INFINITY);
});

test('ways are symmetric and no detour is shorter', (t) => {
  const size = 2 * EACH;
  for (let a = 0; a < size; a += 7) {
    for (let b = 0; b < size; b += 5) {
      t.is(ways[a * size + b], ways[b * size + a]);
      for (let c = 0; c < size; c += 11) t.true(ways[a * size + b] <= ways[a * size + c] + ways[c * size + b] + 1e-9);
    }
  }
});

test('PMJs of a drawn front span most of the recorded QRS, the first shortly before it', (t) => {
  const random = openRandom(3, 'test');
  const spans: number[] = [];
  const firsts: number[] = [];
  for (let draw = 0; draw < 200; draw++) {
    const times = drawFront(places, 90, random).sort();
    spans.push((times[Math.floor(0.97 * (times.length - 1))] as number) - (times[0] as number));
    firsts.push(times[0] as number);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  t.true(Math.abs(mean(spans) - 0.85 * 90) < 3, `mean span ${mean(spans)} ms`);
  t.true(Math.abs(mean(firsts) + 7) < 1, `mean first ${mean(firsts)} ms`);
});

test('the prior’s mean and covariance are those of fronts: neighbours go together, far places do not', (t) => {
  const { mean_ms, factor, rank } = openTimesPrior(places, 90, 1);
  const covariance = (a: number, b: number) => {
    let sum = 0;
    for (let at = 0; at < rank; at++) sum += factor[a * rank + at] * factor[b * rank + at];
    return sum;
  };
  const correlation = (a: number, b: number) => covariance(a, b) / Math.sqrt(covariance(a, a) * covariance(b, b));
  t.true(correlation(0, 1) > 0.9);
  t.true(correlation(0, EACH / 2) < 0.3);
  const rv = mean_ms.slice(EACH).reduce((sum, time) => sum + time, 0);
  const lv = mean_ms.slice(0, EACH).reduce((sum, time) => sum + time, 0);
  t.true(rv > lv, 'the RV is later on average');
});
