import test from 'ava';
import { openLaplace, tetGradients } from '../../twin/anatomy/laplace.ts';
import { nodeCount, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { blockMesh, permutation, renumberMesh } from '../helpers/meshes.ts';

const nodesWhere = (mesh: TetMesh, wanted: (x: number, y: number, z: number) => boolean): number[] =>
  [...Array(nodeCount(mesh)).keys()].filter((n) =>
    wanted(mesh.points[3 * n], mesh.points[3 * n + 1], mesh.points[3 * n + 2]),
  );

const block = blockMesh(6, 5, 4, 2, { jitter: 0.2 });
const left = nodesWhere(block, (x) => x === 0);
const right = nodesWhere(block, (x) => x === 12);

test('between two held faces of a block the field rises linearly, on any mesh', (t) => {
  const field = openLaplace(block).solve([
    { nodes: left, value: 1 },
    { nodes: right, value: 4 },
  ]);
  const worst = Math.max(...field.map((value, n) => Math.abs(value - (1 + block.points[3 * n] / 4))));
  t.true(worst < 1e-8, `${worst}`);
});

test('the gradient of a linear field is the same in every tetrahedron', (t) => {
  const field = Float64Array.from({ length: nodeCount(block) }, (_, n) => {
    const [x, y, z] = block.points.subarray(3 * n, 3 * n + 3);
    return 2 * x - 3 * y + 0.5 * z + 7;
  });
  const gradients = tetGradients(block, field);
  const expected = [2, -3, 0.5];
  t.true(gradients.every((value, i) => Math.abs(value - expected[i % 3]) < 1e-11));
});

test('between two spheres the field is that of a point charge', (t) => {
  // A thick shell: a cube of blocks, of which nodes outside radius 4 … 12 are held at the exact solution.
  const cube = blockMesh(20, 20, 20, 1.5, { origin: [-15, -15, -15] });
  const radius = (n: number) => Math.hypot(...cube.points.subarray(3 * n, 3 * n + 3));
  const held = [...Array(nodeCount(cube)).keys()].filter((n) => radius(n) < 4.5 || radius(n) > 12);
  const field = openLaplace(cube).solve(held.map((n) => ({ nodes: [n], value: 1 / Math.max(radius(n), 1) })));
  const errors = field.map((value, n) => Math.abs(value - 1 / Math.max(radius(n), 1)));
  t.true(Math.max(...errors) < 4e-3, `${Math.max(...errors)} of 1/4.5 mm⁻¹ on a 1.5 mm mesh`);
});

test('renumbering nodes and tetrahedra renumbers the field', (t) => {
  const order = permutation(nodeCount(block), 3);
  const other = renumberMesh(block, order);
  const corner = nodesWhere(block, (x, y, z) => x + y + z === 0);
  const solveOn = (mesh: TetMesh, map: (n: number) => number) =>
    openLaplace(mesh).solve([
      { nodes: right.map(map), value: 1 },
      { nodes: corner.map(map), value: 0 },
    ]);
  const plain = solveOn(block, (n) => n);
  const renumbered = solveOn(other, (n) => order[n]);
  t.true(plain.every((value, n) => Math.abs(value - renumbered[order[n]]) < 1e-8));
});

test('nodes that no held value reaches have no field', (t) => {
  const apart = blockMesh(1, 1, 1, 1, { origin: [100, 0, 0] });
  const nodes = nodeCount(block);
  const both = {
    points: Float64Array.from([...block.points, ...apart.points, 5, 5, 500]),
    tets: Uint32Array.from([...block.tets, ...apart.tets.map((n) => n + nodes)]),
  };
  const field = openLaplace(both).solve([{ nodes: left, value: 3 }]);
  t.true(field.subarray(0, nodes).every((value) => Math.abs(value - 3) < 1e-7));
  t.true(field.subarray(nodes).every((value) => Number.isNaN(value)));
});

test('the same mesh gives the same bits twice', (t) => {
  const held = [
    { nodes: left, value: 0 },
    { nodes: right.slice(0, 3), value: 1 },
  ];
  t.deepEqual(openLaplace(block).solve(held), openLaplace(block).solve(held));
});
