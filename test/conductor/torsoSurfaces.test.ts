import test from 'ava';
import type { Point } from '../../twin/anatomy/anatomy.ts';
import { triangleNeighbours } from '../../twin/anatomy/boundary.ts';
import { bloodPools } from '../../twin/conductor/bloodPools.ts';
import { torsoAround } from '../../twin/conductor/torsoAround.ts';
import { capOpenings } from '../../twin/conductor/torsoCaps.ts';
import { checkTorso, torsoFromSurfaces } from '../../twin/conductor/torsoFromSurfaces.ts';
import { closeSurface } from '../../twin/conductor/torsoGates.ts';
import type { TriangleSurface } from '../../twin/conductor/torsoModel.ts';
import { isInside, surfaceVolume_mm3, windingNumber } from '../../twin/conductor/torsoSurface.ts';
import { TwinError } from '../../twin/errors.ts';
import { writeStl } from '../../twin/formats/stl.ts';
import { readSurface } from '../../twin/formats/surface.ts';
import type { RawSurface } from '../../twin/formats/surfaceFormat.ts';
import { enclosedVolume_mL } from '../../twin/metrics/cavityVolume.ts';
import { testHeart } from '../helpers/hearts.ts';

/** A cube of an edge, outward. */
function cube(edge: number, [x, y, z]: Point = [0, 0, 0]): TriangleSurface {
  const points = Float64Array.from(
    Array.from({ length: 8 }, (_, i) => [x + (i & 1) * edge, y + ((i >> 1) & 1) * edge, z + (i >> 2) * edge]).flat(),
  );
  const quads = [0, 2, 3, 1, 4, 5, 7, 6, 0, 1, 5, 4, 2, 6, 7, 3, 0, 4, 6, 2, 1, 3, 7, 5];
  const triangles = quads.flatMap((_, at) =>
    at % 4 ? [] : [quads[at], quads[at + 1], quads[at + 2], quads[at], quads[at + 2], quads[at + 3]],
  );
  return { points, triangles: Uint32Array.from(triangles) };
}
const raw = ({ points, triangles }: TriangleSurface): RawSurface => ({ points, triangles, unit: undefined });
const together = (...parts: TriangleSurface[]): TriangleSurface => {
  const points: number[] = [];
  const triangles: number[] = [];
  for (const part of parts) {
    for (const node of part.triangles) triangles.push(node + points.length / 3);
    points.push(...part.points);
  }
  return { points: Float64Array.from(points), triangles: Uint32Array.from(triangles) };
};
const without = ({ points, triangles }: TriangleSurface, ...dropped: number[]): TriangleSurface => ({
  points,
  triangles: triangles.filter((_, at) => !dropped.includes(Math.floor(at / 3))),
});
const openEdges = ({ triangles }: TriangleSurface) =>
  triangleNeighbours(triangles).reduce((open, other, edge) => open + (other === Math.floor(edge / 3) ? 1 : 0), 0);
const close = (surface: TriangleSurface) => closeSurface(raw(surface), { name: 'skin.obj', mmPerUnit: 1 });
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

const heart = testHeart();
const placed = torsoAround(heart, { sex: 'male', height_cm: 178, weight_kg: 80 });

test('a cube of 10 mm holds 1000 mm³, winds once about its middle and not about what is outside', (t) => {
  t.true(Math.abs(surfaceVolume_mm3(cube(10)) - 1000) < 1e-9);
  t.true(Math.abs(windingNumber(cube(10), 5, 5, 5) - 1) < 1e-12);
  t.true(Math.abs(windingNumber(cube(10), 15, 5, 5)) < 1e-12);
});

test('a healthy surface passes unchanged', (t) => {
  const { parts, findings } = close(cube(300));
  t.deepEqual(findings, []);
  t.deepEqual(parts, [cube(300)]);
});

test('a skin written as STL, whose triangles share no nodes, comes back closed and with its volume', (t) => {
  const { skin } = placed.torso;
  const { parts, findings } = closeSurface(readSurface('skin.stl', writeStl(skin.points, skin.triangles)), {
    name: 'skin.stl',
    mmPerUnit: 1,
  });
  t.deepEqual(findings, []);
  t.is(parts.length, 1);
  t.is(parts[0].points.length, skin.points.length);
  t.is(openEdges(parts[0]), 0);
  t.true(Math.abs(surfaceVolume_mm3(parts[0]) / surfaceVolume_mm3(skin) - 1) < 1e-6);
});

test('triangles that face the other way are turned, and an inward surface faces outwards', (t) => {
  const { points, triangles } = cube(300);
  const some = triangles.slice();
  for (const at of [3, 12]) [some[at], some[at + 1]] = [some[at + 1], some[at]];
  const mended = close({ points, triangles: some });
  t.deepEqual(codes(mended.findings), ['triangles-turned']);
  t.is(mended.findings[0].count, 2);
  t.true(Math.abs(surfaceVolume_mm3(mended.parts[0]) - 2.7e7) < 1e-3);
  const inward = close({ points, triangles: triangles.slice().reverse() });
  t.true(Math.abs(surfaceVolume_mm3(inward.parts[0]) - 2.7e7) < 1e-3);
});

test('openings are closed and told of with the lengths of their edges', (t) => {
  const { parts, findings } = close(without(cube(300), 0, 1));
  t.deepEqual(codes(findings), ['surface-capped']);
  t.regex(findings[0].message, /1200 mm/);
  t.is(openEdges(parts[0]), 0);
  t.true(Math.abs(surfaceVolume_mm3(parts[0]) - 2.7e7) < 1e-3);
});

test('two openings that meet in a node are closed one by one', (t) => {
  const capped = capOpenings(without(cube(300), 0, 5));
  t.is(openEdges(capped), 0);
  t.true(capped.openings_mm.length >= 1);
});

test('triangles standing twice and corners in one place are dropped', (t) => {
  const { points, triangles } = cube(300);
  const doubled = close({ points, triangles: Uint32Array.from([...triangles, 0, 2, 3, 5, 5, 1]) });
  t.deepEqual(codes(doubled.findings), ['triangles-dropped']);
  t.is(doubled.findings[0].count, 2);
});

test('walls that meet in an edge, torn surfaces and Möbius bands are refused with a count and a place', (t) => {
  const { points, triangles } = cube(300);
  const wall = {
    points: Float64Array.from([...points, 50, 50, 400]),
    triangles: Uint32Array.from([...triangles, 0, 1, 8]),
  };
  t.throws(() => close(wall), { instanceOf: TwinError, message: /1 edges belong to three.*\(0\.0, 0\.0, 0\.0\) mm/ });
  const torn = together(...Array.from({ length: 9 }, (_, at) => without(cube(300, [400 * at, 0, 0]), 0)));
  t.throws(() => close(torn), { message: /9 openings, the first at/ });
  const band = Array.from({ length: 5 }, (_, i) => {
    const [a, b, c, d] = [2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 3];
    return i < 4 ? [a, b, c, c, b, d] : [a, b, 1, 1, b, 0];
  }).flat();
  const places = Array.from({ length: 5 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 5;
    return [0, 1].flatMap((side) => {
      const out = 100 + (side - 0.5) * 20 * Math.cos(angle / 2);
      return [out * Math.cos(angle), out * Math.sin(angle), (side - 0.5) * 20 * Math.sin(angle / 2)];
    });
  }).flat();
  t.throws(() => close({ points: Float64Array.from(places), triangles: Uint32Array.from(band) }), {
    message: /Möbius/,
  });
});

test('a torso in centimetres is found to be one, one in no unit is refused', (t) => {
  const skin = { name: 'skin.obj', raw: raw(cube(40)) };
  const torso = torsoFromSurfaces({ skin });
  t.true(Math.abs(surfaceVolume_mm3(torso.skin) - 6.4e7) < 1);
  t.is(torso.origin, 'file');
  t.throws(() => torsoFromSurfaces({ skin: { name: 'skin.obj', raw: raw(cube(15)) } }), { message: /in no unit/ });
  t.throws(() => torsoFromSurfaces({ skin, unit: 'mm' }), { message: /40 mm long; expected 250/ });
});

test('both lungs of one file become two, and further surfaces of the skin file are told of', (t) => {
  const torso = torsoFromSurfaces({
    skin: { name: 'skin.obj', raw: raw(together(cube(400), cube(50, [10, 10, 10]))) },
    lungs: [{ name: 'lungs.obj', raw: raw(together(cube(90, [20, 100, 100]), cube(100, [250, 100, 100]))) }],
  });
  t.deepEqual(
    torso.lungs.map((lung) => Math.round(surfaceVolume_mm3(lung))),
    [1000000, 729000],
  );
  t.deepEqual(codes(torso.findings), ['skin-in-parts']);
});

test('lungs outside the skin are refused', (t) => {
  const files = {
    skin: { name: 'skin.obj', raw: raw(cube(400)) },
    lungs: [{ name: 'lungs.obj', raw: raw(cube(100, [390, 100, 100])) }],
  };
  t.throws(() => torsoFromSurfaces(files), { message: /lungs\.obj: 4 of 8 nodes looked at lie outside the skin/ });
});

test('a heart and electrodes in their torso pass, moved ones are refused with their distance', (t) => {
  const { skin } = placed.torso;
  const { electrodes, findings } = checkTorso(placed.torso, heart.mesh.points, placed.electrodes);
  t.deepEqual(findings, []);
  t.true(Math.hypot(...[0, 1, 2].map((axis) => electrodes.V4[axis] - placed.electrodes.V4[axis])) < 1e-6);
  const away = heart.mesh.points.map((value) => value + 300);
  t.throws(() => checkTorso({ skin, lungs: [] }, away, placed.electrodes), {
    message: /does not lie inside the torso's skin/,
  });
  const [x, y, z] = placed.electrodes.V2;
  t.throws(
    () => checkTorso({ skin, lungs: [] }, heart.mesh.points, { ...placed.electrodes, V2: [3 * x, 3 * y, 3 * z] }),
    {
      message: /electrode V2 is \d+ mm/,
    },
  );
});

test('lungs drawn over the heart are told of', (t) => {
  const { findings } = checkTorso(
    { skin: placed.torso.skin, lungs: [cube(60, [-10, -30, -50])] },
    heart.mesh.points,
    placed.electrodes,
  );
  t.deepEqual(codes(findings), ['heart-in-lungs']);
});

test("blood pools are closed, outward, and hold the cavities' volumes", (t) => {
  const { mesh, surfaces } = heart;
  const [lv, rv] = bloodPools(mesh.points, surfaces);
  for (const [pool, endo] of [[lv, surfaces.lvEndo] as const, [rv, surfaces.rvEndo] as const]) {
    t.is(openEdges(pool), 0);
    t.true(Math.abs(surfaceVolume_mm3(pool) / 1000 / enclosedVolume_mL(mesh.points, endo) - 1) < 1e-9);
  }
});

test('an RV with two openings gets two caps', (t) => {
  const { mesh, surfaces } = heart;
  const opened = surfaces.rvEndo.slice(300);
  const [, whole] = bloodPools(mesh.points, surfaces);
  const [, rv] = bloodPools(mesh.points, { ...surfaces, rvEndo: opened });
  t.is(openEdges(rv), 0);
  t.true(surfaceVolume_mm3(rv) > 0.8 * surfaceVolume_mm3(whole));
});

test('muscle lies outside the blood and inside the skin', (t) => {
  const { points, tets } = heart.mesh;
  for (let tet = 0; tet < tets.length / 4; tet += 97) {
    const middle = [0, 1, 2].map((axis) =>
      [0, 1, 2, 3].reduce((sum, i) => sum + points[3 * tets[4 * tet + i] + axis] / 4, 0),
    );
    const [x, y, z] = middle;
    t.true(isInside(placed.torso.skin, x, y, z));
    for (const pool of placed.torso.blood) t.false(isInside(pool, x, y, z));
  }
});
