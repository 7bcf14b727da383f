import test from 'ava';
import {
  kernelReach,
  middleOf,
  packCells,
  packIncidence,
  packPoints,
  packTets,
  scaleLeads,
  slownessByCode,
  TET_WORDS,
} from '../../backends/webgpu/heartTables.ts';
import { layMembers, mostMembers } from '../../backends/webgpu/layout.ts';
import { UNITS_PER_MM } from '../../backends/webgpu/shaders/nearField.ts';
import { bytesPerSweep } from '../../backends/webgpu.ts';
import { openProjection } from '../../twin/ecg/projection.ts';
import { openLocator } from '../../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../../twin/eikonal/metric.ts';
import { TwinError } from '../../twin/errors.ts';
import { nodeTets } from '../../twin/mesh/nodeTets.ts';
import { nodeCount, REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { blockHeart } from '../helpers/heartModels.ts';
import { blockMesh, obliqueRotation, rotateMesh } from '../helpers/meshes.ts';

const velocities = {
  lv: { fibre_mm_ms: 0.61, transverse_mm_ms: 0.225 },
  rv: { fibre_mm_ms: 0.5, transverse_mm_ms: 0.26 },
};

/** A turned block with scar, muscle without fibre, fast and slow parts, and some edges exactly along the fibre. */
function mixedMesh() {
  const block = blockMesh(3, 3, 3, 1.3, {
    fibre: ([x, y]) => (y > 2.6 ? [0, 0, 0] : x > 2 ? [1, 0, 0] : [0.6, 0.8, 0]),
    region: ([, , z]) => (z > 2.6 ? REGION.scar : z > 1.3 ? REGION.rv : REGION.lv),
  });
  const mesh = rotateMesh(block, obliqueRotation(0.7));
  return { ...mesh, speed: Float32Array.from({ length: tetCount(mesh) }, (_, tet) => 0.5 + (tet % 5)) };
}

test('a packed tetrahedron, scaled by the slowness of its code, has the squared times of the metric as distances', (t) => {
  const mesh = mixedMesh();
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, velocities, metric);
  const words = packTets(mesh);
  const numbers = new Float32Array(words.buffer);
  const slowness = slownessByCode(velocities);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const at = TET_WORDS * tet;
    const code = words[at + 3] >>> 28;
    const [along, across] = slowness.subarray(2 * code, 2 * code + 2);
    const c = numbers.subarray(at + 4, at + 12);
    const corners = [
      [0, 0, 0],
      [c[0], c[1], 0],
      [c[2], c[3], c[4]],
      [c[5], c[6], c[7]],
    ].map(([x, y, z]) => [along * x, across * y, across * z]);
    let edge = METRIC_STRIDE * tet + 6;
    for (let i = 0; i < 4; i++) {
      for (let j = i + 1; j < 4; j++) {
        const square = corners[i].reduce((sum, value, axis) => sum + (value - corners[j][axis]) ** 2, 0);
        t.true(Math.abs(square / metric[edge++] - 1) < 1e-6);
      }
    }
  }
});

test('packed incidences name each node’s tetrahedra and its corner in them', (t) => {
  const { mesh } = blockHeart(2);
  const nodes = nodeCount(mesh);
  const packed = packIncidence(nodeTets(mesh.tets, nodes), mesh.tets);
  for (let node = 0; node < nodes; node++) {
    t.true(packed.subarray(packed[node], packed[node + 1]).every((entry) => mesh.tets[entry] === node));
  }
  t.is(packed.length, nodes + 1 + mesh.tets.length);
});

test('packed places are within half a unit of the nodes, and cells hold every node of the muscle once', (t) => {
  const { mesh } = blockHeart(4);
  const lonely = { ...mesh, points: Float64Array.from([...mesh.points, 40, 40, 40]) };
  const middle = middleOf(lonely);
  const places = packPoints(lonely, middle);
  for (let at = 0; at < lonely.points.length; at++) {
    const axis = at % 3;
    const place = places[4 * Math.floor(at / 3) + axis] / UNITS_PER_MM + middle[axis];
    t.true(Math.abs(place - lonely.points[at]) <= 0.51 / UNITS_PER_MM);
  }
  const { cellNodes } = openLocator(lonely).nearField;
  const cells = packCells(cellNodes, nodeTets(lonely.tets, nodeCount(lonely)));
  const items = cells.slice(cells[0], cells[cellNodes.starts.length - 1]).sort();
  t.deepEqual([...items], [...Array(nodeCount(mesh)).keys()]);
  const wide = { ...mesh, points: mesh.points.map((value) => 1e4 * value) };
  t.regex(t.throws(() => middleOf(wide), { instanceOf: TwinError }).message, /expected a heart in mm/);
});

test('lead vectors in their units fill 2³⁰/1.25 and give the leads back', (t) => {
  const heart = blockHeart(3);
  const { vectors, units } = scaleLeads(heart);
  for (let lead = 0; lead < heart.leads; lead++) {
    let sum = 0;
    for (let at = lead; at < vectors.length; at += heart.leads) {
      sum += Math.abs(vectors[at]);
      t.true(Math.abs(vectors[at] * units[lead] - heart.leadVectors[at]) <= 1e-6 * Math.abs(heart.leadVectors[at]));
    }
    t.true(Math.abs((1.25 * sum) / 2 ** 30 - 1) < 1e-5);
  }
});

test('a grid step is reached by exactly the samples whose kernel covers it', (t) => {
  for (const interval_ms of [0.5, 1, 2.3]) {
    const projection = openProjection({ ...blockHeart(1), window: { start_ms: -6, interval_ms, samples: 40 } });
    const reach = kernelReach(projection);
    for (let step = 0; step < projection.steps; step++) {
      const samples = [...projection.firsts.keys()].filter(
        (sample) => projection.firsts[sample] <= step && step < projection.firsts[sample] + projection.width,
      );
      t.is(reach[2 * step + 1] - reach[2 * step], samples.length);
      if (samples.length > 0) t.is(reach[2 * step], samples[0]);
    }
  }
});

test('members lie in lanes of at most eight, and a heart too large for the device is refused', (t) => {
  t.deepEqual(layMembers(1000, 11, 2 ** 27), {
    nodes: 1000,
    stride: 1024,
    members: 11,
    lanes: 8,
    tiles: 2,
    invocations: 2 * 8 * 1024,
  });
  t.is(layMembers(258000, 64, 2 ** 27).lanes, 4, 'a tile of territories fits into 128 MiB');
  t.is(mostMembers(258000, 2 ** 27, 2 ** 31), 32, 'the legs of a batch fit into 128 MiB');
  t.is(mostMembers(258000, 2 ** 32, 2 ** 29), 40, 'a batch fits into half a GiB');
  const error = t.throws(() => layMembers(2_000_000, 1, 2 ** 27), { instanceOf: TwinError });
  t.regex(error.message, /found 2000000 nodes, expected at most 1398101 .* 128 MiB/);
});

test('a sweep’s bytes grow with members, less than in proportion, and shrink to the marks when nothing is awake', (t) => {
  const heart = { nodes: 1000, tets: 5000 };
  t.is(bytesPerSweep(heart, 1), 4 * 1000 + 4 * 5000 * 64 + 20 * 1000);
  t.true(bytesPerSweep(heart, 8) < 3 * bytesPerSweep(heart, 1));
  t.is(bytesPerSweep(heart, 16), 2 * bytesPerSweep(heart, 8));
  t.is(bytesPerSweep(heart, 3, 0), 3 * 4 * 1000);
});
