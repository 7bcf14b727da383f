import test from 'ava';
import { consistentCoordinates } from '../../twin/anatomy/consistentCoordinates.ts';
import { ventricularCoordinates } from '../../twin/anatomy/coordinates.ts';
import { ellipsoidDistance } from '../../twin/anatomy/ellipsoid.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { findWalls, WALL } from '../../twin/anatomy/walls.ts';
import { locateTet, openLocator } from '../../twin/eikonal/locate.ts';
import { shapeGradients } from '../../twin/mesh/shapeGradients.ts';
import { nodeCount, tetCount } from '../../twin/mesh/tetMesh.ts';
import { degrees } from '../../twin/units.ts';
import { testHeart } from '../helpers/hearts.ts';
import { obliqueRotation, permutation, renumberMesh, rotateVectors } from '../helpers/meshes.ts';

const EDGE_mm = 4;
const { shape, mesh, surfaces } = testHeart(EDGE_mm);
const fields = solveHarmonicFields(mesh, surfaces);
const { walls, border } = findWalls(mesh, fields);
const found = consistentCoordinates(mesh, surfaces, fields);
if (found === undefined) throw new Error('an idealised heart has a septum');
const { apicobasal, rotational } = found;
const nodes = [...Array(nodeCount(mesh)).keys()];
const place = (node: number) => [...mesh.points.subarray(3 * node, 3 * node + 3)];
/** The way round from one angle to another, radians. */
const turn = (from: number, to: number) => to - from - 2 * Math.PI * Math.round((to - from) / (2 * Math.PI));
const quantile = (values: number[], share: number) =>
  values.sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
/** Well above the pole and below the bevel of the base. */
const isMiddle = (node: number) => place(node)[2] > -40 && place(node)[2] < 10;

/** Angle about the LV's axis, from the RV on, at which the RV's cavity ends on the LV's outside at a height. */
function insertion(z: number): number {
  const { lvShort, lvLong, lvWall, rvAxes, rvCentreX } = shape.dimensions;
  const outside = (angle: number) => {
    let [low, high] = [0, 200];
    for (let step = 0; step < 50; step++) {
      const r = (low + high) / 2;
      const isInside =
        ellipsoidDistance(lvShort, lvShort, lvLong, r * Math.cos(angle), r * Math.sin(angle), z) < lvWall;
      [low, high] = isInside ? [r, high] : [low, r];
    }
    return ellipsoidDistance(...rvAxes, -low * Math.cos(angle) - rvCentreX, low * Math.sin(angle), z);
  };
  let [low, high] = [0, Math.PI];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    [low, high] = outside(middle) < 0 ? [middle, high] : [low, middle];
  }
  return low;
}

test('the septum lies between insertions at which the rotation is 60° in front and −60° behind', (t) => {
  const angle = (n: number) => Math.atan2(-place(n)[1], -place(n)[0]);
  const errors = nodes
    .filter((n) => walls[n] === WALL.septum && isMiddle(n))
    .map((n) => Math.abs(degrees(rotational[n]) - (60 * angle(n)) / insertion(place(n)[2])));
  // Along 47 mm of septum 4 mm edges are 10°, and the border may be half an edge off.
  t.true(errors.length > 500);
  t.true(quantile(errors, 0.5) < 3, `median ${quantile(errors, 0.5)}°`);
  t.true(quantile(errors, 0.95) < 9, `95 % below ${quantile(errors, 0.95)}°`);
  for (const n of border) t.true(Math.abs(Math.abs(degrees(rotational[n])) - 60) < 1e-9);
});

test("the LV's free wall has the rest of the circle, in proportion to the angle about its axis", (t) => {
  const errors = nodes
    .filter((n) => walls[n] === WALL.lvFree && isMiddle(n))
    .map((n) => {
      const [x, y, z] = place(n);
      const from = Math.atan2(-y, x);
      const expected = 180 - (120 * from) / (Math.PI - insertion(z));
      return Math.abs(degrees(turn((expected * Math.PI) / 180, rotational[n])));
    });
  // Towards the pole the free wall closes around the septum's tip, and a harmonic field is not quite proportional to the angle.
  t.true(quantile(errors, 0.5) < 5, `median ${quantile(errors, 0.5)}°`);
  t.true(quantile(errors, 0.95) < 10, `95 % below ${quantile(errors, 0.95)}°`);
});

test("both free walls are ±180° opposite the septum, positive in front, the RV's too", (t) => {
  for (const wall of [WALL.lvFree, WALL.rvFree]) {
    const own = nodes.filter((n) => walls[n] === wall && isMiddle(n));
    const opposite = own.filter((n) => Math.abs(place(n)[1]) < 1);
    t.true(opposite.length > 20);
    t.true(opposite.every((n) => Math.abs(degrees(turn(rotational[n], Math.PI))) < 7));
    t.true(own.filter((n) => place(n)[1] < -6).every((n) => rotational[n] > 0));
    t.true(own.filter((n) => place(n)[1] > 6).every((n) => rotational[n] < 0));
  }
});

test('no edge leaps, at the insertions neither', (t) => {
  let most = 0;
  for (let at = 0; at < mesh.tets.length; at++) {
    const from = mesh.tets[at];
    const to = mesh.tets[(at & ~3) + ((at + 1) & 3)];
    if (apicobasal[from] < 0.15 || apicobasal[to] < 0.15) continue;
    most = Math.max(most, Math.abs(degrees(turn(rotational[from], rotational[to]))));
  }
  t.true(most < 30, `${most}°`);
});

test('in each wall a place is told by its coordinates: they turn nowhere from a right-handed frame to a left-handed one', (t) => {
  const volume = new Float64Array(3);
  const turned = new Float64Array(3);
  const shapes = new Float64Array(12);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const corners = [...mesh.tets.subarray(4 * tet, 4 * tet + 4)];
    const wall = walls[corners[0]];
    if (corners.some((n) => walls[n] !== wall)) continue;
    const size = shapeGradients(mesh, tet, shapes);
    const gradient = (value: (node: number) => number) =>
      [0, 1, 2].map((axis) => corners.reduce((sum, n, corner) => sum + value(n) * shapes[3 * corner + axis], 0));
    const across = wall === WALL.rvFree ? fields.rv : fields.lv;
    const [r, a, m] = [
      gradient((n) => turn(rotational[corners[0]], rotational[n])),
      gradient((n) => apicobasal[n]),
      gradient((n) => -across[n]),
    ];
    const triple =
      m[0] * (r[1] * a[2] - r[2] * a[1]) + m[1] * (r[2] * a[0] - r[0] * a[2]) + m[2] * (r[0] * a[1] - r[1] * a[0]);
    volume[wall] += size;
    // Seen from outside the RV, its rotation runs the other way.
    if (wall === WALL.rvFree ? triple > 0 : triple < 0) turned[wall] += size;
  }
  for (const wall of Object.values(WALL)) t.true(turned[wall] < 0.005 * volume[wall], `${turned[wall] / volume[wall]}`);
});

test('apicobasal is the share of the way from the pole on the groove to the base', (t) => {
  t.true([...surfaces.base].every((n) => apicobasal[n] === 1));
  const pole = nodes.filter((n) => apicobasal[n] === 0);
  const { lvLong, lvWall } = shape.dimensions;
  t.true(pole.length > 2);
  t.true(pole.every((n) => Math.abs(place(n)[1]) < 6 && place(n)[0] < 0 && place(n)[2] < -0.75 * (lvLong + lvWall)));
  // In mid-septum the way down to the pole and the way up to the base lie on one ellipse.
  const septum = nodes.filter((n) => walls[n] === WALL.septum && isMiddle(n) && Math.abs(place(n)[1]) < 5);
  const top = shape.dimensions.base;
  const bottom = pole.reduce((sum, n) => sum + place(n)[2] / pole.length, 0);
  const short = shape.dimensions.lvShort + lvWall / 2;
  const long = lvLong + lvWall / 2;
  const arc = (from: number, to: number) => {
    let length = 0;
    const step = (to - from) / 200;
    const x = (z: number) => short * Math.sqrt(Math.max(0, 1 - (z / long) ** 2));
    for (let i = 0; i < 200; i++) length += Math.hypot(step, x(from + (i + 1) * step) - x(from + i * step));
    return length;
  };
  const errors = septum.map((n) => Math.abs(apicobasal[n] - arc(bottom, place(n)[2]) / arc(bottom, top)));
  t.true(quantile(errors, 0.9) < 0.06, `${quantile(errors, 0.9)}`);
});

test('coordinates do not know how a heart lies or is numbered', (t) => {
  const order = permutation(nodes.length, 5);
  const other = renumberMesh({ ...mesh, points: rotateVectors(mesh.points, obliqueRotation(0.7)) }, order);
  const map = (triangles: Uint32Array) => triangles.map((n) => order[n]);
  const renamed = {
    lvEndo: map(surfaces.lvEndo),
    rvEndo: map(surfaces.rvEndo),
    epi: map(surfaces.epi),
    base: map(surfaces.base),
  };
  const again = consistentCoordinates(other, renamed, solveHarmonicFields(other, renamed));
  t.truthy(again);
  if (again === undefined) return;
  const leaps = nodes.map((n) => Math.abs(degrees(turn(rotational[n], again.rotational[order[n]]))));
  t.true(quantile(leaps, 0.99) < 1, `${quantile(leaps, 0.99)}°`);
  t.true(
    quantile(
      nodes.map((n) => Math.abs(apicobasal[n] - again.apicobasal[order[n]])),
      0.99,
    ) < 0.01,
  );
});

test('another mesh of the same heart has the same coordinates at the same places', (t) => {
  const other = testHeart(5);
  const coarse = consistentCoordinates(other.mesh, other.surfaces, solveHarmonicFields(other.mesh, other.surfaces));
  t.truthy(coarse);
  if (coarse === undefined) return;
  const locator = openLocator(mesh);
  const weights = new Float64Array(4);
  const turns: number[] = [];
  const heights: number[] = [];
  for (let node = 0; node < nodeCount(other.mesh); node++) {
    const [x, y, z] = other.mesh.points.subarray(3 * node, 3 * node + 3);
    const tet = locateTet(locator, x, y, z, weights);
    if (tet < 0 || coarse.apicobasal[node] < 0.15) continue;
    const corners = mesh.tets.subarray(4 * tet, 4 * tet + 4);
    const mean = (value: (node: number) => number) => corners.reduce((sum, n, at) => sum + weights[at] * value(n), 0);
    const angle = Math.atan2(
      mean((n) => Math.sin(rotational[n])),
      mean((n) => Math.cos(rotational[n])),
    );
    turns.push(Math.abs(degrees(turn(coarse.rotational[node], angle))));
    heights.push(Math.abs(coarse.apicobasal[node] - mean((n) => apicobasal[n])));
  }
  t.true(turns.length > 1500);
  t.true(quantile(turns, 0.5) < 2.5 && quantile(turns, 0.95) < 7, `${quantile(turns, 0.5)}° ${quantile(turns, 0.95)}°`);
  t.true(quantile(heights, 0.95) < 0.03, `${quantile(heights, 0.95)}`);
});

test('a heart whose RV nowhere leaves the LV has none of these coordinates', (t) => {
  const lv = { ...fields, epi: fields.epi.map(() => 1), rv: fields.rv.map(() => 0), lv: fields.lv.map(() => 0) };
  t.is(consistentCoordinates(mesh, surfaces, lv), undefined);
});

test('the rotation about the LV’s axis and the consistent one agree in which way round they run', (t) => {
  const plain = ventricularCoordinates(mesh, surfaces, fields, mesh.regions).rotational;
  const lv = nodes.filter((n) => walls[n] === WALL.lvFree && isMiddle(n));
  t.true(lv.every((n) => Math.abs(degrees(turn(plain[n], rotational[n]))) < 45));
});
