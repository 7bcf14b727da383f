import test from 'ava';
import { endocardialDistance } from '../../twin/anatomy/endocardialDistance.ts';
import { openTriangleTree } from '../../twin/anatomy/triangleTree.ts';
import { testHeart } from '../helpers/hearts.ts';

test('distance to a triangle is that to its corner, edge or face, whichever is nearest', (t) => {
  const tree = openTriangleTree(Float64Array.from([0, 0, 0, 4, 0, 0, 0, 3, 0]), Uint32Array.from([0, 1, 2]));
  t.is(tree.distanceFrom(1, 1, 5), 5);
  t.is(tree.distanceFrom(2, -2, 0), 2);
  t.is(tree.distanceFrom(-3, -4, 0), 5);
  t.true(Math.abs(tree.distanceFrom(4, 3, 0) - 2.4) < 1e-12, 'height of the 3-4-5 triangle over its long side');
});

test('a ray meets a triangle from both sides and misses beside it', (t) => {
  const tree = openTriangleTree(Float64Array.from([0, 0, 0, 4, 0, 0, 0, 3, 0]), Uint32Array.from([0, 1, 2]));
  t.is(tree.castRay(1, 1, 5, 0, 0, -1), 5);
  t.is(tree.castRay(1, 1, -2, 0, 0, 1), 2);
  t.is(tree.castRay(3, 3, 5, 0, 0, -1), Number.POSITIVE_INFINITY);
});

test('in the free wall of an idealised LV the distance is the depth below its ellipsoid', (t) => {
  const { shape, mesh, surfaces } = testHeart();
  const found = endocardialDistance(mesh, surfaces);
  let worst = 0;
  for (let node = 0; node < found.length; node++) {
    const [x, y, z] = mesh.points.subarray(3 * node, 3 * node + 3);
    if (x < 5 || z > shape.dimensions.base - 10) continue;
    worst = Math.max(worst, Math.abs(found[node] - Math.abs(shape.lvEndo(x, y, z))));
  }
  // A 4 mm chord of a 22 mm circle sags by 0.1 mm, and more at the pointed apex.
  t.true(worst < 0.35, `${worst} mm`);
});

test('endocardial nodes are at distance 0', (t) => {
  const { mesh, surfaces } = testHeart();
  const found = endocardialDistance(mesh, surfaces);
  t.true([...surfaces.lvEndo, ...surfaces.rvEndo].every((node) => found[node] === 0));
  t.true([...surfaces.epi].every((node) => found[node] >= 0));
});
