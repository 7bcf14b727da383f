import test from 'ava';
import { DEFAULT_ANATOMY } from '../../twin/anatomy/anatomy.ts';
import { findRims } from '../../twin/anatomy/boundary.ts';
import { heartOfSize } from '../../twin/anatomy/parametricHeart.ts';
import { findSurfaces } from '../../twin/anatomy/surfaces.ts';
import { openTriangleTree } from '../../twin/anatomy/triangleTree.ts';
import { TwinError } from '../../twin/errors.ts';
import { heartFromLabels, type LabelledHeart } from '../../twin/images/heartFromLabels.ts';
import type { Tissue } from '../../twin/images/labelImage.ts';
import { checkMesh } from '../../twin/mesh/checkMesh.ts';
import { boundaryTriangles } from '../../twin/mesh/faces.ts';
import { dihedralSpread } from '../../twin/mesh/quality.ts';
import { REGION } from '../../twin/mesh/tetMesh.ts';
import { tetVolumes } from '../../twin/mesh/volume.ts';
import { fourChamberMap, healthyHeart, shortAxisMap, ventricleMap } from '../helpers/labelMaps.ts';
import { eulerNumber } from '../helpers/shapes.ts';

const heart = healthyHeart();
const ventricles = heartFromLabels(ventricleMap(heart, 1.75), { edge_mm: 2.3 });
const shortAxis = heartFromLabels(shortAxisMap(heart, [1.5, 1.5, 8], 2), { edge_mm: 2.6 });
const four = heartFromLabels(fourChamberMap(heart, 2), { edge_mm: 2.6 });

const rims = ({ ventricles: { points }, surfaces }: LabelledHeart, name: keyof LabelledHeart['surfaces']) =>
  findRims(points, surfaces[name]).filter(({ length_mm }) => length_mm > 10).length;

/** Share of triangles that two sets have in common. */
function overlap(a: Uint32Array, b: Uint32Array): number {
  const key = (triangles: Uint32Array, at: number) => [...triangles.subarray(at, at + 3)].sort((x, y) => x - y).join();
  const keys = new Set<string>();
  for (let at = 0; at < a.length; at += 3) keys.add(key(a, at));
  let common = 0;
  for (let at = 0; at < b.length; at += 3) if (keys.has(key(b, at))) common++;
  return (6 * common) / (a.length + b.length);
}

/** Median distance from the nodes of a surface to another, mm. */
function medianGap(points: Float64Array, from: Uint32Array, to: Uint32Array): number {
  const tree = openTriangleTree(points, to);
  const gaps = [...new Set(from)]
    .map((node) => tree.distanceFrom(points[3 * node], points[3 * node + 1], points[3 * node + 2]))
    .sort((a, b) => a - b);
  return gaps[gaps.length >> 1];
}

for (const [name, { report, ventricles: mesh }] of Object.entries({ ventricles, shortAxis, four })) {
  test(`${name}: every labelled tissue has its volume within 1 %, and no dihedral angle is below 8°`, (t) => {
    for (const { tissue, error_percent, isGrown } of report) {
      if (!isGrown) t.true(Math.abs(error_percent) < 1, `${tissue} ${error_percent} %`);
    }
    t.true(dihedralSpread(mesh).least >= 8);
    t.true(tetVolumes(mesh).every((volume) => volume > 0));
  });
}

test('the mesh passes all gates as it is, so that surfaces keep their nodes', (t) => {
  for (const { ventricles: raw } of [ventricles, shortAxis, four]) {
    const { mesh, findings } = checkMesh(raw, { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] }, name: 'map' });
    t.deepEqual(
      findings.filter(({ severity }) => severity === 'repaired'),
      [],
    );
    t.is(mesh.points.length, raw.points.length);
    t.is(mesh.tets.length, raw.tets.length);
  }
});

test('surfaces cover the boundary once, and each endocardium opens in one rim without atria', (t) => {
  for (const found of [ventricles, shortAxis]) {
    const { surfaces, ventricles: raw } = found;
    const count = Object.values(surfaces).reduce((sum, triangles) => sum + triangles.length, 0);
    t.is(count, boundaryTriangles(raw.tets, raw.points.length / 3).length);
    t.is(rims(found, 'lvEndo'), 1);
    t.is(rims(found, 'rvEndo'), 1);
    t.is(rims(found, 'epi'), 1);
    t.is(rims(found, 'base'), 3);
  }
});

test('muscle is one body without holes: walls grown to 2 mm stay closed at edges of 3 mm', (t) => {
  const small = heartOfSize({ lvMass_g: 90, lvEdv_mL: 120, rvWall_mm: 2 });
  const thin = heartFromLabels(shortAxisMap(small, [2, 2, 8]), { edge_mm: 3, rvWall_mm: 2 });
  for (const [{ ventricles: raw }, euler] of [
    [thin, 2],
    [ventricles, 2],
    [shortAxis, 2],
    [four, 0],
  ] as const) {
    const boundary = boundaryTriangles(raw.tets, raw.points.length / 3);
    t.deepEqual(findRims(raw.points, boundary), [], 'every edge of the boundary joins two triangles');
    t.is(eulerNumber(boundary), euler, 'a ball, or a ring where the RV has two valves');
  }
});

test('surfaces found by rays are those of the labels', (t) => {
  for (const found of [shortAxis, four]) {
    const { mesh } = checkMesh(found.ventricles, { ...DEFAULT_ANATOMY, regions: { lv: [1], rv: [2] }, name: 'map' });
    const { surfaces } = findSurfaces(mesh);
    for (const name of ['lvEndo', 'rvEndo', 'epi'] as const) {
      const dice = overlap(found.surfaces[name], surfaces[name]);
      t.true(dice > 0.99, `${name} ${dice}`);
    }
    t.true(overlap(found.surfaces.base, surfaces.base) > 0.9);
  }
});

test('an RV wall is grown 3 mm thick where a map labels only blood, and said to be', (t) => {
  const { surfaces, ventricles: raw, findings } = shortAxis;
  const gap = medianGap(
    raw.points,
    surfaces.rvEndo.filter((_, at) => isRvFree(shortAxis, Math.floor(at / 3))),
    surfaces.epi,
  );
  t.true(Math.abs(gap - 3) < 0.25, `${gap} mm`);
  t.true(findings.some(({ code }) => code === 'walls-grown'));
  const grown = shortAxis.report.find(({ tissue }) => tissue === 'rvMuscle');
  t.true(grown?.isGrown);
});

/** Whether the muscle behind a triangle of the RV's endocardium lies far from the LV's blood: no septum. */
function isRvFree({ surfaces, ventricles: { points } }: LabelledHeart, triangle: number): boolean {
  const node = 3 * surfaces.rvEndo[3 * triangle];
  return heart.lvEndo(points[node], points[node + 1], points[node + 2]) > 15;
}

test('a thicker wall is grown where the study says so', (t) => {
  const thick = heartFromLabels(shortAxisMap(heart, [2, 2, 8]), { edge_mm: 3, rvWall_mm: 5 });
  const gap = medianGap(
    thick.ventricles.points,
    thick.surfaces.rvEndo.filter((_, at) => isRvFree(thick, Math.floor(at / 3))),
    thick.surfaces.epi,
  );
  t.true(Math.abs(gap - 5) < 0.4, `${gap} mm`);
});

test('a stack ends at a plane where LV muscle lies all around, and slices beyond it are left out', (t) => {
  const { plane, toBase, findings, ventricles: raw } = shortAxis;
  t.true(plane !== undefined && Math.abs(plane.height - heart.dimensions.base) < 0.01, `${plane?.height} mm`);
  t.deepEqual(toBase.map(Math.round), [0, 0, 1]);
  t.true(findings.some(({ code, count }) => code === 'slices-beyond-base' && count === 2));
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 2; at < raw.points.length; at += 3) highest = Math.max(highest, raw.points[at]);
  t.true(highest < heart.dimensions.base + 0.3 * 2.6, `${highest} mm`);
});

test('four chambers are two meshes: ventricles and atria without a shared node', (t) => {
  const { atria } = four;
  t.truthy(atria);
  const tags = new Set(atria?.raw.tags);
  t.deepEqual([...tags].sort(), [REGION.lv, REGION.rv], 'both atria');
  t.deepEqual([...new Set(four.ventricles.tags)].sort(), [REGION.lv, REGION.rv]);
  t.is(rims(four, 'rvEndo'), 2, 'tricuspid and pulmonary');
});

test('valves stand where blood of two chambers touches, looking out of the ventricle', (t) => {
  const { valves } = four;
  t.deepEqual(Object.keys(valves).sort(), ['aortic', 'mitral', 'pulmonary', 'tricuspid']);
  for (const valve of Object.values(valves)) {
    t.true(valve.normal[2] > 0.99);
    t.true(Math.abs(valve.centre[2] - heart.dimensions.base) < 2);
    t.true(valve.area_mm2 > 200 && valve.area_mm2 < 1000);
  }
});

test('blood comes as closed surfaces of the volumes in the map', (t) => {
  for (const { blood, cavities } of [ventricles, shortAxis, four]) {
    for (const { triangles } of blood) t.deepEqual(findRims(new Float64Array(3 * triangles.length), triangles), []);
    for (const { map_mL, mesh_mL } of Object.values(cavities)) t.true(Math.abs(mesh_mL / map_mL - 1) < 0.01);
  }
  t.is(four.blood.length, 6);
});

test('an atrial wall between the LA and the aorta is taken from the aorta', (t) => {
  const laTets = four.atria?.raw.tags?.filter((tag) => tag === REGION.lv).length ?? 0;
  t.true(laTets > 0);
  const surface = four.atria
    ? boundaryTriangles(four.atria.raw.tets, four.atria.raw.points.length / 3)
    : new Uint32Array();
  t.deepEqual(
    findRims(four.atria?.raw.points ?? new Float64Array(), surface).filter(({ length_mm }) => length_mm > 10),
    [],
  );
});

test('the RV stays open where its blood ends below the base plane', (t) => {
  const map = shortAxisMap(heart, [2, 2, 8]);
  const [ni, nj, nk] = map.size;
  const rvBlood = map.tissues.indexOf('rvBlood') + 1;
  const low = {
    ...map,
    voxels: map.voxels.map((code, at) => (code === rvBlood && at >= ni * nj * (nk - 3) ? 0 : code)),
  };
  const found = heartFromLabels(low, { edge_mm: 3 });
  t.is(rims(found, 'rvEndo'), 1);
  t.true(found.findings.some(({ code }) => code === 'walls-grown'));
});

test('scar keeps its place and its tag', (t) => {
  const map = ventricleMap(heart, 2);
  const tissues: Tissue[] = [...map.tissues, 'scar'];
  const [ni, nj] = map.size;
  const voxels = map.voxels.map((code, at) => {
    const i = at % ni;
    const j = Math.floor(at / ni) % nj;
    const k = Math.floor(at / (ni * nj));
    const x = map.affine[3] + 2 * i;
    const z = map.affine[11] + 2 * k;
    return code === 1 && x > 15 && Math.abs(z) < 12 && Math.abs(map.affine[7] + 2 * j) < 14 ? tissues.length : code;
  });
  const { ventricles: raw, report } = heartFromLabels({ ...map, tissues, voxels }, { edge_mm: 2.6 });
  const scar = report.find(({ tissue }) => tissue === 'scar');
  t.true(Math.abs(scar?.error_percent ?? 100) < 3, `${scar?.error_percent} %`);
  t.true(raw.tags?.includes(REGION.scar));
});

test('labelled papillary muscles are blood, or muscle where the study says so', (t) => {
  const map = ventricleMap(heart, 3);
  const tissues: Tissue[] = [...map.tissues, 'papillary'];
  const [ni, nj] = map.size;
  const voxels = map.voxels.map((code, at) => {
    const x = map.affine[3] + 3 * (at % ni);
    const y = map.affine[7] + 3 * (Math.floor(at / ni) % nj);
    const z = map.affine[11] + 3 * Math.floor(at / (ni * nj));
    return code === 2 && Math.hypot(x - 16, y) < 6 && Math.abs(z) < 15 ? tissues.length : code;
  });
  const volume = (papillary: 'blood' | 'muscle') =>
    heartFromLabels({ ...map, tissues, voxels }, { edge_mm: 5, papillary }).cavities.lv?.map_mL ?? 0;
  const difference = volume('blood') - volume('muscle');
  const count = voxels.filter((code) => code === tissues.length).length;
  t.true(Math.abs(difference - (count * 27) / 1000) < 1e-6);
});

test('a map without what a heart needs is refused in words', (t) => {
  const map = ventricleMap(heart, 4);
  const without = (tissue: Tissue) => ({
    ...map,
    tissues: map.tissues.filter((other) => other !== tissue),
    voxels: map.voxels.map((code) => {
      const at = map.tissues.indexOf(tissue) + 1;
      return code === at ? 0 : code > at ? code - 1 : code;
    }),
  });
  for (const tissue of ['lvMuscle', 'lvBlood', 'rvBlood'] as const) {
    t.throws(() => heartFromLabels(without(tissue)), { instanceOf: TwinError, message: new RegExp(`no ${tissue}`) });
  }
  const stack = shortAxisMap(heart, [3, 3, 10]);
  const torn = { ...stack, voxels: stack.voxels.map((code, at) => (code === 1 && at % stack.size[0] > 30 ? 0 : code)) };
  t.throws(() => heartFromLabels(torn), { instanceOf: TwinError, message: /all around/ });
});

test('the same map gives the same bytes', (t) => {
  const map = shortAxisMap(heart, [3, 3, 10]);
  t.deepEqual(heartFromLabels(map, { edge_mm: 4 }), heartFromLabels(map, { edge_mm: 4 }));
});
