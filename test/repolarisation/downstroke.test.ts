import test from 'ava';
import { openProjection, projectEcg } from '../../twin/ecg/projection.ts';
import { ARI_FIELDS, ariFields, repolarisationTimes } from '../../twin/repolarisation/ariFields.ts';
import { downstrokeJacobian, openDownstroke } from '../../twin/repolarisation/downstroke.ts';
import { REPOLARISATION_PARAMETERS } from '../../twin/repolarisation/repolarisation.ts';
import { directQrst, PLANTED, plantedHeart } from '../helpers/plantedT.ts';

const heart = plantedHeart();
const fields = ariFields(heart.anatomy, heart.activation_ms);
const frontOf = (parameters: typeof PLANTED) => repolarisationTimes(heart.activation_ms, fields, parameters);
const downOf = (parameters: typeof PLANTED) =>
  projectEcg(openDownstroke(heart.model, parameters.downstroke_ms).projection, frontOf(parameters));
const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

test('upstrokes less binned downstrokes are the direct sum over nodes to 1e-3 of the QRS and 1e-4 of the T wave', (t) => {
  const direct = directQrst(heart, PLANTED);
  const up = projectEcg(openProjection(heart.model), heart.activation_ms);
  const down = downOf(PLANTED);
  const error = direct.map((value, at) => up[at] - down[at] - value);
  const afterQrs = 8 * 60;
  t.true(largest(error) < 1e-3 * largest(direct), `${largest(error) / largest(direct)}`);
  t.true(largest(error.subarray(afterQrs)) < 1e-4 * largest(direct.subarray(afterQrs)));
});

test('the ECG’s derivative by each parameter is its difference quotient to 1e-6', (t) => {
  const downstroke = openDownstroke(heart.model, PLANTED.downstroke_ms);
  const jacobian = downstrokeJacobian(downstroke, frontOf(PLANTED), fields, ARI_FIELDS);
  const size = jacobian.length / REPOLARISATION_PARAMETERS.length;
  for (const [row, name] of REPOLARISATION_PARAMETERS.entries()) {
    // The width's row is by its logarithm.
    const moved = (step: number) =>
      downOf({ ...PLANTED, [name]: name === 'downstroke_ms' ? PLANTED[name] * Math.exp(step) : PLANTED[name] + step });
    const step = name === 'downstroke_ms' || name === 'coupling' ? 1e-5 : 1e-4;
    const [forth, back] = [moved(step), moved(-step)];
    const analytic = jacobian.subarray(row * size, (row + 1) * size);
    const error = analytic.map((value, at) => value - (forth[at] - back[at]) / (2 * step));
    t.true(largest(error) < 1e-6 * largest(analytic), `${name}: ${largest(error) / largest(analytic)}`);
  }
});

test('muscle that recovers everywhere at once gives no T wave', (t) => {
  const at = new Float64Array(heart.activation_ms.length).fill(270);
  const ecg = projectEcg(openDownstroke(heart.model, 80).projection, at);
  t.true(largest(ecg) < 1e-5 * largest(directQrst(heart, PLANTED)));
});

test('every gradient leaves the mean ARI as it is, by volume', (t) => {
  const { mesh } = heart.anatomy;
  const moved = frontOf({ ...PLANTED, ari_ms: 0 }).map((front, node) => front - heart.activation_ms[node]);
  let sum = 0;
  for (let tet = 0; tet < mesh.tets.length / 4; tet++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((corner) => mesh.points.subarray(3 * mesh.tets[4 * tet + corner]));
    const edge = (to: Float64Array, axis: number) => to[axis] - a[axis];
    const volume =
      edge(b, 0) * (edge(c, 1) * edge(d, 2) - edge(c, 2) * edge(d, 1)) -
      edge(b, 1) * (edge(c, 0) * edge(d, 2) - edge(c, 2) * edge(d, 0)) +
      edge(b, 2) * (edge(c, 0) * edge(d, 1) - edge(c, 1) * edge(d, 0));
    for (let corner = 0; corner < 4; corner++) sum += (volume / 24) * moved[mesh.tets[4 * tet + corner]];
  }
  t.true(Math.abs(sum) < 1e-6 * 40 * 40 * 9 * largest(moved), `${sum}`);
});
