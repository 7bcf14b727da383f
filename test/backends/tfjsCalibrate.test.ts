import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { calibrateTensors } from '../../backends/tfjs/calibrateTensors.ts';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { closeTensorHeart, openTensorHeart } from '../../backends/tfjs/tensorHeart.ts';
import type { PmjLayer } from '../../twin/calibrate/pmjLayer.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { nodeCount } from '../../twin/mesh/tetMesh.ts';
import { blockHeart, scatteredPmjs } from '../helpers/heartModels.ts';

const runtime = await openTensorRuntime({ order: ['tfjs-cpu'] });
const heart = blockHeart(4);
const layer: PmjLayer = {
  locator: openLocator(heart.mesh),
  endocardialDistance: new Float64Array(nodeCount(heart.mesh)),
  layer_mm: 1,
};
const { lv, rv } = scatteredPmjs(heart.mesh, 1, 1);
const start = (seed: number) => ({ ...scatteredPmjs(heart.mesh, 4, seed), lv, rv });
/** The ECG of PMJs that no start has, by the reference on the same mesh. */
const target = async () => {
  const open = await referenceBackend.open(heart);
  return (await open.solve(start(99))).ecg_mV;
};

test.serial('Adam takes four fifths of the mismatch off every start in 10 iterations, together as alone', async (t) => {
  const tensors = openTensorHeart(runtime, heart);
  const target_mV = await target();
  const starts = [1, 2, 3].map(start);
  const fitTogether = (members: typeof starts) =>
    calibrateTensors(tensors, members, { layer, target_mV, iterations: 10, fitsVelocities: true });
  const tensorsBefore = runtime.tf.memory().numTensors;
  const fits = await fitTogether(starts);
  t.is(runtime.tf.memory().numTensors, tensorsBefore, 'nothing is left behind');
  for (const { losses_mV2, parameters } of fits) {
    t.is(losses_mV2.length, 11);
    const least = Math.min(...losses_mV2);
    t.true(least < 0.2 * losses_mV2[0], `${losses_mV2[0]} to ${least} mV²`);
    const open = await referenceBackend.open(heart);
    const { ecg_mV } = await open.solve(parameters);
    const loss = ecg_mV.reduce((sum, value, at) => sum + (value - target_mV[at]) ** 2, 0) / ecg_mV.length;
    t.true(Math.abs(loss - least) < 0.02 * least + 1e-4, 'the parameters are those of the least loss');
  }
  const [alone] = await fitTogether([starts[1]]);
  t.deepEqual(alone, fits[1]);
  closeTensorHeart(tensors);
});

test.serial('rows of leads are weighted before they are squared', async (t) => {
  const tensors = openTensorHeart(runtime, heart);
  const settings = { layer, target_mV: await target(), iterations: 0 };
  const [plain] = await calibrateTensors(tensors, [start(1)], settings);
  // Only the first two leads count, one of them together with the third, twice as much.
  const leadWeights = Float64Array.of(2, 0, 2, 0, 2, 0, 0, 0, 0);
  const [weighted] = await calibrateTensors(tensors, [start(1)], { ...settings, leadWeights });
  const { ecg_mV } = await (await referenceBackend.open(heart)).solve(start(1));
  let squares = 0;
  let weightedSquares = 0;
  for (let at = 0; at < ecg_mV.length; at += 3) {
    const [a, b, c] = [0, 1, 2].map((lead) => ecg_mV[at + lead] - settings.target_mV[at + lead]);
    squares += a * a + b * b + c * c;
    weightedSquares += (2 * a + 2 * c) ** 2 + (2 * b) ** 2;
  }
  t.true(Math.abs(plain.losses_mV2[0] * ecg_mV.length - squares) < 5e-3 * squares);
  t.true(Math.abs(weighted.losses_mV2[0] * ecg_mV.length - weightedSquares) < 5e-3 * weightedSquares);
  closeTensorHeart(tensors);
});
