import test from 'ava';
import { shareBelow, withConductionSpeed } from '../../twin/anatomy/conductionSpeed.ts';
import { METRIC_STRIDE, SCAR_VELOCITY_mm_ms, tetMetric } from '../../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../../twin/eikonal/solve.ts';
import { seedNodes } from '../../twin/eikonal/sources.ts';
import { nodeCount, REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { tetVolume } from '../../twin/mesh/volume.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh, nearestNode } from '../helpers/meshes.ts';

const velocity = { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 };
const depth = (mesh: TetMesh) => Float64Array.from({ length: nodeCount(mesh) }, (_, node) => mesh.points[3 * node + 2]);

function timeAlong(mesh: TetMesh, to: readonly [number, number, number]): number {
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, { lv: velocity, rv: velocity }, metric);
  const start = seedNodes(Uint32Array.of(nearestNode(mesh, [0, 0, 0])), Float64Array.of(0));
  return solveEikonal(openWaveFront(mesh), metric, start).tau[nearestNode(mesh, to)];
}

test('the share of a tetrahedron below a level is what random points in it say, whatever its corners’ order', (t) => {
  const random = openRandom(2, 'levels');
  for (let tet = 0; tet < 12; tet++) {
    const values = Array.from({ length: 4 }, () => 3 * random.uniform());
    if (tet % 3 === 0) values[3] = values[1];
    const level = 3 * random.uniform();
    let below = 0;
    const points = 20000;
    for (let point = 0; point < points; point++) {
      const cuts = [random.uniform(), random.uniform(), random.uniform()].sort((one, other) => one - other);
      const shares = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 1 - cuts[2]];
      if (shares.reduce((sum, share, corner) => sum + share * values[corner], 0) <= level) below++;
    }
    const [p, q, r, s] = values;
    const share = shareBelow(p, q, r, s, level);
    t.true(Math.abs(share - below / points) < 0.015);
    t.is(shareBelow(s, q, p, r, level), share);
  }
});

test('a share goes from nothing to all without a step, on a corner’s value too', (t) => {
  const values = [0, 1, 1, 2.5] as const;
  t.is(shareBelow(...values, -0.1), 0);
  t.is(shareBelow(...values, 2.5), 1);
  t.is(shareBelow(1, 1, 1, 1, 1), 1);
  let before = 0;
  for (let level = 0; level <= 2.5; level += 0.001) {
    const share = shareBelow(...values, level);
    t.true(share >= before && share - before < 0.003);
    before = share;
  }
});

test('the fast layer fills its own volume, whether tetrahedra end at its border or not', (t) => {
  const mesh = blockMesh(4, 4, 4, 1, { jitter: 0.2 });
  const { speed } = withConductionSpeed(mesh, depth(mesh), { endocardium: { thickness_mm: 1.37, factor: 3 } });
  let volume = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) volume += tetVolume(mesh, tet) * (((speed?.[tet] ?? 1) - 1) / 2);
  t.true(Math.abs(volume - 4 * 4 * 1.37) < 1e-5);
});

test('a wave runs twice as fast along a fast endocardium, and at its own speed far from it', (t) => {
  const mesh = blockMesh(6, 3, 6, 1);
  const fast = withConductionSpeed(mesh, depth(mesh), { endocardium: { thickness_mm: 1, factor: 2 } });
  t.true(Math.abs(timeAlong(fast, [6, 0, 0]) - 6 / 1.2) < 1e-5);
  t.true(Math.abs(timeAlong(fast, [0, 0, 6]) - (1 / 0.4 + 5 / 0.2)) < 1e-5);
});

test('scar conducts at the velocity that a study gives it, without a fast layer', (t) => {
  const mesh = blockMesh(6, 1, 1, 1, { region: ([x]) => (x < 3 ? REGION.lv : REGION.scar) });
  const scarred = withConductionSpeed(mesh, depth(mesh), {
    scarVelocity_mm_ms: 0.05,
    endocardium: { thickness_mm: 9, factor: 2 },
  });
  t.true(Math.abs(timeAlong(scarred, [6, 0, 0]) - (3 / 1.2 + 3 / 0.05)) < 1e-4);
  const plain = withConductionSpeed(mesh, depth(mesh), { endocardium: { thickness_mm: 9, factor: 2 } });
  t.true(Math.abs(timeAlong(plain, [6, 0, 0]) - (3 / 1.2 + 3 / SCAR_VELOCITY_mm_ms)) < 1e-4);
});

test('without settings a mesh stays as it is; with them its own speed still counts', (t) => {
  const mesh = blockMesh(2, 2, 2, 1);
  t.is(withConductionSpeed(mesh, depth(mesh), {}), mesh);
  const slow = { ...mesh, speed: new Float32Array(tetCount(mesh)).fill(0.5) };
  const { speed } = withConductionSpeed(slow, depth(mesh), { endocardium: { thickness_mm: 5, factor: 3 } });
  t.true(speed?.every((factor) => factor === 1.5));
});
