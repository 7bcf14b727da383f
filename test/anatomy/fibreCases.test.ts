import test from 'ava';
import { fibreLeaps } from '../../scripts/real/anatomy/fibreLeaps.ts';
import { findBoundary } from '../../twin/anatomy/boundary.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { openLaplace } from '../../twin/anatomy/laplace.ts';
import { parametricFibres } from '../../twin/anatomy/parametricFibres.ts';
import { meshParametricHeart } from '../../twin/anatomy/parametricHeart.ts';
import { ruleBasedFibres } from '../../twin/anatomy/ruleBasedFibres.ts';
import { findWalls, WALL } from '../../twin/anatomy/walls.ts';
import { REGION, tetCount } from '../../twin/mesh/tetMesh.ts';
import { degrees, radians } from '../../twin/units.ts';
import { testHeart } from '../helpers/hearts.ts';

const HELIX = { endo: 60, epi: -60 };
/** Radii and height of a tube of muscle, mm. */
const [INNER, OUTER, HEIGHT] = [16, 28, 24];
/** Rims are bevelled by a mesh; fibres are compared and fields fixed away from them. */
const RIM_mm = 4;

const quantile = (values: number[], share: number) =>
  values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
const angle_deg = (a: ArrayLike<number>, b: ArrayLike<number>, at: number) =>
  degrees(Math.acos(Math.min(1, Math.abs(a[at] * b[at] + a[at + 1] * b[at + 1] + a[at + 2] * b[at + 2]))));

/** The rule in a tube, where its fields are known: φ_epi = ln(r/r₁)/ln(r₂/r₁), and the base lies in the direction of z. */
function tube(edge_mm: number) {
  const mesh = meshParametricHeart(
    {
      muscle: (x, y, z) => Math.max(INNER - Math.hypot(x, y), Math.hypot(x, y) - OUTER, -z, z - HEIGHT),
      bounds: { min: [-OUTER - 2, -OUTER - 2, -2], max: [OUTER + 2, OUTER + 2, HEIGHT + 2] },
      region: () => REGION.lv,
    },
    edge_mm,
  );
  const { points } = mesh;
  const boundary = [...new Set(findBoundary(mesh).triangles)];
  const radius = (node: number) => Math.hypot(points[3 * node], points[3 * node + 1]);
  const where = (distance: (node: number) => number) => boundary.filter((node) => Math.abs(distance(node)) < 0.05);
  const laplace = openLaplace(mesh);
  const lv = laplace.solve([
    { nodes: where((node) => radius(node) - INNER), value: 1 },
    { nodes: where((node) => radius(node) - OUTER), value: 0 },
  ]);
  const base = laplace.solve([
    { nodes: where((node) => points[3 * node + 2]), value: 0 },
    { nodes: where((node) => points[3 * node + 2] - HEIGHT), value: 1 },
  ]);
  const fields = { lv, rv: lv.map(() => 0), epi: lv.map((value) => 1 - value), base };
  const lvAxis = { baseCentre: [0, 0, HEIGHT], apex: [0, 0, 0], direction: [0, 0, 1], length_mm: HEIGHT } as const;
  const fibres = ruleBasedFibres(mesh, { ...fields, lvAxis }, HELIX);
  const depth = (r: number) => Math.log(r / INNER) / Math.log(OUTER / INNER);
  const errors: number[] = [];
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    let [x, y, z] = [0, 0, 0];
    for (const node of mesh.tets.subarray(4 * tet, 4 * tet + 4)) {
      x += points[3 * node] / 4;
      y += points[3 * node + 1] / 4;
      z += points[3 * node + 2] / 4;
    }
    if (z < RIM_mm || z > HEIGHT - RIM_mm) continue;
    const r = Math.hypot(x, y);
    const helix = radians(HELIX.endo + (HELIX.epi - HELIX.endo) * depth(r));
    const exact = [(-y / r) * Math.cos(helix), (x / r) * Math.cos(helix), Math.sin(helix)];
    errors.push(angle_deg(exact, fibres.subarray(3 * tet, 3 * tet + 3), 0));
  }
  const transmural: number[] = [];
  for (let node = 0; node < lv.length; node++) {
    const z = points[3 * node + 2];
    if (z >= RIM_mm && z <= HEIGHT - RIM_mm) transmural.push(Math.abs(1 - lv[node] - depth(radius(node))));
  }
  return { median: quantile(errors, 0.5), most: quantile(errors, 0.95), transmural: quantile(transmural, 0.95) };
}

test('in a tube of 12 mm wall fibres and depth converge to the exact ones, at least as fast as the edge', (t) => {
  const [coarse, middle, fine] = [4, 3, 2].map(tube);
  // The tetrahedra's own fibres are constant: at 120° in 12 mm, 2 mm edges leave some 20° from corner to corner.
  t.true(fine.median < 1 && fine.most < 2, `median ${fine.median}°, 95 % ${fine.most}° at 2 mm`);
  for (const key of ['median', 'most'] as const) {
    t.true(
      middle[key] < 0.85 * coarse[key] && fine[key] < 0.8 * middle[key],
      `${coarse[key]} ${middle[key]} ${fine[key]}`,
    );
    t.true(fine[key] < 0.55 * coarse[key], key);
  }
  t.true(
    fine.transmural < 0.01 && fine.transmural < 0.6 * coarse.transmural,
    `${coarse.transmural} ${fine.transmural}`,
  );
});

const { shape, mesh, surfaces } = testHeart(3);
const fields = solveHarmonicFields(mesh, surfaces);
const rule = ruleBasedFibres(mesh, fields, HELIX);

test('in an idealised heart the rule gives the fibres of the closed form, but for the depth being harmonic', (t) => {
  const exact = parametricFibres(shape, mesh, HELIX);
  const { walls } = findWalls(mesh, fields);
  const errors: number[][] = [[], [], []];
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const corners = mesh.tets.subarray(4 * tet, 4 * tet + 4);
    const z = mesh.points[3 * corners[0] + 2];
    const wall = walls[corners[0]];
    if (z < -50 || z > 15 || corners.some((node) => walls[node] !== wall)) continue;
    errors[wall].push(angle_deg(rule, exact, 3 * tet));
  }
  // A curved wall of these radii has φ_epi = 0.54 in its middle: 4° of 120°. The RV's wall is two edges thick.
  for (const [wall, median, most] of [
    [WALL.lvFree, 6, 20],
    [WALL.septum, 5, 12],
    [WALL.rvFree, 9, 30],
  ] as const) {
    const found = [quantile(errors[wall], 0.5), quantile(errors[wall], 0.95)];
    t.true(found[0] < median && found[1] < most, `wall ${wall}: median ${found[0]}°, 95 % ${found[1]}°`);
  }
});

test('no fibre flips inside a wall; where three walls meet and at the apex no more do than in the closed form', (t) => {
  const found = fibreLeaps(mesh, surfaces.base, fields, rule);
  const exact = fibreLeaps(mesh, surfaces.base, fields, parametricFibres(shape, mesh, HELIX));
  t.true(found.wall.pairs > 80_000);
  t.is(found.wall.share, 0);
  t.true(found.wall.most_deg < 45, `${found.wall.most_deg}°`);
  // 120° in 9 mm of wall turn fibres by some 8° from one 3 mm tetrahedron to the next.
  t.true(found.wall.median_deg < 1.1 * exact.wall.median_deg);
  t.true(
    found.insertions.share < 1.2 * exact.insertions.share,
    `${found.insertions.share} and ${exact.insertions.share}`,
  );
  t.true(found.apex.share < 0.02, `${found.apex.share}`);
});
