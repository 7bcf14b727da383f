import test from 'ava';
import { ELECTRODES, type Point } from '../../twin/anatomy/anatomy.ts';
import {
  FRANK_ELECTRODES,
  frankLeads,
  leadsAgainstMean,
  readElectrodeSet,
  standardSet,
} from '../../twin/anatomy/electrodeSet.ts';
import { regionCentroid, rotate, STANDARD_TO_BASE, STANDARD_TO_RV } from '../../twin/anatomy/torso.ts';
import { openTriangleTree } from '../../twin/anatomy/triangleTree.ts';
import { bodySurfaceMap, frankElectrodes, projectOnSkin } from '../../twin/conductor/skinElectrodes.ts';
import { centreOfHeart } from '../../twin/conductor/statisticalTorso.ts';
import { torsoAround } from '../../twin/conductor/torsoAround.ts';
import { moveAll, surfaceToMesh, toMesh, toTorso } from '../../twin/conductor/torsoFrame.ts';
import { heartInTorso, heartToElectrodes_mm } from '../../twin/conductor/torsoHeartPose.ts';
import { TwinError } from '../../twin/errors.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { testHeart } from '../helpers/hearts.ts';
import { obliqueRotation } from '../helpers/meshes.ts';

const heart = testHeart();
const BODIES = [
  { sex: 'female', height_cm: 162, weight_kg: 60 },
  { sex: 'male', height_cm: 178, weight_kg: 80 },
] as const;
const placed = BODIES.map((body) => torsoAround(heart, body));
const place = (at: number) => ({
  skin: placed[at].torso.skin,
  frame: placed[at].frame,
  heartCentre: regionCentroid(heart.mesh, REGION.lv),
});
const degrees = (x: number, y: number) => (Math.atan2(y, x) * 180) / Math.PI;
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test('electrodes of women and men lie on the skin where the clinic puts them', (t) => {
  for (const { torso, frame, electrodes } of placed) {
    const tree = openTriangleTree(torso.skin.points, torso.skin.triangles);
    const at = (name: (typeof ELECTRODES)[number]): Point => toTorso(frame, electrodes[name]);
    for (const name of ELECTRODES) t.true(tree.distanceFrom(...electrodes[name]) < 1e-6, name);
    t.true(at('V1')[0] < -10 && at('V2')[0] > 10, 'V1 and V2 beside the breastbone');
    t.true(at('V2')[0] < at('V3')[0] && at('V3')[0] < at('V4')[0] && at('V4')[0] < at('V5')[0]);
    t.true(at('V6')[1] > at('V5')[1] && at('V5')[1] > at('V4')[1], 'round to the side');
    t.true(at('RA')[0] < -130 && at('LA')[0] > 130 && at('LL')[2] < -180);
    t.true(at('LA')[2] > 100 && at('LA')[2] < 170);
  }
});

test('heart and V1–V6 are 30 to 190 mm apart, V6 farther than V2', (t) => {
  for (const { electrodes } of placed) {
    const distances = heartToElectrodes_mm(heart, standardSet(electrodes));
    for (const [at, name] of ELECTRODES.entries()) {
      if (name.startsWith('V')) t.true(distances[at] > 30 && distances[at] < 190, `${name} ${distances[at]}`);
    }
    t.true(distances[ELECTRODES.indexOf('V6')] > distances[ELECTRODES.indexOf('V2')]);
  }
});

test('a map has 128 electrodes on the skin, the first column on the midline in front, the fifth on the left', (t) => {
  for (const [at, { torso, frame }] of placed.entries()) {
    const { names, places } = bodySurfaceMap(place(at));
    t.is(new Set(names).size, 128);
    t.true(projectOnSkin(torso.skin, places).distances.every((distance) => distance < 1e-4));
    const of = (name: string): Point => {
      const i = 3 * names.indexOf(name);
      return toTorso(frame, [places[i], places[i + 1], places[i + 2]]);
    };
    for (const row of [1, 4, 8]) {
      t.true(Math.abs(of(`r${row}c1`)[0]) < 1 && of(`r${row}c1`)[1] < -50);
      t.true(of(`r${row}c5`)[0] > 100 && of(`r${row}c9`)[1] > 50 && of(`r${row}c13`)[0] < -100);
    }
    t.true(of('r1c1')[2] > 20 && of('r8c1')[2] < -100);
  }
});

test("Frank's electrodes stand at V4's height round the chest, H on the nape, F where the leg's is", (t) => {
  const { frame, electrodes, torso } = placed[1];
  const { names, places } = frankElectrodes(place(1), electrodes);
  t.deepEqual(names, [...FRANK_ELECTRODES]);
  const of = (name: string): Point => {
    const i = 3 * names.indexOf(name);
    return toTorso(frame, [places[i], places[i + 1], places[i + 2]]);
  };
  const level = toTorso(frame, electrodes.V4)[2];
  for (const name of ['A', 'C', 'E', 'I', 'M']) t.true(Math.abs(of(name)[2] - level) < 1e-6, name);
  t.true(of('A')[0] > 100 && of('I')[0] < -100 && of('E')[1] < -80 && of('M')[1] > 80);
  t.true(of('C')[0] > 50 && of('C')[1] < -50);
  t.true(of('H')[2] > 150 && of('H')[1] > 0);
  t.true(projectOnSkin(torso.skin, places).distances.every((distance) => distance < 1e-4));
});

test("Frank's leads sum to zero over the electrodes and look to the left, the feet and the back", (t) => {
  const { names, weights } = frankLeads();
  t.deepEqual(names, ['X', 'Y', 'Z']);
  const { frame, electrodes } = placed[1];
  const { places } = frankElectrodes(place(1), electrodes);
  for (let lead = 0; lead < 3; lead++) {
    const row = weights.subarray(7 * lead, 7 * lead + 7);
    t.true(Math.abs(row.reduce((sum, weight) => sum + weight, 0)) < 1e-12);
    // In a uniform field the lead sees its direction: the weights' sum over places.
    const seen = [0, 1, 2].map((axis) => {
      const local = moveAll(places, (each) => toTorso(frame, each));
      return row.reduce((sum, weight, at) => sum + weight * local[3 * at + axis], 0);
    });
    const largest = seen.map(Math.abs).indexOf(Math.max(...seen.map(Math.abs)));
    t.is(largest, [0, 2, 1][lead]);
    t.is(Math.sign(seen[largest]), [1, -1, 1][lead]);
  }
});

test('leads against the mean of all sum to zero both ways', (t) => {
  const { weights } = leadsAgainstMean({ names: ['a', 'b', 'c'] });
  t.true(Math.abs(weights[0] - 2 / 3) < 1e-15 && Math.abs(weights[1] + 1 / 3) < 1e-15);
});

test('a set of any names is read in its unit and order', (t) => {
  const set = readElectrodeSet(bytes({ unit: 'cm', electrodes: { B7: [1, 2, 3], A1: [4, 5, 6] } }), 'map.json');
  t.deepEqual(set.names, ['B7', 'A1']);
  t.deepEqual([...set.places], [10, 20, 30, 40, 50, 60]);
});

test('sets without a unit, without electrodes, or with two at one place are refused in words', (t) => {
  const read = (value: unknown) => () => readElectrodeSet(bytes(value), 'map.json');
  t.throws(read({ electrodes: { A: [0, 0, 0] } }), { instanceOf: TwinError, message: /map\.json: unit/ });
  t.throws(read({ unit: 'mm', electrodes: {} }), { message: /names 0 electrodes/ });
  t.throws(read({ unit: 'mm', electrodes: { A: [1, 2, 3], B: [1, 2, 3] } }), {
    message: /"A" and "B" are at one place/,
  });
  t.throws(read({ unit: 'mm', electrodes: { A: [1, 2] } }), { message: /electrodes\.A/ });
  t.throws(() => readElectrodeSet(new TextEncoder().encode('{"unit'), 'map.json'), { message: /not JSON/ });
});

test('a heart in the standard pose lies and points as the standard directions say', (t) => {
  const { torso, shape } = placed[1];
  const pose = heartInTorso(heart, torso);
  const [x, y, z] = STANDARD_TO_BASE;
  t.true(Math.abs(pose.azimuth_deg - degrees(-x, y)) < 0.5, `${pose.azimuth_deg}`);
  t.true(Math.abs(pose.elevation_deg - degrees(Math.hypot(x, y), -z)) < 0.5, `${pose.elevation_deg}`);
  // The RV lies to the right of and before the LV, so the turn is between 0 and 90.
  t.true(STANDARD_TO_RV[0] < 0 && STANDARD_TO_RV[1] < 0);
  t.true(pose.roll_deg > 10 && pose.roll_deg < 80, `${pose.roll_deg}`);
  t.true(pose.leftward > 0.1 && pose.leftward < 0.4 && pose.backward < -0.1 && pose.backward > -0.5);
  t.true(Math.abs(pose.breadth_mm / (2 * shape.at(0).halfBreadth) - 1) < 0.05);
  t.true(centreOfHeart(shape)[2] === 0 && pose.height > 0.4 && pose.height < 0.8);
});

test("turning heart and torso together changes nothing; turning the heart about the torso's height changes its azimuth by that", (t) => {
  const { torso, frame } = placed[1];
  const before = heartInTorso(heart, torso);
  const turn = obliqueRotation(0.7);
  const turned = (each: Point) => rotate(turn, each);
  const mesh = { ...heart.mesh, points: moveAll(heart.mesh.points, turned) };
  const [a, b] = [frame.rotation, turn];
  const both = {
    rotation: Array.from({ length: 9 }, (_, at) =>
      [0, 1, 2].reduce((sum, k) => sum + b[3 * Math.floor(at / 3) + k] * a[3 * k + (at % 3)], 0),
    ),
    origin: turned(frame.origin),
  };
  const local = { ...torso.skin, points: moveAll(torso.skin.points, (each) => toTorso(frame, each)) };
  const together = heartInTorso({ ...heart, mesh }, { skin: surfaceToMesh(both, local), frame: both });
  for (const [key, value] of Object.entries(before)) {
    t.true(Math.abs(together[key as keyof typeof before] - value) < 1e-6, key);
  }
  const angle = (25 * Math.PI) / 180;
  // To the front from the left is a negative turn about the axis to the head.
  const about = [Math.cos(angle), Math.sin(angle), 0, -Math.sin(angle), Math.cos(angle), 0, 0, 0, 1];
  const alone = moveAll(heart.mesh.points, (each) => toMesh(frame, rotate(about, toTorso(frame, each))));
  const after = heartInTorso({ ...heart, mesh: { ...heart.mesh, points: alone } }, torso);
  t.true(Math.abs(after.azimuth_deg - before.azimuth_deg - 25) < 1e-6, `${after.azimuth_deg - before.azimuth_deg}`);
  t.true(Math.abs(after.elevation_deg - before.elevation_deg) < 1e-6);
});
