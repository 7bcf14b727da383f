import test from 'ava';
import { findBoundary, findRims } from '../../twin/anatomy/boundary.ts';
import { meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { parametricAtria } from '../../twin/atria/parametricAtria.ts';
import { parametricAtrialFibres } from '../../twin/atria/parametricAtrialFibres.ts';
import { dihedralSpread } from '../../twin/mesh/quality.ts';
import { testHeart } from '../helpers/hearts.ts';
import { testAtria } from './fourChambers.ts';

const { shape, raw } = testAtria();

test('two cavities with eight openings make a surface of genus six: no wall is torn, no opening closed', (t) => {
  const { triangles } = findBoundary(raw);
  const nodes = new Set(triangles).size;
  const euler = nodes - triangles.length / 2 + triangles.length / 3;
  t.is(euler, 2 - 2 * (8 - 2));
  t.is(findRims(raw.points, triangles).length, 0);
});

test('tetrahedra of atria are as good as those of ventricles', (t) => {
  const { least, greatest } = dihedralSpread(raw);
  t.true(least > 8, `${least}°`);
  t.true(greatest < 165, `${greatest}°`);
});

test('atria stand above the base plane, the RA on the side of the RV', (t) => {
  const { la, ra, floor } = shape.dimensions;
  t.true(floor > testHeart().shape.dimensions.base);
  t.true(ra.centre[0] < la.centre[0] - 20);
  // Where walls meet the floor at an edge a coarse lattice may reach a third of its spacing beyond.
  for (let z = 2; z < raw.points.length; z += 3) t.true(raw.points[z] > floor - 1);
});

test('atria of a smaller ventricle are smaller, with walls of the same thickness', (t) => {
  const small = testHeart(4, { lvMass_g: 90, lvEdv_mL: 90, rvWall_mm: 6 }).shape;
  const atria = parametricAtria(small.dimensions);
  t.is(atria.dimensions.wall, 2.5);
  t.true(atria.dimensions.la.axes[0] < shape.dimensions.la.axes[0]);
});

test('sizes that are no lengths of a body are refused in words', (t) => {
  const { dimensions } = testHeart().shape;
  t.throws(() => parametricAtria(dimensions, { laVolume_mL: -1 }), { message: /must be positive; found LA -1 mL/ });
  t.throws(() => parametricAtria(dimensions, { laVolume_mL: 20, raVolume_mL: 2000 }), { message: /does not fit/ });
});

test('closed-form fibres are unit vectors and lie in the wall', (t) => {
  const mesh = meshParametricHeart(shape, 3);
  const fibres = parametricAtrialFibres(shape, mesh);
  for (let tet = 0; tet < mesh.regions.length; tet += 7) {
    const [x, y, z] = [0, 1, 2].map((axis) => {
      let sum = 0;
      for (let corner = 0; corner < 4; corner++) sum += mesh.points[3 * mesh.tets[4 * tet + corner] + axis] / 4;
      return sum;
    });
    const [fx, fy, fz] = fibres.subarray(3 * tet, 3 * tet + 3);
    t.true(Math.abs(Math.hypot(fx, fy, fz) - 1) < 1e-9);
    const endo = mesh.regions[tet] === 2 ? shape.raEndo : shape.laEndo;
    // Half a millimetre along a fibre changes the depth by the wall's curvature alone.
    const change = Math.abs(endo(x + 0.5 * fx, y + 0.5 * fy, z + 0.5 * fz) - endo(x, y, z));
    t.true(change < 0.06, `${change} mm`);
  }
});
