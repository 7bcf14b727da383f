import test from 'ava';
import { movePmjs } from '../../twin/calibrate/movePmjs.ts';
import { bringIntoLayer, type PmjLayer, tetInLayer } from '../../twin/calibrate/pmjLayer.ts';
import { openPurkinjeFront } from '../../twin/calibrate/purkinjeFront.ts';
import { placePmjs } from '../../twin/calibrate/startPmjs.ts';
import { EARLIEST_PMJ_ms } from '../../twin/calibrate/twin.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { openRandom } from '../../twin/random.ts';
import { slabHeart } from '../helpers/slabHeart.ts';

const heart = slabHeart();
const layer: PmjLayer = {
  locator: openLocator(heart.mesh),
  endocardialDistance: heart.endocardialDistance,
  layer_mm: 2.5,
};
const isInLayer = (positions: Float64Array) => {
  const scratch = new Float64Array(4);
  for (let at = 0; at < positions.length; at += 3) {
    if (tetInLayer(layer, positions[at], positions[at + 1], positions[at + 2], scratch) < 0) return false;
  }
  return true;
};
const start = placePmjs(heart, layer, 60, 1);

test('PMJs start inside the subendocardial layer, at times that are never earlier than muscle is active before its wave shows', (t) => {
  t.true(isInLayer(start.positions));
  const times_ms = start.timesOf(-30, 2);
  t.true(times_ms.every((time) => time >= EARLIEST_PMJ_ms && time < 60));
  t.true(times_ms.includes(EARLIEST_PMJ_ms));
});

test('a front of half the speed takes twice as long from its first place to its last', (t) => {
  const front = openPurkinjeFront(heart, 2.5);
  const last = (speed_mm_ms: number) => Math.max(...front(speed_mm_ms).filter(Number.isFinite));
  // Sites start at 0–7 ms: a front that is slow enough leaves from the first one alone, and only its way counts.
  t.true(Math.abs(last(0.02) / last(0.04) - 2) < 0.02, `${last(0.02)} and ${last(0.04)} ms`);
});

test('the same seed gives the same start, another seed another', (t) => {
  const again = placePmjs(heart, layer, 60, 1);
  t.deepEqual(again.positions, start.positions);
  t.deepEqual(again.timesOf(-5, 1.5), start.timesOf(-5, 1.5));
  t.notDeepEqual(placePmjs(heart, layer, 60, 2).positions, start.positions);
});

test('PMJs stand no nearer to each other than half of an even spacing', (t) => {
  const even = Math.sqrt((48 * 48) / 60);
  let nearest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 60; i++)
    for (let j = 0; j < i; j++) {
      const [a, b] = [start.positions.subarray(3 * i, 3 * i + 3), start.positions.subarray(3 * j, 3 * j + 3)];
      nearest = Math.min(nearest, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
  t.true(nearest > even / 2, `${nearest.toFixed(1)} mm of ${even.toFixed(1)} mm`);
});

test('the front starts in the LV and moves on along the endocardium at its speed', (t) => {
  const front = openPurkinjeFront(heart, 2.5)(2);
  t.is(Math.min(...front), 0);
  const first = front.indexOf(0);
  t.is(heart.coordinates.transventricular[first], 0);
  const { points } = heart.mesh;
  for (let node = 0; node < front.length; node++) {
    if (!Number.isFinite(front[node])) continue;
    const way = Math.hypot(points[3 * node] - points[3 * first], points[3 * node + 1] - points[3 * first + 1]);
    t.true(front[node] <= (1.5 * way) / 2 + 1e-9);
  }
});

test('however they are pushed, PMJs stay inside the layer', (t) => {
  const random = openRandom(4, 'pushes');
  let positions = start.positions;
  for (let push = 0; push < 5; push++) {
    const moves = positions.map(() => 6 * random.normal());
    positions = movePmjs(layer, positions, moves);
    t.true(isInLayer(positions));
  }
});

test('a push out of the layer becomes a glide along it', (t) => {
  const moved = movePmjs(layer, Float64Array.from([20, 20, 2.4]), Float64Array.from([3, 0, 3]));
  t.true(Math.abs(moved[0] - 23) < 0.2, `${moved[0]} mm`);
  t.true(moved[2] <= 2.5);
});

test('a move inside the layer is made as asked', (t) => {
  const moved = movePmjs(layer, Float64Array.from([20, 20, 1]), Float64Array.from([2, -3, 0.5]));
  t.true(Math.hypot(moved[0] - 22, moved[1] - 17, moved[2] - 1.5) < 1e-9);
});

test('places of another mesh are brought in by the shortest way, those inside stay', (t) => {
  const brought = bringIntoLayer(layer, Float64Array.from([20, 20, -0.3, 20, 20, 1]));
  t.true(isInLayer(brought));
  t.true(Math.hypot(brought[0] - 20, brought[1] - 20) < 3);
  t.deepEqual([...brought.subarray(3)], [20, 20, 1]);
});
