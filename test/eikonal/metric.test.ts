import test from 'ava';
import {
  legTime,
  METRIC_STRIDE,
  SCAR_VELOCITY_mm_ms,
  tetMetric,
  velocitiesByRegion,
} from '../../twin/eikonal/metric.ts';
import { TwinError } from '../../twin/errors.ts';
import { REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { blockMesh } from '../helpers/meshes.ts';

const EDGES = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;
const lv = { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 };
const rv = { fibre_mm_ms: 0.5, transverse_mm_ms: 0.25 };
const fibre = [2 / 3, -1 / 3, 2 / 3] as const;
const tetrahedron = { fibres: Float64Array.from(fibre), regions: Uint8Array.of(REGION.lv) };

test('a leg along the fibre takes its length over v_f, one across it its length over v_t', (t) => {
  const byRegion = velocitiesByRegion({ lv, rv });
  const out = new Float64Array(6);
  legTime(tetrahedron, byRegion, 0, Float64Array.from([2, -1, 2]), out);
  t.true(Math.abs(out[0] - 3 / 0.6) < 1e-12);
  legTime(tetrahedron, byRegion, 0, Float64Array.from([1, 2, 0]), out);
  t.true(Math.abs(out[0] - Math.sqrt(5) / 0.2) < 1e-12);
});

test('the derivatives of a leg are its difference quotients', (t) => {
  const leg = Float64Array.from([0.7, 0.4, -1.1]);
  const time = (vector: Float64Array, v: number, w: number) => {
    const out = new Float64Array(6);
    const byRegion = velocitiesByRegion({ lv: { fibre_mm_ms: v, transverse_mm_ms: w }, rv });
    legTime(tetrahedron, byRegion, 0, vector, out);
    return out;
  };
  const at = time(leg, 0.6, 0.2);
  const quotient = (forth: Float64Array, back: Float64Array, step: number) => (forth[0] - back[0]) / (2 * step);
  t.true(Math.abs(quotient(time(leg, 0.6 + 1e-5, 0.2), time(leg, 0.6 - 1e-5, 0.2), 1e-5) - at[1]) < 1e-7);
  t.true(Math.abs(quotient(time(leg, 0.6, 0.2 + 1e-5), time(leg, 0.6, 0.2 - 1e-5), 1e-5) - at[2]) < 1e-6);
  for (let axis = 0; axis < 3; axis++) {
    const forth = leg.map((x, other) => x + (other === axis ? 1e-5 : 0));
    const back = leg.map((x, other) => x - (other === axis ? 1e-5 : 0));
    t.true(Math.abs(quotient(time(forth, 0.6, 0.2), time(back, 0.6, 0.2), 1e-5) - at[3 + axis]) < 1e-8);
  }
});

test('muscle twice as fast takes half the time, and its derivatives are still those by the region’s velocities', (t) => {
  const fast = { ...tetrahedron, speed: Float32Array.of(2) };
  const leg = Float64Array.from([0.7, 0.4, -1.1]);
  const time = (of: typeof tetrahedron, v: number, w: number) => {
    const out = new Float64Array(6);
    legTime(of, velocitiesByRegion({ lv: { fibre_mm_ms: v, transverse_mm_ms: w }, rv }), 0, leg, out);
    return out;
  };
  const slowLeg = time(tetrahedron, 0.6, 0.2);
  const fastLeg = time(fast, 0.6, 0.2);
  for (let at = 0; at < 6; at++) t.true(Math.abs(fastLeg[at] - slowLeg[at] / 2) < 1e-12);
  t.true(Math.abs((time(fast, 0.6 + 1e-5, 0.2)[0] - time(fast, 0.6 - 1e-5, 0.2)[0]) / 2e-5 - fastLeg[1]) < 1e-7);
  const mesh = { ...blockMesh(1, 1, 1, 2, { fibre }), speed: new Float32Array(6).fill(2) };
  const metric = new Float64Array(METRIC_STRIDE * 6);
  const slow = new Float64Array(METRIC_STRIDE * 6);
  tetMetric(mesh, { lv, rv }, metric);
  tetMetric(blockMesh(1, 1, 1, 2, { fibre }), { lv, rv }, slow);
  for (let at = 0; at < metric.length; at++) {
    const expected = at % METRIC_STRIDE < 6 ? 4 * slow[at] : slow[at] / 4;
    t.true(Math.abs(metric[at] - expected) < 1e-12);
  }
});

test('the energy of a linear time p·x is pᵀ D p in every tetrahedron', (t) => {
  const mesh = blockMesh(2, 2, 2, 1.3, { fibre, jitter: 0.2 });
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, { lv, rv }, metric);
  const p = [0.9, 2.1, -1.4];
  const along = p[0] * fibre[0] + p[1] * fibre[1] + p[2] * fibre[2];
  const square = p[0] ** 2 + p[1] ** 2 + p[2] ** 2;
  const expected = 0.04 * square + (0.36 - 0.04) * along ** 2;
  const time = (node: number) => p.reduce((sum, slow, axis) => sum + slow * mesh.points[3 * node + axis], 0);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const energy = EDGES.reduce((sum, [i, j], edge) => {
      const difference = time(mesh.tets[4 * tet + i]) - time(mesh.tets[4 * tet + j]);
      return sum + metric[METRIC_STRIDE * tet + edge] * difference ** 2;
    }, 0);
    t.true(Math.abs(energy - expected) < 1e-11);
  }
});

test('each region has its own velocities, scar one that is not calibrated, and muscle without fibre conducts across', (t) => {
  const [left, right, scar, plain] = [
    { region: REGION.lv, fibre: [1, 0, 0] as const },
    { region: REGION.rv, fibre: [1, 0, 0] as const },
    { region: REGION.scar, fibre: [1, 0, 0] as const },
    { region: REGION.rv, fibre: [0, 0, 0] as const },
  ].map(({ region, fibre: along }) => {
    const mesh = blockMesh(1, 1, 1, 2, { fibre: along, region: () => region });
    const metric = new Float64Array(METRIC_STRIDE * 6);
    tetMetric(mesh, { lv, rv }, metric);
    return Math.sqrt(metric[6]);
  });
  t.true(Math.abs(left - 2 / 0.6) < 1e-12, 'edge 01 of the first tetrahedron lies along x');
  t.true(Math.abs(right - 2 / 0.5) < 1e-12);
  t.true(Math.abs(scar - 2 / SCAR_VELOCITY_mm_ms) < 1e-12);
  t.true(Math.abs(plain - 2 / 0.25) < 1e-12);
});

test('a velocity of zero is refused by name', (t) => {
  const error = t.throws(() => velocitiesByRegion({ lv, rv: { fibre_mm_ms: 0.5, transverse_mm_ms: 0 } }), {
    instanceOf: TwinError,
  });
  t.is(error.code, 'NoConvergence');
  t.regex(error.message, /RV.*0 mm\/ms/);
});
