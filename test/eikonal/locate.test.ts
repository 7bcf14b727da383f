import test from 'ava';
import { barycentricCoordinates, locateTet, openLocator } from '../../twin/eikonal/locate.ts';
import { tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh, obliqueRotation, rotateMesh } from '../helpers/meshes.ts';

const mesh = rotateMesh(blockMesh(5, 4, 3, 0.8, { jitter: 0.2, origin: [-3, 2, 1] }), obliqueRotation(0.7));
const locator = openLocator(mesh);

test('a point made inside a tetrahedron is found in it, with its coordinates', (t) => {
  const random = openRandom(1, 'points');
  const found = new Float64Array(4);
  for (let tet = 0; tet < tetCount(mesh); tet++) {
    const shares = [0, 1, 2, 3].map(() => 0.05 + random.uniform());
    const sum = shares.reduce((a, b) => a + b);
    const [x, y, z] = [0, 1, 2].map((axis) =>
      shares.reduce((at, share, corner) => at + (share / sum) * mesh.points[3 * mesh.tets[4 * tet + corner] + axis], 0),
    );
    t.is(locateTet(locator, x, y, z, found), tet);
    t.true(shares.every((share, corner) => Math.abs(found[corner] - share / sum) < 1e-12));
  }
});

test('every node is found in a tetrahedron that has it', (t) => {
  const found = new Float64Array(4);
  for (let node = 0; node < mesh.points.length / 3; node++) {
    const [x, y, z] = mesh.points.subarray(3 * node, 3 * node + 3);
    const tet = locateTet(locator, x, y, z, found);
    t.true(tet >= 0 && mesh.tets.subarray(4 * tet, 4 * tet + 4).includes(node));
  }
});

test('a point outside the mesh, inside its box or not, is in no tetrahedron', (t) => {
  const found = new Float64Array(4);
  t.is(locateTet(locator, 100, 0, 0, found), -1);
  t.is(locateTet(locator, Number.NaN, 0, 0, found), -1);
  const { low, cell_mm } = locator;
  t.is(locateTet(locator, low[0] + cell_mm / 50, low[1] + cell_mm / 50, low[2] + cell_mm / 50, found), -1);
});

test('coordinates outside a tetrahedron have a negative part and still add up to one', (t) => {
  const out = new Float64Array(4);
  barycentricCoordinates(mesh, 0, 50, -20, 30, out);
  t.true(Math.min(...out) < 0);
  t.true(Math.abs(out[0] + out[1] + out[2] + out[3] - 1) < 1e-9);
});

test('a few tetrahedra far apart do not ask for a grid out of proportion', (t) => {
  const block = blockMesh(1, 1, 1, 1);
  const far = blockMesh(1, 1, 1, 1, { origin: [1e4, 1e4, 1e4] });
  const both = {
    points: Float64Array.from([...block.points, ...far.points]),
    tets: Uint32Array.from([...block.tets, ...far.tets.map((node) => node + 8)]),
    regions: Uint8Array.from([...block.regions, ...far.regions]),
    fibres: Float64Array.from([...block.fibres, ...far.fibres]),
  };
  const wide = openLocator(both);
  t.true(wide.starts.length < 1000);
  const found = new Float64Array(4);
  t.true(locateTet(wide, 1e4 + 0.3, 1e4 + 0.2, 1e4 + 0.1, found) >= 6);
});

test('a locator of some tetrahedra finds those and no others', (t) => {
  const wanted = Uint8Array.from({ length: tetCount(mesh) }, (_, tet) => (tet % 3 === 0 ? 1 : 0));
  const some = openLocator(mesh, wanted);
  const found = new Float64Array(4);
  for (let tet = 0; tet < wanted.length; tet++) {
    const [x, y, z] = [0, 1, 2].map((axis) =>
      [0, 1, 2, 3].reduce((sum, corner) => sum + mesh.points[3 * mesh.tets[4 * tet + corner] + axis] / 4, 0),
    );
    t.is(locateTet(some, x, y, z, found), wanted[tet] === 1 ? tet : -1);
  }
});
