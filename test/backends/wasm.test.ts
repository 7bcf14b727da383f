import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { wasmBackend } from '../../backends/wasm.ts';
import { REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { testBackend } from '../contracts/backend.ts';
import { blockHeart, heartModel, scatteredPmjs } from '../helpers/heartModels.ts';

testBackend(test, wasmBackend, { activation_ms: 1e-4, ecg_mV: 0.02, derivative: 1e-2 });

/** Largest difference as a share of the largest expected value. */
function deviation(found: Float64Array | Float32Array, expected: Float64Array | Float32Array): number {
  let difference = 0;
  let largest = 0;
  for (let at = 0; at < expected.length; at++) {
    difference = Math.max(difference, Math.abs(found[at] - expected[at]));
    largest = Math.max(largest, Math.abs(expected[at]));
  }
  return difference / largest;
}

test('wasm: with scar and a fast layer, ECG, gradient and Jacobian are the reference’s to 1e-5 of their largest', async (t) => {
  const { mesh } = blockHeart(6);
  const heart = heartModel({
    ...mesh,
    regions: mesh.regions.map((region, tet) => (tet % 7 === 0 ? REGION.scar : region)),
    speed: Float32Array.from({ length: tetCount(mesh) }, (_, tet) => (mesh.points[3 * mesh.tets[4 * tet]] < 3 ? 2 : 1)),
  });
  const expected = await referenceBackend.open(heart);
  const open = await wasmBackend.open(heart);
  const sensitivity = Float64Array.from({ length: heart.window.samples * heart.leads }, (_, at) =>
    Math.sin(1 + at * at),
  );
  for (const seed of [1, 2, 3, 4]) {
    const parameters = scatteredPmjs(heart.mesh, 12, seed);
    const exact = await expected.solve(parameters);
    const solution = await open.solve(parameters);
    t.true(deviation(solution.ecg_mV, exact.ecg_mV) < 1e-5);
    t.deepEqual(solution.sources.nodes, exact.sources.nodes);
    const gradient = await open.gradient(parameters, sensitivity);
    t.true(deviation(gradient, await expected.gradient(parameters, sensitivity)) < 1e-5);
    t.true(deviation(await open.jacobian(parameters), await expected.jacobian(parameters)) < 1e-5);
  }
  await open.close();
  await expected.close();
});
