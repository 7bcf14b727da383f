import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import { TERRITORIES } from '../../twin/eikonal/territories.ts';
import { REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { blockHeart, flatten, heartModel, scatteredPmjs, unflatten } from '../helpers/heartModels.ts';

/** Turning fibres, both ventricles, a scar in their midst and a fast layer at the bottom. */
const plain = blockHeart(9, 1.1).mesh;
const centre = (tet: number, axis: number) =>
  [0, 1, 2, 3].reduce((sum, corner) => sum + plain.points[3 * plain.tets[4 * tet + corner] + axis] / 4, 0);
const heart = heartModel({
  ...plain,
  regions: plain.regions.map((region, tet) =>
    Math.hypot(centre(tet, 0) - 5, centre(tet, 1) - 6, centre(tet, 2) - 6) < 2 ? REGION.scar : region,
  ),
  speed: Float32Array.from({ length: tetCount(plain) }, (_, tet) => 1 + 1.2 * Math.max(0, 1 - centre(tet, 2) / 2)),
});
const parameters = scatteredPmjs(heart.mesh, TERRITORIES, 21);
const row = flatten(parameters);
const columns = heart.window.samples * heart.leads;
const STEP = 1e-6;

const open = await referenceBackend.open(heart);
const jacobian = await open.jacobian(parameters);
const quotients: Float64Array[] = [];
for (let parameter = 0; parameter < row.length; parameter++) {
  const forth = await open.solve(unflatten(row.with(parameter, row[parameter] + STEP)));
  const back = await open.solve(unflatten(row.with(parameter, row[parameter] - STEP)));
  quotients.push(forth.ecg_mV.map((value, at) => (value - back.ecg_mV[at]) / (2 * STEP)));
}

for (const [name, isOfKind] of [
  ['times', (parameter: number) => parameter < 4 * TERRITORIES && parameter % 4 === 0],
  ['places', (parameter: number) => parameter < 4 * TERRITORIES && parameter % 4 > 0],
  ['all four velocities', (parameter: number) => parameter >= 4 * TERRITORIES],
] as const) {
  test(`with scar and a fast layer, ECG derivatives by PMJ ${name} are the difference quotients to 1e-6`, (t) => {
    let largest = 0;
    let worst = 0;
    for (let parameter = 0; parameter < row.length; parameter++) {
      if (!isOfKind(parameter)) continue;
      for (let column = 0; column < columns; column++) {
        const entry = jacobian[parameter * columns + column];
        largest = Math.max(largest, Math.abs(entry));
        worst = Math.max(worst, Math.abs(entry - quotients[parameter][column]));
      }
    }
    t.true(largest > 0.01);
    t.true(worst < 1e-6 * largest, `${worst} of ${largest}`);
  });
}

test('with scar and a fast layer, the gradient of a loss is its difference quotient to 1e-6', async (t) => {
  const sensitivity = Float64Array.from({ length: columns }, (_, at) => Math.sin(1 + at * at));
  const gradient = await open.gradient(parameters, sensitivity);
  t.is(gradient.length, 4 * TERRITORIES + VELOCITY_PARAMETERS);
  const largest = Math.max(...gradient.map(Math.abs));
  for (const [parameter, quotient] of quotients.entries()) {
    const expected = quotient.reduce((sum, value, column) => sum + sensitivity[column] * value, 0);
    const error = Math.abs(expected - gradient[parameter]);
    t.true(error < 1e-6 * largest, `parameter ${parameter}: ${error} of ${largest}`);
  }
});
