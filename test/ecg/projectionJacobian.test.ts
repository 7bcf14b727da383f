import test from 'ava';
import { referenceBackend } from '../../backends/reference.ts';
import { TERRITORIES } from '../../twin/eikonal/territories.ts';
import { blockHeart, scatteredPmjs } from '../helpers/heartModels.ts';

const heart = blockHeart(8, 1.2);
const columns = heart.window.samples * heart.leads;

test('with no more PMJs than a node keeps, the Jacobian is the adjoint’s, sample by sample', async (t) => {
  const parameters = scatteredPmjs(heart.mesh, TERRITORIES, 4);
  const open = await referenceBackend.open(heart);
  const jacobian = await open.jacobian(parameters);
  const largest = jacobian.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let column = 0; column < columns; column += 11) {
    const gradient = await open.gradient(parameters, new Float64Array(columns).with(column, 1));
    for (const [row, value] of gradient.entries()) {
      t.true(Math.abs(jacobian[row * columns + column] - value) < 1e-6 * largest, `row ${row}, column ${column}`);
    }
  }
  await open.close();
});

test('a PMJ that starts no wave has rows of zeros, and so do velocities of a ventricle that is not there', async (t) => {
  const oneVentricle = { ...heart, mesh: { ...heart.mesh, regions: heart.mesh.regions.map(() => 1) } };
  const parameters = scatteredPmjs(heart.mesh, 3, 4);
  const open = await referenceBackend.open(oneVentricle);
  const jacobian = await open.jacobian({ ...parameters, pmjTimes_ms: parameters.pmjTimes_ms.with(1, 400) });
  const isZero = (row: number, rows: number) =>
    jacobian.subarray(row * columns, (row + rows) * columns).every((value) => value === 0);
  t.true(isZero(4, 4));
  t.true(isZero(14, 2));
  t.false(isZero(0, 1) || isZero(8, 1) || isZero(12, 1) || isZero(13, 1));
  await open.close();
});
