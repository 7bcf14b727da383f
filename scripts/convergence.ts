import { blockMesh } from '../test/helpers/meshes.ts';
import { openLocator } from '../twin/eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../twin/eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../twin/eikonal/solve.ts';
import { type Seeds, seedNodes, seedPmjs } from '../twin/eikonal/sources.ts';
import { nodeCount, type TetMesh, tetCount } from '../twin/mesh/tetMesh.ts';

// Errors of the activation solver against closed forms on blocks of 16 mm, at edges that halve, and the order that they show.

const SIDE_mm = 16;
const CUBES = [8, 16, 32] as const;
const fibre = [2 / 3, 2 / 3, 1 / 3] as const;
const velocity = { fibre_mm_ms: 0.6, transverse_mm_ms: 0.2 };
const velocities = { lv: velocity, rv: velocity };
/** Off the middle of the block, and of any tetrahedron. */
const source = [8.1, 7.8, 8.2] as const;

type Times = Float64Array;

const times = (mesh: TetMesh, of: (x: number, y: number, z: number) => number): Times =>
  Float64Array.from({ length: nodeCount(mesh) }, (_, node) =>
    of(mesh.points[3 * node], mesh.points[3 * node + 1], mesh.points[3 * node + 2]),
  );

/** Time of a straight way in the homogeneous block. */
function straight(x: number, y: number, z: number): number {
  const along = x * fibre[0] + y * fibre[1] + z * fibre[2];
  const square = x * x + y * y + z * z - along * along;
  return Math.sqrt(along ** 2 / 0.6 ** 2 + Math.max(square, 0) / 0.2 ** 2);
}

const pointWave = (mesh: TetMesh) => times(mesh, (x, y, z) => straight(x - source[0], y - source[1], z - source[2]));

/** A wave that enters by the three lower faces. */
function planeWave(mesh: TetMesh): Times {
  const direction = [0.5, 0.6, Math.sqrt(1 - 0.25 - 0.36)];
  const along = direction.reduce((sum, x, axis) => sum + x * fibre[axis], 0);
  const speed = Math.sqrt(0.04 + (0.36 - 0.04) * along ** 2);
  return times(mesh, (x, y, z) => (x * direction[0] + y * direction[1] + z * direction[2]) / speed);
}

function seedWhere(exact: Times, isSeed: (node: number) => boolean): Seeds {
  const nodes = Uint32Array.from(exact.keys()).filter(isSeed);
  return seedNodes(
    nodes,
    Float64Array.from(nodes, (node) => exact[node]),
  );
}

const CASES: readonly {
  readonly name: string;
  readonly exact: (mesh: TetMesh) => Times;
  readonly seeds: (mesh: TetMesh, exact: Times) => Seeds;
}[] = [
  {
    name: 'plane wave',
    exact: planeWave,
    seeds: (mesh, exact) =>
      seedWhere(exact, (node) => mesh.points.subarray(3 * node, 3 * node + 3).some((x) => x === 0)),
  },
  {
    name: 'point wave, exact within 15 ms',
    exact: pointWave,
    seeds: (_, exact) => seedWhere(exact, (node) => exact[node] < 15),
  },
  {
    name: 'point wave of a PMJ',
    exact: pointWave,
    seeds: (mesh) =>
      seedPmjs(openLocator(mesh), openWaveFront(mesh).nodeTets, {
        ...velocities,
        pmjPositions: Float64Array.from(source),
        pmjTimes_ms: Float64Array.of(0),
      }),
  },
];

console.log('| case | edge of a cube (mm) | RMSE (ms) | largest (ms) | order |\n| --- | --- | --- | --- | --- |');
for (const { name, exact, seeds } of CASES) {
  let before = Number.NaN;
  for (const cubes of CUBES) {
    const mesh = blockMesh(cubes, cubes, cubes, SIDE_mm / cubes, { fibre });
    const expected = exact(mesh);
    const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
    tetMetric(mesh, velocities, metric);
    const { tau } = solveEikonal(openWaveFront(mesh), metric, seeds(mesh, expected));
    const errors = tau.map((time, node) => Math.abs(time - expected[node]));
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    const most = errors.reduce((worst, error) => Math.max(worst, error), 0);
    const order = rmse > 1e-9 && before > 0 ? Math.log2(before / rmse).toFixed(2) : '';
    console.log(`| ${name} | ${SIDE_mm / cubes} | ${rmse.toPrecision(2)} | ${most.toPrecision(2)} | ${order} |`);
    before = rmse;
  }
}
