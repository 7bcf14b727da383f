import test from 'ava';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { layersOf, type Networks, openPass, startingNetworks } from '../../cohorts/emulator/network.ts';
import { answerOf, lossGradient, uploadWeights } from '../../cohorts/emulator/networkGradient.ts';
import { trainNetworks } from '../../cohorts/emulator/trainNetworks.ts';
import { openRandom } from '../../twin/random.ts';

const runtime = await openTensorRuntime({ order: ['tfjs-cpu'] });
const { tf } = runtime;
const shape = { inputs: 3, width: 8, outputs: 2 };
const [MEMBERS, ROWS] = [2, 5];

/** Networks without a zero anywhere. */
function fullNetworks(): Networks {
  const random = openRandom(3, 'full networks');
  const networks = startingNetworks(shape, MEMBERS, () => random);
  for (const weights of networks.weights)
    for (let at = 0; at < weights.length; at++) weights[at] = 0.5 * random.normal();
  return networks;
}
const networks = fullNetworks();
const draw = (count: number, name: string) => {
  const random = openRandom(4, name);
  return Float32Array.from({ length: count }, () => random.normal());
};
/** Rows of both members with their column of ones */
const x = draw(MEMBERS * ROWS * 4, 'x').map((value, at) => (at % 4 === 3 ? 1 : value));
const y = draw(MEMBERS * ROWS * 2, 'y');
const weight = draw(MEMBERS * ROWS * 2, 'weight').map((value, at) => (at === 3 ? 0 : value * value));

const plainAnswer = (of: Networks, member: number, row: number): Float64Array => {
  const out = new Float64Array(2);
  const at = (member * ROWS + row) * 4;
  openPass(of)(member, Float64Array.from(x.subarray(at, at + 3)), out);
  return out;
};

test('the plain forward pass and TensorFlow.js agree to 1e-6', (t) => {
  runtime.enter();
  const answers = tf.tidy(() =>
    answerOf(runtime, uploadWeights(runtime, networks), {
      x: tf.tensor3d(x, [MEMBERS, ROWS, 4]),
      bias: tf.ones([MEMBERS, ROWS, 1]),
    }).dataSync(),
  );
  for (let at = 0; at < answers.length; at++) {
    const [member, row] = [Math.floor(at / (2 * ROWS)), Math.floor(at / 2) % ROWS];
    t.true(Math.abs(answers[at] - plainAnswer(networks, member, row)[at % 2]) < 1e-6);
  }
});

/** Σ weight (f − y)² / 2 in float64. */
function loss(of: Networks): number {
  let sum = 0;
  for (let at = 0; at < y.length; at++) {
    const answer = plainAnswer(of, Math.floor(at / (2 * ROWS)), Math.floor(at / 2) % ROWS)[at % 2];
    sum += (weight[at] * (answer - y[at]) ** 2) / 2;
  }
  return sum;
}

test('the gradient is the slope of the loss by finite differences, in every layer and for biases', (t) => {
  runtime.enter();
  const gradients = tf.tidy(() =>
    lossGradient(runtime, uploadWeights(runtime, networks), {
      x: tf.tensor3d(x, [MEMBERS, ROWS, 4]),
      y: tf.tensor3d(y, [MEMBERS, ROWS, 2]),
      weight: tf.tensor3d(weight, [MEMBERS, ROWS, 2]),
      ones: tf.ones([MEMBERS, ROWS, 8]),
      bias: tf.ones([MEMBERS, ROWS, 1]),
    }).map((gradient) => gradient.dataSync()),
  );
  for (const [layer, [rows, columns]] of layersOf(shape).entries()) {
    for (const at of [0, columns + 1, (rows - 1) * columns, rows * columns + 1, 2 * rows * columns - 1]) {
      const moved = (by: number) => {
        const weights = networks.weights.map((values) => values.slice());
        weights[layer][at] += by;
        return { step: weights[layer][at], loss: loss({ ...networks, weights: [weights[0], weights[1], weights[2]] }) };
      };
      const [up, down] = [moved(1e-2), moved(-1e-2)];
      const slope = (up.loss - down.loss) / (up.step - down.step);
      t.true(Math.abs(gradients[layer][at] - slope) < 1e-3 * (1 + Math.abs(slope)), `layer ${layer}, weight ${at}`);
    }
  }
});

/** y = sin(2 x₀) + x₁ x₂ on 300 rows, and a second output that is missing in half of them. */
function smoothRows() {
  const random = openRandom(5, 'smooth rows');
  const inputs = Float64Array.from({ length: 900 }, () => 2 * random.uniform() - 1);
  const targets = new Float64Array(600);
  for (let row = 0; row < 300; row++) {
    const [a, b, c] = inputs.subarray(3 * row, 3 * row + 3);
    targets[2 * row] = Math.sin(2 * a) + b * c;
    targets[2 * row + 1] = row % 2 === 0 ? Number.NaN : a - c;
  }
  return { inputs, targets: [targets, targets] };
}

const rows = smoothRows();
const folds = Int32Array.from({ length: 300 }, (_, row) => (row % 10 < 2 ? row % 10 : -1));
const settings = { members: 2, width: 24, epochs: 80, batch: 32, rate: 1e-2, decay: 0.03, seed: 1 };
const train = (seed: number, epochs: number) =>
  trainNetworks(runtime, {
    rows,
    folds,
    outputWeights: Float64Array.from([1, 1]),
    settings: { ...settings, seed, epochs },
  });

test('training recovers a smooth function of three inputs to 5 % of its spread where it saw nothing', async (t) => {
  const pass = openPass(await train(1, 80));
  const out = new Float64Array(2);
  const random = openRandom(6, 'unseen');
  let [squares, all] = [0, 0];
  for (let row = 0; row < 200; row++) {
    const place = Float64Array.from({ length: 3 }, () => 1.8 * random.uniform() - 0.9);
    pass(0, place, out);
    const truth = Math.sin(2 * place[0]) + place[1] * place[2];
    squares += (out[0] - truth) ** 2;
    all += truth ** 2;
  }
  t.true(Math.sqrt(squares / all) < 0.05, String(Math.sqrt(squares / all)));
});

test('the same seed trains to the same bytes, another seed to others', async (t) => {
  const [one, again, other] = [await train(2, 3), await train(2, 3), await train(3, 3)];
  t.deepEqual(again.weights, one.weights);
  t.notDeepEqual(other.weights, one.weights);
});

test('no member is worse on its fold than the trend that it corrects', async (t) => {
  // Nothing can be learned from noise: a member that answers 0 is best, and is what is kept.
  const random = openRandom(8, 'noise');
  const targets = Float64Array.from({ length: 600 }, () => random.normal());
  const noise = { inputs: rows.inputs, targets: [targets, targets] };
  const trained = await trainNetworks(runtime, {
    rows: noise,
    folds,
    outputWeights: Float64Array.from([1, 1]),
    settings: { ...settings, epochs: 2 },
  });
  const pass = openPass(trained);
  const out = new Float64Array(2);
  for (const member of [0, 1]) {
    let [kept, zero] = [0, 0];
    for (let row = 0; row < 300; row++) {
      if (folds[row] !== member) continue;
      pass(member, rows.inputs.subarray(3 * row, 3 * row + 3), out);
      for (const output of [0, 1]) {
        kept += (out[output] - targets[2 * row + output]) ** 2;
        zero += targets[2 * row + output] ** 2;
      }
    }
    t.true(kept <= zero);
  }
});
