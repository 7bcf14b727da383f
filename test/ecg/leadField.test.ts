import test from 'ava';
import { ELECTRODES, type Electrodes } from '../../twin/anatomy/anatomy.ts';
import { electrodeFields, homogeneousLeadVectors, leadVectors, leadVectorsOf } from '../../twin/ecg/leadField.ts';
import { LEADS, LEADS_OF_ELECTRODES } from '../../twin/ecg/leads.ts';
import { ringElectrodes } from '../helpers/electrodes.ts';
import { blockMesh, obliqueRotation, rotateMesh, rotateVectors } from '../helpers/meshes.ts';

const conductivity = { intracellularFibre_S_m: 0.5, intracellularTransverse_S_m: 0.2, torso_S_m: 0.6 };
const V4 = 5;

/** The lead that a nodal potential gives. */
function project(vectors: Float32Array, potential: (node: number) => number, lead: number): number {
  let sum = 0;
  for (let node = 0; node < vectors.length / LEADS; node++) sum += vectors[node * LEADS + lead] * potential(node);
  return sum;
}

test('a small piece of wave is the dipole σ_i ∇V over its volume: its potential is p·r / (4π σ r³)', (t) => {
  const mesh = blockMesh(2, 2, 2, 1, { origin: [-1, -1, -1], jitter: 0.2 });
  const electrodes = ringElectrodes(300);
  const vectors = homogeneousLeadVectors(mesh, electrodes, conductivity);
  // 10 mV/mm falling towards +x, along the fibre: the dipole points to +x.
  const moment = conductivity.intracellularFibre_S_m * 10 * 8;
  const fields = ELECTRODES.map((name) => {
    const [x, y, z] = electrodes[name];
    return (moment * x) / (4 * Math.PI * conductivity.torso_S_m * Math.hypot(x, y, z) ** 3);
  });
  for (let lead = 0; lead < LEADS; lead++) {
    const expected = fields.reduce(
      (sum, value, at) => sum + LEADS_OF_ELECTRODES[lead * ELECTRODES.length + at] * value,
      0,
    );
    const found = project(vectors, (node) => -10 * mesh.points[3 * node], lead);
    t.true(
      Math.abs(found - expected) < (1e-4 * moment) / (4 * Math.PI * 0.6 * 300 ** 2),
      `lead ${lead}: ${found} for ${expected} mV`,
    );
  }
});

test('a wave that comes towards an electrode makes it positive', (t) => {
  const mesh = blockMesh(6, 2, 2, 1);
  const electrodes: Electrodes = { ...ringElectrodes(400), V4: [50, 1, 1] };
  const vectors = homogeneousLeadVectors(mesh, electrodes, conductivity);
  t.true(project(vectors, (node) => (mesh.points[3 * node] < 3 ? 30 : -85), V4) > 0);
});

test('a heart of one potential gives no signal', (t) => {
  const vectors = homogeneousLeadVectors(blockMesh(3, 3, 3, 2, { jitter: 0.2 }), ringElectrodes(150), conductivity);
  for (let lead = 0; lead < LEADS; lead++) t.true(Math.abs(project(vectors, () => 115, lead)) < 1e-4);
});

test('turning heart and electrodes together changes no lead vector', (t) => {
  const mesh = blockMesh(3, 2, 2, 2, { jitter: 0.2 });
  const rotation = obliqueRotation(0.8);
  const electrodes = ringElectrodes(150);
  const turned = Object.fromEntries(
    ELECTRODES.map((name) => [name, [...rotateVectors(Float64Array.from(electrodes[name]), rotation)]]),
  ) as unknown as Electrodes;
  const before = homogeneousLeadVectors(mesh, electrodes, conductivity);
  const after = homogeneousLeadVectors(rotateMesh(mesh, rotation), turned, conductivity);
  t.true(before.every((value, at) => Math.abs(value - after[at]) < 1e-6));
});

test('along the fibre the same gradient gives σ_f/σ_t times the signal that it gives across', (t) => {
  const fields = (mesh: ReturnType<typeof blockMesh>) =>
    Float64Array.from({ length: (mesh.points.length / 3) * LEADS }, (_, at) => mesh.points[3 * Math.floor(at / LEADS)]);
  const along = blockMesh(2, 2, 2, 1, { fibre: [1, 0, 0] });
  const across = blockMesh(2, 2, 2, 1, { fibre: [0, 1, 0] });
  const signal = (mesh: ReturnType<typeof blockMesh>) =>
    project(leadVectors(mesh, fields(mesh), conductivity), (node) => mesh.points[3 * node], 0);
  t.true(Math.abs(signal(along) / signal(across) - 2.5) < 1e-6);
});

test('an electrode inside the heart is refused by name', (t) => {
  const electrodes: Electrodes = { ...ringElectrodes(150), V3: [1, 1, 1] };
  const error = t.throws(() => electrodeFields(blockMesh(2, 2, 2, 1).points, electrodes, 0.6), { code: 'BadAnatomy' });
  t.regex(error?.message ?? '', /V3/);
});

test("a heart's own potentials are what its leads see; a constant on all nodes changes nothing", (t) => {
  const mesh = blockMesh(3, 3, 3, 1, { origin: [-1, -1, -1], fibre: [0.6, 0.8, 0], jitter: 0.2 });
  const electrodes = ringElectrodes(200);
  const homogeneous = homogeneousLeadVectors(mesh, electrodes, conductivity);
  t.deepEqual(leadVectorsOf({ mesh }, electrodes, conductivity), homogeneous);
  const fields = electrodeFields(mesh.points, electrodes, conductivity.torso_S_m);
  const own = Float32Array.from(fields, (value, at) => 2 * value + 1e-3 * (at % ELECTRODES.length));
  const seen = leadVectorsOf({ mesh, electrodeFields: own }, electrodes, conductivity);
  const largest = homogeneous.reduce((most, value) => Math.max(most, Math.abs(value)));
  t.true(seen.every((value, at) => Math.abs(value - 2 * homogeneous[at]) < 1e-3 * largest));
});
