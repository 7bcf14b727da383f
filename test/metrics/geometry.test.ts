import test from 'ava';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { muscleVolume_mL } from '../../twin/mesh/volume.ts';
import { enclosedVolume_mL } from '../../twin/metrics/cavityVolume.ts';
import { measure } from '../../twin/metrics/index.ts';
import { segmentsOfEndocardium } from '../../twin/metrics/lvSegments.ts';
import { blockMesh, obliqueRotation, rotateVectors } from '../helpers/meshes.ts';
import { lvAtRest, mesh, shape } from './testSubject.ts';

const within = (value: number, expected: number, share: number) => Math.abs(value - expected) <= share * expected;
const values = measure(lvAtRest());

test('an open box, closed by its fan, holds its volume', (t) => {
  const block = blockMesh(3, 4, 5, 10);
  const { triangles } = findBoundary(block);
  const isTop = (at: number) => [0, 1, 2].every((corner) => block.points[3 * triangles[at + corner] + 2] === 50);
  const inward: number[] = [];
  for (let at = 0; at < triangles.length; at += 3) {
    if (!isTop(at)) inward.push(triangles[at], triangles[at + 2], triangles[at + 1]);
  }
  t.true(Math.abs(enclosedVolume_mL(block.points, Uint32Array.from(inward)) - 60) < 1e-9);
});

test('the heart has the mass and the volumes of which it was made', (t) => {
  t.true(within(values.lvMass_g, 134, 0.02), `${values.lvMass_g} g`);
  // The bevel that a 4 mm mesh leaves about the rim lowers the lid by about a millimetre.
  t.true(within(values.lvVolume_mL, 132, 0.03), `${values.lvVolume_mL} mL`);
  t.true(within(values.rvVolume_mL, 1.1 * 132, 0.04), `${values.rvVolume_mL} mL`);
});

test('masses of both ventricles are all the muscle, scars among it', (t) => {
  const expected = 1.05 * muscleVolume_mL(mesh);
  t.true(Math.abs(values.lvMass_g + values.rvMass_g - expected) < 1e-9);
  const regions = mesh.regions.map((region, tet) => (tet % 9 === 0 ? REGION.scar : region));
  const scarred = measure(lvAtRest({ anatomy: { mesh: { ...mesh, regions } } }));
  t.true(Math.abs(scarred.lvMass_g + scarred.rvMass_g - expected) < 1e-9);
  t.true(within(scarred.lvMass_g, values.lvMass_g, 0.01));
});

test('walls are as thick as they were made', (t) => {
  t.true(within(values.lvWallThickness_mm, shape.dimensions.lvWall, 0.05), `${values.lvWallThickness_mm} mm`);
  t.true(within(values.rvWallThickness_mm, shape.dimensions.rvWall, 0.1), `${values.rvWallThickness_mm} mm`);
});

test("the long axis runs from the cavity's tip to the basal plane", (t) => {
  const expected = shape.dimensions.lvLong + shape.dimensions.base;
  t.true(Math.abs(values.lvLength_mm - expected) < 2.5, `${values.lvLength_mm} of ${expected} mm`);
});

test('moving the chest electrodes away by 10 mm moves their mean distance by less than that, and more than 9', (t) => {
  const { anatomy } = lvAtRest();
  const electrodes = { ...anatomy.electrodes };
  for (const name of ['V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const) {
    const [x, y, z] = electrodes[name];
    const length = Math.hypot(x, y, z);
    electrodes[name] = [x * (1 + 10 / length), y * (1 + 10 / length), z * (1 + 10 / length)];
  }
  const moved = measure(lvAtRest({ anatomy: { electrodes } })).heartElectrodeDistance_mm;
  t.true(moved - values.heartElectrodeDistance_mm > 9 && moved - values.heartElectrodeDistance_mm < 10);
});

test('a turned and moved heart measures the same', (t) => {
  const turned = rotateVectors(mesh.points, obliqueRotation(1)).map((value, at) => value + [300, -200, 900][at % 3]);
  const other = measure(lvAtRest({ anatomy: { mesh: { ...mesh, points: turned } } }));
  for (const name of ['lvMass_g', 'lvVolume_mL', 'rvVolume_mL', 'lvWallThickness_mm', 'lvLength_mm'] as const) {
    t.true(within(other[name], values[name], 1e-6), name);
  }
});

test('the wall of an even shell is equally thick in all segments between base and apex', (t) => {
  for (let segment = 1; segment <= 17; segment++) {
    const thickness = values[`lvWallThicknessAha${segment}_mm`];
    t.true(
      within(thickness, shape.dimensions.lvWall, segment < 7 ? 0.12 : 0.08),
      `segment ${segment}: ${thickness} mm`,
    );
  }
});

test('segments are named by where they lie: septum towards the RV, anterior in front, apex below', (t) => {
  const { anatomy } = lvAtRest();
  const centres = new Map<number, { x: number; y: number; z: number; count: number }>();
  for (const [node, segment] of segmentsOfEndocardium(anatomy)) {
    const sum = centres.get(segment) ?? { x: 0, y: 0, z: 0, count: 0 };
    sum.x += mesh.points[3 * node];
    sum.y += mesh.points[3 * node + 1];
    sum.z += mesh.points[3 * node + 2];
    sum.count++;
    centres.set(segment, sum);
  }
  t.is(centres.size, 17);
  // The frame of the parametric heart: −x to the RV, +y to the back, +z to the base.
  const place = (segment: number) => {
    const { x, y, z, count } = centres.get(segment) ?? t.fail();
    return { x: x / count, y: y / count, z: z / count };
  };
  for (const septal of [2, 3, 8, 9, 14]) t.true(place(septal).x < -8, `${septal}`);
  for (const lateral of [5, 6, 11, 12, 16]) t.true(place(lateral).x > 8, `${lateral}`);
  for (const anterior of [1, 2, 6, 7, 8, 12, 13]) t.true(place(anterior).y < -8, `${anterior}`);
  for (const inferior of [3, 4, 5, 9, 10, 11, 15]) t.true(place(inferior).y > 8, `${inferior}`);
  t.true(place(1).z > place(7).z && place(7).z > place(13).z && place(13).z > place(17).z);
});

test("the septum's segments end where the RV's cavity does, and without insertions they are sixths of the angle", (t) => {
  const { anatomy } = lvAtRest();
  const spanOf = (from: Parameters<typeof segmentsOfEndocardium>[0]) => {
    const septal = [...segmentsOfEndocardium(from)].filter(([, segment]) => segment === 2 || segment === 3);
    const angles = septal.map(([node]) => Math.atan2(mesh.points[3 * node + 1], -mesh.points[3 * node]));
    return ((Math.max(...angles) - Math.min(...angles)) * 180) / Math.PI;
  };
  // Nodes of the endocardium lie 11° apart. The RV's cavity of this heart is seen from the LV's axis under 146° (where its surface cuts the LV's outside).
  t.true(Math.abs(spanOf(anatomy) - 146) < 14, `${spanOf(anatomy)}°`);
  const { consistent: _, ...without } = anatomy;
  t.true(Math.abs(spanOf(without) - 120) < 14, `${spanOf(without)}°`);
});

test('a sphere and an ellipsoid are told apart by their sphericity, not by their size', (t) => {
  const { lvShort, lvLong, base } = shape.dimensions;
  const cap = ((lvLong - base) ** 2 * (2 * lvLong + base)) / (4 * lvLong ** 3);
  const expected = ((4 / 3) * Math.PI * lvShort ** 2 * lvLong * (1 - cap)) / ((Math.PI / 6) * (lvLong + base) ** 3);
  t.true(within(values.lvSphericity, expected, 0.06), `${values.lvSphericity} of ${expected}`);
  const half = measure(lvAtRest({ anatomy: { mesh: { ...mesh, points: mesh.points.map((value) => value / 2) } } }));
  t.true(within(half.lvSphericity, values.lvSphericity, 1e-9));
  t.true(within(values.lvMuscleRatio, 134 / 1.05 / 132, 0.04), `${values.lvMuscleRatio}`);
});

test('a heart in a box of a body lies where it was put, with its apex where it points', (t) => {
  const box = blockMesh(2, 2, 2, 200, { origin: [-250, -180, -200] });
  const skin = { points: box.points, triangles: findBoundary(box).triangles };
  const torso = { skin, lungs: [], blood: [], origin: 'file' as const, findings: [] };
  const found = measure(lvAtRest({ anatomy: { torso } }));
  t.is(found.chestBreadth_mm, 400);
  t.is(found.chestDepth_mm, 400);
  // The box reaches from −250 to 150 mm; the test heart's centre lies some mm to the right of 0, its apex at −z.
  t.true(found.heartLeftward > 0 && found.heartLeftward < 0.3, `${found.heartLeftward}`);
  t.true(Math.abs(found.heartElevation_deg + 90) < 5, `${found.heartElevation_deg}`);
  t.true(Number.isNaN(values.heartLeftward), 'without a body there is no place in it');
});
