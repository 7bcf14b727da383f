import test from 'ava';
import { measure } from '../../twin/metrics/index.ts';
import { lvAtRest, mesh, shape } from './testSubject.ts';

const values = measure(lvAtRest());
const heights = mesh.points.filter((_, at) => at % 3 === 2);

test("a plane wave at 1 mm/ms takes the heart's height in ms", (t) => {
  t.is(values.totalActivationTime_ms, Math.max(...heights) - Math.min(...heights));
  t.true(values.lvActivationTime_ms <= values.totalActivationTime_ms);
  t.true(values.rvActivationTime_ms < values.lvActivationTime_ms, 'the RV ends above the apex');
});

test('a wave from the right reaches the LV later, by the distance of the centres of gravity', (t) => {
  const fromRight = Float64Array.from({ length: heights.length }, (_, n) => 200 + mesh.points[3 * n]);
  const { interventricularDelay_ms } = measure(lvAtRest({ twin: { activation_ms: fromRight } }));
  const { lvShort, lvWall, rvAxes } = shape.dimensions;
  t.true(interventricularDelay_ms > lvShort && interventricularDelay_ms < lvShort + lvWall + 2 * rvAxes[0]);
  const mirrored = measure(lvAtRest({ twin: { activation_ms: fromRight.map((time) => 500 - time) } }));
  t.true(Math.abs(mirrored.interventricularDelay_ms + interventricularDelay_ms) < 1e-9);
});

test('a plane wave from apex to base begins at the apex and ends on the base', (t) => {
  t.true(values.earliestApicobasal < 0.1, `${values.earliestApicobasal}`);
  t.true(values.latestApicobasal > 0.9, `${values.latestApicobasal}`);
  t.true(values.earliestTransmural > 0.9, 'the lowest node is epicardial');
});

test('a node that was never reached leaves times missing, not endless', (t) => {
  const broken = lvAtRest().twin.activation_ms.slice();
  broken[7] = Number.POSITIVE_INFINITY;
  const found = measure(lvAtRest({ twin: { activation_ms: broken } }));
  t.true(Number.isNaN(found.totalActivationTime_ms));
  t.true(Number.isFinite(found.latestApicobasal));
});

test('nodes without muscle do not count', (t) => {
  const { anatomy, twin } = lvAtRest();
  const points = Float64Array.from([...mesh.points, 0, 0, 900]);
  const pad = (values: Float64Array) => Float64Array.from([...values, Number.NaN]);
  const { apicobasal, transmural, rotational, transventricular } = anatomy.coordinates;
  const coordinates = {
    apicobasal: pad(apicobasal),
    transmural: pad(transmural),
    rotational: pad(rotational),
    transventricular: pad(transventricular),
  };
  const padded = measure(
    lvAtRest({
      anatomy: { mesh: { ...mesh, points }, coordinates },
      twin: { activation_ms: pad(twin.activation_ms) },
    }),
  );
  t.deepEqual(padded, values);
});

test('parameters and fit are handed on under their names', (t) => {
  t.is(values.lvFibreVelocity_mm_ms, 0.6);
  t.is(values.rvTransverseVelocity_mm_ms, 0.25);
  t.is(values.ecgGain, 1.25);
  t.is(values.fitCorrelation, 0.99);
  t.is(values.fitCorrelationAVR, 0.903);
  t.is(values.fitRmseV6_mV, 0.11);
});
