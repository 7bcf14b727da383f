import test from 'ava';
import { findBoundary, findRims, triangleNormals } from '../../twin/anatomy/boundary.ts';
import { findSurfaces } from '../../twin/anatomy/surfaces.ts';
import type { TwinError } from '../../twin/errors.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { testHeart } from '../helpers/hearts.ts';
import { blockMesh, obliqueRotation, rotateMesh } from '../helpers/meshes.ts';

const { shape, mesh, surfaces } = testHeart();
const distances = (triangles: Uint32Array, distance: (x: number, y: number, z: number) => number) =>
  [...new Set(triangles)].map((n) =>
    Math.abs(distance(mesh.points[3 * n], mesh.points[3 * n + 1], mesh.points[3 * n + 2])),
  );
const shareWithin = (values: number[], limit: number) => values.filter((value) => value < limit).length / values.length;

test('the boundary of a block is its six faces, outward', (t) => {
  const block = blockMesh(2, 3, 4, 1);
  const { triangles } = findBoundary(block);
  t.is(triangles.length / 3, 2 * 2 * (2 * 3 + 3 * 4 + 2 * 4));
  const normals = triangleNormals(block.points, triangles);
  let flux = 0;
  for (let i = 0; i < triangles.length; i += 3) {
    for (let axis = 0; axis < 3; axis++) flux += (block.points[3 * triangles[i] + axis] * normals[i + axis]) / 3;
  }
  t.true(Math.abs(flux - 24) < 1e-12, 'the divergence theorem gives the volume, so all face outward');
});

test('every boundary triangle has one name', (t) => {
  const { lvEndo, rvEndo, epi, base } = surfaces;
  t.is(lvEndo.length + rvEndo.length + epi.length + base.length, findBoundary(mesh).triangles.length);
});

test('the endocardia lie on the cavities of which the heart was made', (t) => {
  t.true(shareWithin(distances(surfaces.lvEndo, shape.lvEndo), 0.05) > 0.97);
  t.true(shareWithin(distances(surfaces.rvEndo, shape.rvEndo), 0.3) > 0.97);
  const cavities = (x: number, y: number, z: number) =>
    Math.min(Math.abs(shape.lvEndo(x, y, z)), Math.abs(shape.rvEndo(x, y, z)));
  t.is(shareWithin(distances(surfaces.epi, cavities), 0.05), 0, 'no endocardium is called epicardium');
});

test('the base is the basal plane and the bevel about it that no 4 mm mesh resolves', (t) => {
  const heights = distances(surfaces.base, (_x, _y, z) => z - shape.dimensions.base);
  t.true(shareWithin(heights, 0.1) > 0.5);
  t.is(shareWithin(heights, 4), 1);
});

test('each endocardium ends in one rim', (t) => {
  for (const part of [surfaces.lvEndo, surfaces.rvEndo]) t.is(findRims(mesh.points, part).length, 1);
});

test('without region tags the same surfaces are found', (t) => {
  const untagged = { ...mesh, regions: new Uint8Array(mesh.regions.length).fill(REGION.lv) };
  t.deepEqual(findSurfaces(untagged).surfaces, surfaces);
});

test('a heart may lie in any direction', (t) => {
  const found = findSurfaces(rotateMesh(mesh, obliqueRotation(2))).surfaces;
  for (const part of ['lvEndo', 'rvEndo', 'epi', 'base'] as const) {
    const before = new Set(surfaces[part]);
    const kept = [...new Set(found[part])].filter((n) => before.has(n)).length;
    t.true(kept > 0.93 * before.size, `${part}: ${kept} of ${before.size} nodes`);
  }
});

test('swapped region tags are kept and doubted aloud', (t) => {
  const swapped = { ...mesh, regions: mesh.regions.map((region) => (region === REGION.lv ? REGION.rv : REGION.lv)) };
  const found = findSurfaces(swapped);
  t.deepEqual(found.surfaces.lvEndo, surfaces.rvEndo);
  t.deepEqual(
    found.findings.map(({ code }) => code),
    ['ventricle-tags-doubtful'],
  );
});

test('a block of muscle is refused for want of a cavity', (t) => {
  const error = t.throws<TwinError>(() => findSurfaces(blockMesh(4, 4, 8, 2)));
  t.is(error.code, 'BadAnatomy');
  t.regex(error.message, /no cavity/);
});

test('one ventricle alone is refused', (t) => {
  const tets = mesh.tets.filter((_, i) => mesh.regions[i >> 2] === REGION.lv);
  const lv = {
    ...mesh,
    tets,
    regions: mesh.regions.filter((region) => region === REGION.lv),
    fibres: new Float64Array((3 * tets.length) / 4),
  };
  const error = t.throws<TwinError>(() => findSurfaces(lv));
  t.is(error.code, 'BadAnatomy');
  t.regex(error.message, /one cavity/);
});
