import test from 'ava';
import { ellipsoidSurface } from '../../bench/leadField/roundBodies.ts';
import { stuffTetrahedra } from '../../twin/anatomy/stuffing.ts';
import { type BoundedTets, bisectTo } from '../../twin/conductor/bisection.ts';
import { fitSurfaces } from '../../twin/conductor/fitSurface.ts';
import { openClosedSurface } from '../../twin/conductor/signedDistance.ts';
import { surfaceVolume_mm3 } from '../../twin/conductor/torsoSurface.ts';
import { boundaryTriangles, faceNeighbours } from '../../twin/mesh/faces.ts';
import { dihedralSpread } from '../../twin/mesh/quality.ts';
import { tetVolumes } from '../../twin/mesh/volume.ts';

const ball = stuffTetrahedra((x, y, z) => Math.hypot(x, y, z) - 40, { min: [-40, -40, -40], max: [40, 40, 40] }, 8);
const coarse: BoundedTets = { ...ball, triangles: boundaryTriangles(ball.tets, ball.points.length / 3) };
const toSphere = (place: Float64Array) => {
  const scale = 40 / Math.hypot(place[0], place[1], place[2]);
  for (let axis = 0; axis < 3; axis++) place[axis] *= scale;
};
const size = (x: number, y: number, z: number) => Math.min(2.5 + 0.3 * Math.hypot(x - 20, y, z), 11);
const graded = bisectTo(coarse, size, toSphere, 1e6);
/** Refined everywhere. */
const even = bisectTo(coarse, () => 5, toSphere, 1e6);
const volumeOf = (mesh: BoundedTets) => tetVolumes(mesh).reduce((sum, volume) => sum + volume, 0);

/** Each triangle by its nodes in order, from the lowest. */
const sortedFaces = (triangles: Uint32Array) =>
  Array.from({ length: triangles.length / 3 }, (_, at) =>
    [...triangles.subarray(3 * at, 3 * at + 3)].sort((a, b) => a - b).join(),
  ).sort();

test('no edge is longer than asked for at its middle', (t) => {
  const { points, tets } = graded;
  let worst = 0;
  for (let at = 0; at < tets.length; at += 4) {
    for (const [i, j] of [
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]) {
      const [a, b] = [3 * tets[at + i], 3 * tets[at + j]];
      const place = [0, 1, 2].map((axis) => (points[a + axis] + points[b + axis]) / 2);
      const length = Math.hypot(...[0, 1, 2].map((axis) => points[a + axis] - points[b + axis]));
      worst = Math.max(worst, length / size(place[0], place[1], place[2]));
    }
  }
  t.true(worst <= 1 + 1e-12, `${worst}`);
});

test('bisection keeps the mesh conforming: its boundary is the triangles that were cut along', (t) => {
  const nodes = graded.points.length / 3;
  t.is(faceNeighbours(graded.tets, nodes).overcrowdedFaces, 0);
  t.deepEqual(sortedFaces(boundaryTriangles(graded.tets, nodes)), sortedFaces(graded.triangles));
  t.true(graded.tets.length > 2 * coarse.tets.length);
});

test('every tetrahedron is positive, and no dihedral angle falls below 6°', (t) => {
  t.true(tetVolumes(graded).every((volume) => volume > 0));
  t.true(dihedralSpread(graded).least > 6, `${dihedralSpread(graded).least}`);
});

test('where a body is refined its boundary comes nearer to the true one', (t) => {
  const missing = (mesh: BoundedTets) => 1 - volumeOf(mesh) / ((4 / 3) * Math.PI * 40 ** 3);
  t.true(missing(even) < 0.5 * missing(coarse), `${missing(even)} ${missing(coarse)}`);
});

test('a lattice is cut into three shapes and no more, however often', (t) => {
  const shapes = new Set<string>();
  const inner = bisectTo(coarse, () => 3, toSphere, 1e6);
  const { points, tets } = inner;
  for (let at = 0; at < tets.length; at += 4) {
    const corners = [0, 1, 2, 3].map((corner) => [
      ...points.subarray(3 * tets[at + corner], 3 * tets[at + corner] + 3),
    ]);
    if (corners.some((corner) => Math.hypot(...corner) > 20)) continue;
    const edges: number[] = [];
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < i; j++)
        edges.push(Math.hypot(...[0, 1, 2].map((axis) => corners[i][axis] - corners[j][axis])));
    edges.sort((a, b) => a - b);
    shapes.add(edges.map((edge) => (edge / edges[5]).toFixed(6)).join());
  }
  t.true(shapes.size <= 3 && shapes.size > 0, [...shapes].join('; '));
});

test('cut along a surface, no tetrahedron crosses it, and what lies inside has its volume', (t) => {
  const lung = ellipsoidSurface([15, 20, 25], 12, [-5, 3, 0]);
  const surface = openClosedSurface(lung);
  const { mesh, isInside } = fitSurfaces(even, [surface], (x, y, z) => surface.signedDistance(x, y, z) < 0.7);
  const volumes = tetVolumes(mesh);
  let inside = 0;
  let deepest = 0;
  for (let tet = 0; tet < isInside.length; tet++) {
    if (isInside[tet] === 1) inside += volumes[tet];
    for (let corner = 0; corner < 4; corner++) {
      const node = 3 * mesh.tets[4 * tet + corner];
      const distance = surface.signedDistance(mesh.points[node], mesh.points[node + 1], mesh.points[node + 2]);
      deepest = Math.max(deepest, isInside[tet] === 1 ? distance : -distance);
    }
  }
  t.true(volumes.every((volume) => volume > 0));
  t.is(faceNeighbours(mesh.tets, mesh.points.length / 3).overcrowdedFaces, 0);
  t.true(Math.abs(volumes.reduce((sum, volume) => sum + volume, 0) / volumeOf(even) - 1) < 1e-12);
  t.true(Math.abs(inside / surfaceVolume_mm3(lung) - 1) < 0.02, `${inside / surfaceVolume_mm3(lung)}`);
  t.true(deepest < 0.5, `${deepest} mm on the wrong side`);
});

test('too many tetrahedra end in a sentence', (t) => {
  t.throws(() => bisectTo(coarse, () => 1, toSphere, 1000), { message: /more than 1000 tetrahedra/ });
});
