import test from 'ava';
import { openProjection, projectEcg, pullBackEcg } from '../../twin/ecg/projection.ts';
import { openRandom } from '../../twin/random.ts';
import { directEcg } from '../helpers/directEcg.ts';
import { blockHeart } from '../helpers/heartModels.ts';

const heart = blockHeart(8, 1);
const nodes = heart.mesh.points.length / 3;
const random = openRandom(2, 'activation');
const tau = Float64Array.from({ length: nodes }, () => 5 + 45 * random.uniform());

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

test('the binned ECG is the direct sum over nodes to 1e-3 of its peak on 700 nodes', (t) => {
  const direct = directEcg(heart, tau);
  const binned = projectEcg(openProjection(heart), tau);
  const error = largest(binned.map((value, at) => value - direct[at])) / largest(direct);
  t.true(error < 1e-3, `${error}`);
});

test('waves on grid times are summed exactly', (t) => {
  const whole = tau.map((time) => Math.round(4 * time) / 4);
  const direct = directEcg(heart, whole);
  const binned = projectEcg(openProjection(heart), whole);
  t.true(largest(binned.map((value, at) => value - direct[at])) < 1e-7 * largest(direct));
});

test('waves before and after the window, and nodes that are never reached, leave a constant ECG', (t) => {
  const outside = tau.map((_, node) => [-200, 300, Number.POSITIVE_INFINITY][node % 3]);
  const direct = directEcg(heart, outside);
  const binned = projectEcg(openProjection(heart), outside);
  t.true(largest(binned.map((value, at) => value - direct[at])) < 1e-6 * largest(directEcg(heart, tau)));
  const sensitivity = new Float64Array(heart.window.samples * heart.leads).fill(1);
  t.is(largest(pullBackEcg(openProjection(heart), outside, sensitivity)), 0);
});

test('an ECG window that starts late and is sampled every 2 ms holds every second value of the full one', (t) => {
  const full = projectEcg(openProjection(heart), tau);
  const sparse = projectEcg(
    openProjection({ ...heart, window: { start_ms: heart.window.start_ms + 10, interval_ms: 2, samples: 25 } }),
    tau,
  );
  for (let sample = 0; sample < 25; sample++) {
    for (let lead = 0; lead < heart.leads; lead++) {
      const same = full[(10 + 2 * sample) * heart.leads + lead];
      t.true(Math.abs(sparse[sample * heart.leads + lead] - same) < 1e-7 * largest(full));
    }
  }
});

test('the pulled-back sensitivity is the difference quotient of every node', (t) => {
  const projection = openProjection(heart);
  const r = Float64Array.from({ length: heart.window.samples * heart.leads }, () => random.normal());
  const sensitivity = pullBackEcg(projection, tau, r);
  const loss = (times: Float64Array) =>
    projectEcg(projection, times).reduce((sum, value, at) => sum + r[at] * value, 0);
  const scale = largest(sensitivity);
  for (let node = 0; node < nodes; node += 7) {
    const step = 1e-5;
    const forth = loss(tau.with(node, tau[node] + step));
    const back = loss(tau.with(node, tau[node] - step));
    t.true(Math.abs((forth - back) / (2 * step) - sensitivity[node]) < 1e-6 * scale);
  }
});
