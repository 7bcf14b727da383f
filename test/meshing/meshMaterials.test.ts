import test from 'ava';
import fc from 'fast-check';
import { TwinError } from '../../twin/errors.ts';
import { faceNeighbours } from '../../twin/mesh/faces.ts';
import { dihedralSpread, edgeLengths } from '../../twin/mesh/quality.ts';
import { tetVolumes } from '../../twin/mesh/volume.ts';
import { materialsOf } from '../../twin/meshing/materials.ts';
import { LEAST_DIHEDRAL_deg, type MaterialMesh, meshMaterials } from '../../twin/meshing/meshMaterials.ts';
import { surfaceOf } from '../../twin/meshing/surfaceOf.ts';
import { ball, besides, cube, eulerNumber, randomMaterials } from '../helpers/shapes.ts';

const BALL = (4 / 3) * Math.PI;

/** Root mean square distance of surface nodes from where a function is 0, mm. */
function surfaceError(
  mesh: MaterialMesh,
  triangles: Uint32Array,
  distance: (x: number, y: number, z: number) => number,
) {
  let sum = 0;
  const nodes = new Set(triangles);
  for (const node of nodes) {
    sum += distance(mesh.points[3 * node], mesh.points[3 * node + 1], mesh.points[3 * node + 2]) ** 2;
  }
  return Math.sqrt(sum / nodes.size);
}

test('no dihedral angle is below the bound, and all volumes are positive, whatever the shapes', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 1.3, max: 2.4, noNaN: true }), (seed, edge_mm) => {
      const mesh = meshMaterials(randomMaterials(seed), { edge_mm, walls: [0] });
      const { least, greatest } = dihedralSpread(mesh);
      return least >= LEAST_DIHEDRAL_deg - 1e-6 && greatest < 172 && tetVolumes(mesh).every((volume) => volume > 0);
    }),
    { numRuns: 25, seed: 5 },
  );
  t.pass();
});

test('a face belongs to two tetrahedra, or to one and the background', (t) => {
  for (let seed = 0; seed < 6; seed++) {
    const materials = randomMaterials(seed);
    const mesh = meshMaterials(materials, { edge_mm: 1.4 });
    const { neighbours, overcrowdedFaces } = faceNeighbours(mesh.tets, mesh.points.length / 3);
    t.is(overcrowdedFaces, 0);
    const background = materials.names.length;
    const outside = mesh.interfaces.outer.filter((outer) => outer === background).length;
    t.is(neighbours.filter((other) => other < 0).length, outside);
    t.is(new Set([...mesh.tets, ...mesh.interfaces.triangles]).size, mesh.points.length / 3, 'no node is unused');
  }
});

test('two balls that touch in a face have their volumes and share the face', (t) => {
  const [a, b] = [ball(-4, 0, 0, 8), ball(5, 1, 0, 7)];
  const materials = materialsOf({ a: besides(a, b), b: besides(b, a) }, cube(14));
  const mesh = meshMaterials(materials, { edge_mm: 1.3 });
  for (const material of [0, 1]) {
    t.true(Math.abs(mesh.volumes_mm3[material] / mesh.wanted_mm3[material] - 1) < 0.01);
    t.is(eulerNumber(surfaceOf(mesh.interfaces, [material])), 2, 'a closed sphere');
  }
  t.is(eulerNumber(surfaceOf(mesh.interfaces, [0, 1])), 2, 'no gap between them');
  const shared = mesh.interfaces.outer.filter((outer, at) => outer === 1 && mesh.interfaces.inner[at] === 0).length;
  t.true(shared > 50);
});

test('the volume of a ball is met within 0.5 % and its surface within a twentieth of an edge', (t) => {
  for (const edge_mm of [2, 1.2]) {
    const mesh = meshMaterials(materialsOf({ ball: ball(0.3, 0.1, 0, 8) }, cube(9)), { edge_mm });
    t.true(Math.abs(mesh.volumes_mm3[0] / (BALL * 512) - 1) < 0.005, `${mesh.volumes_mm3[0]} mm³`);
    const error = surfaceError(mesh, surfaceOf(mesh.interfaces, [0]), ball(0.3, 0.1, 0, 8));
    t.true(error < 0.055 * edge_mm, `${error} mm`);
  }
});

test('nested shells lie around each other without holes', (t) => {
  const distance = ball(0, 0, 0, 6);
  const shapes = {
    core: distance,
    inner: (x: number, y: number, z: number) => Math.abs(distance(x, y, z) - 1) - 1,
    outer: (x: number, y: number, z: number) => Math.abs(distance(x, y, z) - 3) - 1,
  };
  const mesh = meshMaterials(materialsOf(shapes, cube(11)), { edge_mm: 1.3, walls: [1, 2] });
  t.is(eulerNumber(surfaceOf(mesh.interfaces, [1])), 4);
  t.is(eulerNumber(surfaceOf(mesh.interfaces, [2])), 4);
  t.false(
    mesh.interfaces.outer.some((outer, at) => mesh.interfaces.inner[at] === 0 && outer !== 1),
    'the core meets only the shell around it',
  );
  for (const [material, volume] of [6 ** 3, 8 ** 3 - 6 ** 3, 10 ** 3 - 8 ** 3].entries()) {
    t.true(Math.abs(mesh.volumes_mm3[material] / (BALL * volume) - 1) < 0.02);
  }
});

test('a wall between blood and outside stays closed at edges of 1.5 times its thickness', (t) => {
  for (const thickness of [1, 1.4, 2]) {
    const inside = ball(0.2, 0, 0.1, 8);
    const shapes = {
      wall: (x: number, y: number, z: number) => Math.abs(inside(x, y, z) - thickness / 2) - thickness / 2,
      blood: inside,
    };
    const options = { edge_mm: 1.5 * thickness, walls: [0], surfacesOnly: [1] };
    const mesh = meshMaterials(materialsOf(shapes, cube(11)), options);
    t.is(eulerNumber(surfaceOf(mesh.interfaces, [0])), 4, 'an outer and an inner sphere');
    t.is(eulerNumber(surfaceOf(mesh.interfaces, [1])), 2, 'blood ends at the wall');
    const wall = BALL * ((8 + thickness) ** 3 - 512);
    t.true(Math.abs(mesh.volumes_mm3[0] / wall - 1) < 0.06, `${thickness} mm: ${mesh.volumes_mm3[0]} for ${wall} mm³`);
  }
});

test('a thin plate between two materials parts them everywhere', (t) => {
  const box = (x: number, y: number, z: number) => Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) - 8;
  const shapes = {
    plate: (x: number, y: number, z: number) => Math.max(box(x, y, z), Math.abs(x + 0.3 * y + 0.1) / 1.044 - 0.5),
    left: (x: number, y: number, z: number) => Math.max(box(x, y, z), (x + 0.3 * y + 0.1) / 1.044 + 0.5),
    right: (x: number, y: number, z: number) => Math.max(box(x, y, z), 0.5 - (x + 0.3 * y + 0.1) / 1.044),
  };
  const mesh = meshMaterials(materialsOf(shapes, cube(9)), { edge_mm: 1.5, walls: [0] });
  t.false(mesh.interfaces.inner.some((inner, at) => inner === 1 && mesh.interfaces.outer[at] === 2));
});

test('given volumes are met instead of those of the level set', (t) => {
  const mesh = meshMaterials(materialsOf({ ball: ball(0, 0, 0, 8) }, cube(10)), { edge_mm: 1.3, volumes_mm3: [2300] });
  t.true(Math.abs(mesh.volumes_mm3[0] / 2300 - 1) < 0.01);
});

test('only the surface of blood is kept, closed and outward', (t) => {
  const shapes = {
    wall: (x: number, y: number, z: number) => Math.abs(ball(0, 0, 0, 7)(x, y, z) - 1) - 1,
    blood: ball(0, 0, 0, 7),
  };
  const mesh = meshMaterials(materialsOf(shapes, cube(10)), { edge_mm: 1.3, surfacesOnly: [1] });
  t.deepEqual([...new Set(mesh.materials)], [0]);
  t.is(eulerNumber(surfaceOf(mesh.interfaces, [1])), 2);
  t.true(Math.abs(mesh.volumes_mm3[1] / (BALL * 343) - 1) < 0.01);
});

test('the mean edge is the one asked for within 3 %', (t) => {
  const mesh = meshMaterials(materialsOf({ ball: ball(0, 0, 0, 9) }, cube(10)), { edge_mm: 1.5 });
  t.true(Math.abs(edgeLengths(mesh).mean / 1.5 - 1) < 0.03, `${edgeLengths(mesh).mean} mm`);
});

test('the same materials give the same bytes', (t) => {
  t.deepEqual(meshMaterials(randomMaterials(7), { edge_mm: 1.5 }), meshMaterials(randomMaterials(7), { edge_mm: 1.5 }));
});

test('a shape beyond its bounds, nothing, and an impossible edge are refused in words', (t) => {
  const mesh = (radius: number, half: number, edge_mm: number) => () =>
    meshMaterials(materialsOf({ liver: ball(0, 0, 0, radius) }, cube(half)), { edge_mm });
  t.throws(mesh(9, 4, 1), { instanceOf: TwinError, message: /liver reaches beyond the bounds/ });
  t.throws(mesh(-1, 4, 1), { instanceOf: TwinError, message: /no tetrahedron fits into liver/ });
  t.throws(mesh(3, 4, 0.001), { instanceOf: TwinError, message: /lattice nodes/ });
});
