import test from 'ava';
import { doubtFibres, medianAngle_deg } from '../../twin/anatomy/fibreDoubts.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { ruleBasedFibres } from '../../twin/anatomy/ruleBasedFibres.ts';
import { REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { degrees } from '../../twin/units.ts';
import { testHeart } from '../helpers/hearts.ts';

const { shape, mesh, surfaces } = testHeart();
const fields = solveHarmonicFields(mesh, surfaces);
const fibres = ruleBasedFibres(mesh, fields, { endo: 60, epi: -60 });

interface Helix {
  readonly depth: number;
  readonly helix_deg: number;
  /** Part of the fibre that points out of the wall */
  readonly outward: number;
}

/** Helix angles in the LV's free wall, measured against its ellipsoid, not against any field of the mesh. */
function helixes(of: Float64Array): Helix[] {
  const { lvShort, lvLong, lvWall } = shape.dimensions;
  const found: Helix[] = [];
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const centroid = [0, 1, 2].map((axis) =>
      mesh.tets.subarray(4 * tet, 4 * tet + 4).reduce((sum, node) => sum + mesh.points[3 * node + axis] / 4, 0),
    );
    const [x, y, z] = centroid;
    if (x < 8 || z < -35 || z > 5 || mesh.regions[tet] !== REGION.lv) continue;
    const normal = [x / lvShort ** 2, y / lvShort ** 2, z / lvLong ** 2];
    const length = Math.hypot(...normal);
    const round = [-y / Math.hypot(x, y), x / Math.hypot(x, y), 0];
    const dot = (a: number[]) => a.reduce((sum, value, axis) => sum + value * of[3 * tet + axis], 0);
    const out = normal.map((value) => value / length);
    const up = [
      out[1] * round[2] - out[2] * round[1],
      out[2] * round[0] - out[0] * round[2],
      out[0] * round[1] - out[1] * round[0],
    ];
    const depth = shape.lvEndo(x, y, z) / lvWall;
    found.push({ depth, helix_deg: degrees(Math.atan(dot(up) / dot(round))), outward: Math.abs(dot(out)) });
  }
  return found;
}
const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];
const between = (of: Helix[], low: number, high: number) =>
  median(of.filter(({ depth }) => depth >= low && depth < high).map(({ helix_deg }) => helix_deg));

test('every fibre has length 1', (t) => {
  for (let at = 0; at < fibres.length; at += 3) {
    t.true(Math.abs(Math.hypot(fibres[at], fibres[at + 1], fibres[at + 2]) - 1) < 1e-12);
  }
});

test("the helix falls in a line from the endocardium's angle to the epicardium's", (t) => {
  const found = helixes(fibres);
  for (const depth of [0.2, 0.35, 0.5, 0.65, 0.8]) {
    const angle = between(found, depth - 0.05, depth + 0.05);
    t.true(Math.abs(angle - (60 - 120 * depth)) < 8, `${angle}° at ${depth} of the wall`);
  }
});

test('fibres lie in the wall', (t) => {
  t.true(median(helixes(fibres).map(({ outward }) => outward)) < 0.05);
});

test('an angle of 0 is an angle: fibres then run round', (t) => {
  const found = helixes(ruleBasedFibres(mesh, fields, { endo: 0, epi: 0 }));
  t.true(Math.abs(between(found, 0, 1)) < 1);
  const only = helixes(ruleBasedFibres(mesh, fields, { endo: 0, epi: -60 }));
  t.true(Math.abs(between(only, 0.15, 0.25) + 12) < 6 && Math.abs(between(only, 0.75, 0.85) + 48) < 6);
});

test('neighbouring tetrahedra have fibres of like direction, across the septum and at the insertions too', (t) => {
  const sums = new Float64Array(9 * (mesh.points.length / 3));
  // The mean of f fᵀ about each node: a fibre that leaps leaves its neighbours' mean line.
  for (const [corner, node] of mesh.tets.entries()) {
    const at = 3 * (corner >> 2);
    for (let i = 0; i < 9; i++) sums[9 * node + i] += fibres[at + Math.floor(i / 3)] * fibres[at + (i % 3)];
  }
  const apex = shape.dimensions.lvLong;
  let leaps = 0;
  let counted = 0;
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const node = mesh.tets[4 * tet];
    if (mesh.points[3 * node + 2] < 10 - apex) continue;
    let along = 0;
    let trace = 0;
    for (let i = 0; i < 9; i++) {
      along += fibres[3 * tet + Math.floor(i / 3)] * sums[9 * node + i] * fibres[3 * tet + (i % 3)];
      if (i % 4 === 0) trace += sums[9 * node + i];
    }
    counted++;
    if (along < 0.25 * trace) leaps++;
  }
  t.true(leaps < 0.005 * counted, `${leaps} of ${counted} lie over 60° from the fibres about them`);
});

test('fibres whose helix is mirrored are doubted, sound ones and circular ones are not', (t) => {
  const doubtsOf = (endo: number, epi: number) =>
    doubtFibres({ ...mesh, fibres: ruleBasedFibres(mesh, fields, { endo, epi }) }, fields).map(({ code }) => code);
  t.deepEqual(doubtsOf(-60, 60), ['fibre-helix-reversed']);
  t.deepEqual(doubtsOf(80, -40), []);
  t.deepEqual(doubtsOf(0, 0), []);
});

test('the angle between fibres takes no account of their sign', (t) => {
  t.true(medianAngle_deg({ ...mesh, fibres: fibres.map((value) => -value) }, fibres) < 1e-5);
});
