import test from 'ava';
import { ventricularCoordinates } from '../../twin/anatomy/coordinates.ts';
import { solveHarmonicFields } from '../../twin/anatomy/harmonicFields.ts';
import { splitVentricles } from '../../twin/anatomy/regions.ts';
import { nodeCount, REGION } from '../../twin/mesh/tetMesh.ts';
import { tetVolumes } from '../../twin/mesh/volume.ts';
import { testHeart } from '../helpers/hearts.ts';
import { permutation, renumberMesh } from '../helpers/meshes.ts';

const { shape, mesh, surfaces } = testHeart();
const fields = solveHarmonicFields(mesh, surfaces);
const { apicobasal, transmural, rotational, transventricular } = ventricularCoordinates(
  mesh,
  surfaces,
  fields,
  mesh.regions,
);
const nodes = [...Array(nodeCount(mesh)).keys()];
const place = (node: number) => [...mesh.points.subarray(3 * node, 3 * node + 3)];
/** Away from the RV and from the rounded apex and base. */
const freeWall = nodes.filter((node) => place(node)[0] > 8 && place(node)[2] > -35 && place(node)[2] < 10);

test('the three fields of walls sum to one everywhere', (t) => {
  t.true(nodes.every((n) => Math.abs(fields.lv[n] + fields.rv[n] + fields.epi[n] - 1) < 1e-9));
});

test("the long axis of an idealised LV is its ellipsoid's, from its apex to its basal plane", (t) => {
  const { direction, length_mm, baseCentre } = fields.lvAxis;
  t.true(direction[2] > 0.995, `${direction}`);
  const expected = shape.dimensions.lvLong + shape.dimensions.base;
  t.true(Math.abs(length_mm - expected) < 3, `${length_mm} of ${expected} mm`);
  t.true(Math.hypot(baseCentre[0], baseCentre[1]) < 1.5);
});

test('the ventricles found by geometry are those of which the heart was made', (t) => {
  const split = splitVentricles(mesh, fields);
  const volumes = tetVolumes(mesh);
  const total = volumes.reduce((sum, volume) => sum + volume, 0);
  const agreed = volumes.reduce((sum, volume, tet) => sum + (split[tet] === mesh.regions[tet] ? volume : 0), 0);
  t.true(agreed > 0.97 * total, `${agreed / total}`);
});

test("transmural is 0 on the endocardium and 1 on the epicardium of both ventricles, and 1 on the septum's right side", (t) => {
  t.true([...surfaces.lvEndo].every((n) => transmural[n] < 1e-9));
  const free = [...surfaces.rvEndo].filter((n) => transventricular[n] === 1);
  const septal = [...surfaces.rvEndo].filter((n) => transventricular[n] === 0);
  t.true(free.length > 1000 && free.every((n) => transmural[n] < 1e-9));
  t.true(septal.length > 500 && septal.every((n) => transmural[n] > 1 - 1e-9));
  const inner = new Set([...surfaces.lvEndo, ...surfaces.rvEndo]);
  t.true([...surfaces.epi].filter((n) => !inner.has(n)).every((n) => transmural[n] > 1 - 1e-9));
});

test("transmural follows the depth in the LV's free wall", (t) => {
  const worst = Math.max(
    ...freeWall
      .filter((n) => transventricular[n] === 0)
      .map((n) => {
        const [x, y, z] = place(n);
        return Math.abs(transmural[n] - shape.lvEndo(x, y, z) / shape.dimensions.lvWall);
      }),
  );
  // A cylinder of these radii bends the harmonic field by 0.04; the 4 mm mesh does the rest.
  t.true(worst < 0.15, `${worst} of the wall`);
});

test('apicobasal rises evenly along the free wall, from 0 at the apex to 1 on the base', (t) => {
  t.true([...surfaces.base].every((n) => apicobasal[n] === 1));
  t.is(Math.min(...apicobasal), 0);
  const { lvLong, lvWall, base } = shape.dimensions;
  const rise = freeWall.map((n) => ({ z: place(n)[2], s: apicobasal[n] })).sort((a, b) => a.z - b.z);
  const low = rise[Math.floor(0.1 * rise.length)];
  const high = rise[Math.floor(0.9 * rise.length)];
  const slope = (high.s - low.s) / (high.z - low.z);
  const even = 1 / (lvLong + lvWall + base);
  t.true(slope > 0.7 * even && slope < 1.2 * even, `${slope} of ${even} per mm`);
});

test('rotational is 0 towards the RV, positive in front, ±π at the free wall', (t) => {
  for (const n of freeWall) {
    const [x, y] = place(n);
    // −x is towards the RV and −y to the front.
    const difference = Math.abs(rotational[n] - Math.atan2(-y, -x));
    t.true(Math.min(difference, 2 * Math.PI - difference) < 0.12);
  }
});

test('transventricular is the region, and a border node its larger side', (t) => {
  const seen = new Map<number, Set<number>>();
  for (const [corner, node] of mesh.tets.entries()) {
    seen.set(node, (seen.get(node) ?? new Set()).add(mesh.regions[corner >> 2]));
  }
  for (const [node, regions] of seen) {
    if (regions.size > 1) t.true(transventricular[node] === 0 || transventricular[node] === 1);
    else t.is(transventricular[node], regions.has(REGION.rv) ? 1 : 0);
  }
});

test('renumbering the mesh renumbers its coordinates', (t) => {
  const order = permutation(nodes.length, 5);
  const other = renumberMesh(mesh, order);
  const map = (triangles: Uint32Array) => triangles.map((n) => order[n]);
  const renamed = {
    lvEndo: map(surfaces.lvEndo),
    rvEndo: map(surfaces.rvEndo),
    epi: map(surfaces.epi),
    base: map(surfaces.base),
  };
  const found = ventricularCoordinates(other, renamed, solveHarmonicFields(other, renamed), other.regions);
  t.true(nodes.every((n) => Math.abs(found.apicobasal[order[n]] - apicobasal[n]) < 1e-4));
  t.true(nodes.every((n) => Math.abs(found.transmural[order[n]] - transmural[n]) < 1e-6));
});
