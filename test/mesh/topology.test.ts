import test from 'ava';
import { boundaryTriangles, faceNeighbours } from '../../twin/mesh/faces.ts';
import { nodeTets } from '../../twin/mesh/nodeTets.ts';
import { connectedParts } from '../../twin/mesh/parts.ts';
import { dihedralAngles, edgeLengths, meshEdges } from '../../twin/mesh/quality.ts';
import { muscleVolume_mL, tetVolume } from '../../twin/mesh/volume.ts';
import { block } from './block.ts';

const mesh = block({ cells: [4, 3, 2], edge: 5 });
const nodes = mesh.points.length / 3;

test('every tetrahedron stands once at each of its nodes', (t) => {
  const { starts, items } = nodeTets(mesh.tets, nodes);
  t.is(items.length, mesh.tets.length);
  for (let node = 0; node < nodes; node++) {
    const around = [...items.subarray(starts[node], starts[node + 1])];
    const expected = [...mesh.tets.keys()].filter((at) => mesh.tets[at] === node).map((at) => at >> 2);
    t.deepEqual(around, expected);
  }
});

test('neighbours share three nodes and know each other', (t) => {
  const { neighbours, overcrowdedFaces } = faceNeighbours(mesh.tets, nodes);
  t.is(overcrowdedFaces, 0);
  neighbours.forEach((other, face) => {
    if (other === -1) return;
    const tet = face >> 2;
    const own = [...mesh.tets.subarray(tet * 4, tet * 4 + 4)];
    const theirs = [...mesh.tets.subarray(other * 4, other * 4 + 4)];
    const opposite = own[face & 3] as number;
    t.true(own.every((node) => node === opposite || theirs.includes(node)));
    t.true([...neighbours.subarray(other * 4, other * 4 + 4)].includes(tet));
  });
});

test('a face of three tetrahedra is counted as overcrowded', (t) => {
  t.is(faceNeighbours(Uint32Array.of(0, 1, 2, 3, 0, 2, 1, 4, 0, 1, 2, 5), 6).overcrowdedFaces, 1);
});

test('the surface is closed, outward, and encloses the volume of the tetrahedra (divergence theorem)', (t) => {
  const triangles = boundaryTriangles(mesh.tets, nodes);
  t.is(triangles.length / 3, 2 * 2 * (4 * 3 + 3 * 2 + 4 * 2));
  let enclosed = 0;
  const area = [0, 0, 0];
  const directed = new Map<string, number>();
  for (let at = 0; at < triangles.length; at += 3) {
    const corners = [0, 1, 2].map((i) => triangles[at + i] as number);
    const [a, b, c] = corners.map((node) => [...mesh.points.subarray(node * 3, node * 3 + 3)]) as [
      number[],
      number[],
      number[],
    ];
    const cross = (u: number[], v: number[]): number[] =>
      [0, 1, 2].map(
        (i) =>
          (u[(i + 1) % 3] as number) * (v[(i + 2) % 3] as number) -
          (u[(i + 2) % 3] as number) * (v[(i + 1) % 3] as number),
      );
    enclosed += cross(a, b).reduce((sum, value, i) => sum + value * (c[i] as number), 0) / 6;
    const minus = (u: number[], v: number[]): number[] => u.map((value, i) => value - (v[i] as number));
    cross(minus(b, a), minus(c, a)).forEach((value, i) => {
      area[i] = (area[i] as number) + value;
    });
    for (let i = 0; i < 3; i++) {
      const [from, to] = [corners[i] as number, corners[(i + 1) % 3] as number];
      const key = `${Math.min(from, to)}-${Math.max(from, to)}`;
      directed.set(key, (directed.get(key) ?? 0) + (from < to ? 1 : -1));
    }
  }
  t.true(Math.abs(enclosed - 4 * 3 * 2 * 125) < 1e-9, `${enclosed} mm³`);
  t.true(Math.abs(muscleVolume_mL(mesh) * 1000 - enclosed) < 1e-9);
  t.deepEqual(area, [0, 0, 0]);
  t.true([...directed.values()].every((sum) => sum === 0));
});

test('the volume of a tetrahedron is that of a sixth of its box, negative when two corners are swapped', (t) => {
  const points = Float64Array.of(1, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1, 6);
  t.is(tetVolume({ points, tets: Uint32Array.of(0, 1, 2, 3) }, 0), 5);
  t.is(tetVolume({ points, tets: Uint32Array.of(0, 2, 1, 3) }, 0), -5);
});

test('parts are counted by common nodes', (t) => {
  t.is(connectedParts(mesh.tets, nodes).count, 1);
  const parts = connectedParts(Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 3, 8, 9, 10), 11);
  t.is(parts.count, 2);
  t.deepEqual([...parts.partOfTet], [0, 1, 0]);
});

test('edges obey Euler: nodes − edges + faces − tetrahedra = 1 for a ball', (t) => {
  const tets = mesh.tets.length / 4;
  const faces = (tets * 4 + boundaryTriangles(mesh.tets, nodes).length / 3) / 2;
  t.is(nodes - meshEdges(mesh).length / 2 + faces - tets, 1);
});

test('edges of a cube cut along its diagonal are between its side and its diagonal', (t) => {
  const { least, greatest } = edgeLengths(mesh);
  t.is(least, 5);
  t.true(Math.abs(greatest - 5 * Math.sqrt(3)) < 1e-12);
});

test('all dihedral angles of a regular tetrahedron are arccos 1/3', (t) => {
  const points = Float64Array.of(1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1);
  const angles = dihedralAngles({ points, tets: Uint32Array.of(0, 1, 2, 3) });
  const expected = (Math.acos(1 / 3) * 180) / Math.PI;
  t.is(angles.length, 6);
  t.true(angles.every((angle) => Math.abs(angle - expected) < 1e-12));
});

test('a dihedral angle stands at its own edge: the right angles of a box corner are where its axes meet', (t) => {
  const points = Float64Array.of(0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3);
  const angles = dihedralAngles({ points, tets: Uint32Array.of(0, 1, 2, 3) });
  t.deepEqual(
    [...angles].map((angle) => Math.abs(angle - 90) < 1e-9),
    [true, true, true, false, false, false],
  );
});
