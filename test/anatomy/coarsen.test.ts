import test from 'ava';
import { coarsenHeart, coarserHearts } from '../../twin/anatomy/coarsen.ts';
import { heartOfSize, meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { principalAxis } from '../../twin/anatomy/principalAxis.ts';
import type { CoarseHeart } from '../../twin/calibrate/coarseHeart.ts';
import { edgeLengths } from '../../twin/mesh/quality.ts';
import { REGION, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../../twin/mesh/volume.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh } from '../helpers/meshes.ts';

const x = (mesh: TetMesh, node: number) => mesh.points[3 * node];
const y = (mesh: TetMesh, node: number) => mesh.points[3 * node + 1];
const z = (mesh: TetMesh, node: number) => mesh.points[3 * node + 2];

/** Fields that are linear in place, and an angle that passes ±π. */
function withFields(mesh: TetMesh): CoarseHeart {
  const field = (value: (node: number) => number) =>
    Float64Array.from({ length: mesh.points.length / 3 }, (_, node) => value(node));
  return {
    mesh,
    endocardialDistance: field((node) => 2 * x(mesh, node) + 1),
    coordinates: {
      apicobasal: field((node) => z(mesh, node)),
      transmural: field((node) => y(mesh, node) - x(mesh, node)),
      rotational: field((node) => Math.atan2(Math.sin(angle(x(mesh, node))), Math.cos(angle(x(mesh, node))))),
      transventricular: field(() => 1),
    },
  };
}
const angle = (place: number) => Math.PI - 0.3 + 0.05 * place;
const block = blockMesh(12, 12, 12, 1, {
  fibre: [0.6, 0.8, 0],
  region: ([, , height]) => (height < 6 ? REGION.lv : REGION.rv),
  jitter: 0.1,
});

test('a linear field is the same function on the coarse mesh', (t) => {
  const coarse = coarsenHeart(withFields(block), 2.5);
  for (let node = 0; node < coarse.endocardialDistance.length; node++) {
    const at = `node ${node}`;
    t.true(Math.abs(coarse.endocardialDistance[node] - (2 * x(coarse.mesh, node) + 1)) < 2e-3, at);
    t.true(Math.abs(coarse.coordinates.apicobasal[node] - z(coarse.mesh, node)) < 2e-3, at);
    t.true(Math.abs(coarse.coordinates.transventricular[node] - 1) < 1e-12, at);
  }
});

test('potentials of electrodes are interpolated with the other fields', (t) => {
  const nodes = block.points.length / 3;
  const electrodeFields = Float32Array.from({ length: 2 * nodes }, (_, at) =>
    at % 2 === 0 ? x(block, at >> 1) : 5 - 3 * z(block, at >> 1),
  );
  const coarse = coarsenHeart({ ...withFields(block), electrodeFields }, 2.5);
  const fields = coarse.electrodeFields ?? new Float32Array();
  t.is(fields.length, 2 * coarse.endocardialDistance.length);
  for (let node = 0; node < coarse.endocardialDistance.length; node++) {
    t.true(Math.abs(fields[2 * node] - x(coarse.mesh, node)) < 2e-3, `node ${node}`);
    t.true(Math.abs(fields[2 * node + 1] - 5 + 3 * z(coarse.mesh, node)) < 6e-3, `node ${node}`);
  }
});

test('angles are averaged across ±π, not through zero', (t) => {
  const coarse = coarsenHeart(withFields(block), 2.5);
  for (let node = 0; node < coarse.endocardialDistance.length; node++) {
    const away = coarse.coordinates.rotational[node] - angle(x(coarse.mesh, node));
    t.true(Math.abs(Math.sin(away)) < 1e-3 && Math.cos(away) > 0);
  }
});

test('the coarse block fills the fine one but for its chamfered edges, with the edge length asked for', (t) => {
  const { mesh } = coarsenHeart(withFields(block), 2);
  t.true(Math.abs(muscleVolume_mL(mesh) / 1.728 - 1) < 0.04, `${muscleVolume_mL(mesh)} mL`);
  t.true(Math.abs(edgeLengths(mesh).mean / 2 - 1) < 0.12, `${edgeLengths(mesh).mean} mm`);
});

test('a uniform fibre stays itself, whichever way the fine fibres point', (t) => {
  const random = openRandom(4, 'flips');
  const fibres = block.fibres.slice();
  for (let tet = 0; tet < fibres.length; tet += 3) {
    if (random.uniform() < 0.5) for (let axis = 0; axis < 3; axis++) fibres[tet + axis] *= -1;
  }
  const { mesh } = coarsenHeart(withFields({ ...block, fibres }), 2.5);
  for (let tet = 0; tet < mesh.fibres.length; tet += 3) {
    t.true(Math.abs(Math.abs(0.6 * mesh.fibres[tet] + 0.8 * mesh.fibres[tet + 1]) - 1) < 1e-9);
  }
});

test('a mesh without fibres gives one without fibres', (t) => {
  const bare = { ...block, fibres: new Float64Array(block.fibres.length) };
  t.true(coarsenHeart(withFields(bare), 2.5).mesh.fibres.every((value) => value === 0));
});

test('regions keep their volumes within 3 % on a heart coarsened from 2 to 3 mm', (t) => {
  const heart = meshParametricHeart(heartOfSize({ lvMass_g: 70, lvEdv_mL: 90 }), 2);
  const fine = { ...heart, fibres: new Float64Array(3 * heart.regions.length) };
  const { mesh } = coarsenHeart(withFields(fine), 3);
  for (const region of [REGION.lv, REGION.rv]) {
    t.true(Math.abs(muscleVolume_mL(mesh, region) / muscleVolume_mL(fine, region) - 1) < 0.03, `region ${region}`);
  }
});

test('levels that are not clearly coarser than the mesh are left out', (t) => {
  t.is(coarserHearts(withFields(block), [3, 1.3]).length, 1);
  t.is(coarserHearts(withFields(block), [1.2]).length, 0);
});

test('the same heart gives the same bytes', (t) => {
  t.deepEqual(coarsenHeart(withFields(block), 2.5), coarsenHeart(withFields(block), 2.5));
});

test('the principal axis of a fᵀf + b gᵀg is f for a > b, whatever the signs', (t) => {
  const random = openRandom(5, 'axes');
  for (let trial = 0; trial < 200; trial++) {
    const f = [random.normal(), random.normal(), random.normal()];
    const length = Math.hypot(...f);
    const [p, q, r] = f.map((value) => value / length);
    const g = Math.abs(p) < 0.9 ? [0, r, -q] : [r, 0, -p];
    const across = Math.hypot(...g);
    const [u, v, w] = g.map((value) => value / across);
    const out = new Float64Array(3);
    const tensor = Float64Array.of(
      3 * p * p + u * u,
      3 * p * q + u * v,
      3 * p * r + u * w,
      3 * q * q + v * v,
      3 * q * r + v * w,
      3 * r * r + w * w,
    );
    principalAxis(tensor, 0, out);
    t.true(Math.abs(Math.abs(out[0] * p + out[1] * q + out[2] * r) - 1) < 1e-12);
  }
});
