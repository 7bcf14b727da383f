import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { wasmBackend } from '../../backends/wasm.ts';
import { readJacobian } from '../../twin/calibrate/residualJacobian.ts';
import { openSampling } from '../../twin/calibrate/sampling.ts';
import { LEAD_WEIGHTS, LEADS } from '../../twin/ecg/leads.ts';
import { blockHeart, scatteredPmjs } from '../helpers/heartModels.ts';

const { mesh, ...block } = blockHeart();
const heart = {
  ...block,
  mesh,
  leads: LEADS,
  leadVectors: new Float32Array((LEADS * mesh.points.length) / 3).map((_, at) => Math.sin(at * at)),
};
const parameters = scatteredPmjs(mesh, 5, 3);

for (const edge_mm of [0.5, 3]) {
  test(`wasm reads a Jacobian as calibrations do: edges of ${edge_mm} mm`, async (t) => {
    const sampling = openSampling(heart.window.samples, heart.window.interval_ms, edge_mm);
    const [reference, wasm] = [await referenceBackend.open(heart), await wasmBackend.open(heart)];
    const expected = readJacobian(await reference.jacobian(parameters), sampling);
    const found = await wasm.readJacobian?.(parameters, { mix: LEAD_WEIGHTS, ...sampling });
    t.is(found?.length, expected.length);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    t.true(found?.every((value, at) => Math.abs(value - expected[at]) < 1e-3 * largest));
    await reference.close();
    await wasm.close();
  });
}
