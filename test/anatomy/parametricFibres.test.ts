import test from 'ava';
import { parametricFibres } from '../../twin/anatomy/parametricFibres.ts';
import { heartOfSize, meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';

const heart = heartOfSize({ lvMass_g: 134, lvEdv_mL: 160 });
const { lvShort, lvWall } = heart.dimensions;
/** One flat tetrahedron around a place of the LV's lateral wall at a depth, as share of the wall, on the equator. */
const fibreAt = (depth: number) => {
  const x = lvShort + depth * lvWall;
  const points = Float64Array.of(x, 0.1, 0, x, -0.1, 0, x, 0, 0.1, x, 0, -0.1);
  const mesh = { points, tets: Uint32Array.of(0, 1, 2, 3), regions: Uint8Array.of(REGION.lv) };
  return parametricFibres(heart, mesh, { endo: 60, epi: -60 });
};

test('the helix falls in a line from 60° on the endocardium over 0° to −60° on the epicardium', (t) => {
  for (const [depth, angle_deg] of [
    [0, 60],
    [0.25, 30],
    [0.5, 0],
    [1, -60],
  ]) {
    const [x, y, z] = fibreAt(depth);
    t.true(Math.abs(x) < 1e-3, 'in the wall');
    t.true(Math.abs((Math.atan2(z, y) * 180) / Math.PI - angle_deg) < 0.1, `${Math.atan2(z, y)} at ${depth}`);
  }
});

test('every fibre has length 1', (t) => {
  const fibres = parametricFibres(heart, meshParametricHeart(heart, 3), { endo: 60, epi: -60 });
  for (let tet = 0; tet < fibres.length; tet += 3) {
    t.true(Math.abs(Math.hypot(fibres[tet], fibres[tet + 1], fibres[tet + 2]) - 1) < 1e-12);
  }
});
