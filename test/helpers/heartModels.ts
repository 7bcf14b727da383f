import type { HeartModel } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { nodeCount, REGION, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import { blockMesh } from './meshes.ts';

/** A block of two ventricles with turning fibres and lead vectors of any kind (those of each lead sum to zero, as a real lead's do). */
export function blockHeart(cubes = 7, h = 1.3): HeartModel {
  const middle = (cubes * h) / 2;
  const mesh = blockMesh(cubes, cubes, cubes, h, {
    fibre: ([x, y, z]) => [
      Math.cos(0.3 * z + 0.1 * x),
      Math.sin(0.3 * z + 0.1 * x) * Math.cos(0.2 * y),
      Math.sin(0.3 * z + 0.1 * x) * Math.sin(0.2 * y),
    ],
    region: ([x]) => (x < middle ? REGION.lv : REGION.rv),
    jitter: 0.2,
  });
  return heartModel(mesh);
}

/** Lead vectors on any mesh, and a window of 70 ms. */
export function heartModel(mesh: TetMesh): HeartModel {
  const leads = 3;
  const nodes = nodeCount(mesh);
  const random = openRandom(5, 'leads');
  const leadVectors = new Float32Array(nodes * leads);
  for (let lead = 0; lead < leads; lead++) {
    let sum = 0;
    for (let node = 0; node < nodes; node++) {
      const [x, y, z] = mesh.points.subarray(3 * node, 3 * node + 3);
      const value = (Math.sin(0.4 * x + lead) + Math.cos(0.3 * y * lead) + 0.2 * z + 0.3 * random.normal()) / nodes;
      leadVectors[node * leads + lead] = value;
      sum += value;
    }
    for (let node = 0; node < nodes; node++) leadVectors[node * leads + lead] -= sum / nodes;
  }
  return {
    mesh,
    leadVectors,
    leads,
    window: { start_ms: -6, interval_ms: 1, samples: 70 },
    actionPotential: { rest_mV: -85, peak_mV: 30, riseTime_ms: 1 },
  };
}

/** PMJs at seeded places inside a mesh's tetrahedra, with times of 0 to 12 ms and velocities that differ by ventricle. */
export function scatteredPmjs(mesh: TetMesh, pmjs: number, seed: number): ActivationParameters {
  const random = openRandom(seed, 'pmjs');
  const pmjPositions = new Float64Array(3 * pmjs);
  const pmjTimes_ms = new Float64Array(pmjs);
  for (let pmj = 0; pmj < pmjs; pmj++) {
    const tet = Math.floor(random.uniform() * tetCount(mesh));
    const shares = [0, 1, 2, 3].map(() => 0.15 + random.uniform());
    const sum = shares.reduce((a, b) => a + b);
    for (const [corner, share] of shares.entries())
      for (let axis = 0; axis < 3; axis++)
        pmjPositions[3 * pmj + axis] += (share / sum) * mesh.points[3 * mesh.tets[4 * tet + corner] + axis];
    pmjTimes_ms[pmj] = 12 * random.uniform();
  }
  return {
    pmjPositions,
    pmjTimes_ms,
    lv: { fibre_mm_ms: 0.61, transverse_mm_ms: 0.225 },
    rv: { fibre_mm_ms: 0.5, transverse_mm_ms: 0.26 },
  };
}

/** Parameters as one row in the gradient's order: per PMJ time, x, y, z; then the four velocities. */
export function flatten({ pmjPositions, pmjTimes_ms, lv, rv }: ActivationParameters): Float64Array {
  const row = new Float64Array(4 * pmjTimes_ms.length + 4);
  for (let pmj = 0; pmj < pmjTimes_ms.length; pmj++) {
    row[4 * pmj] = pmjTimes_ms[pmj];
    row.set(pmjPositions.subarray(3 * pmj, 3 * pmj + 3), 4 * pmj + 1);
  }
  row.set([lv.fibre_mm_ms, lv.transverse_mm_ms, rv.fibre_mm_ms, rv.transverse_mm_ms], row.length - 4);
  return row;
}

/** The opposite of `flatten`. */
export function unflatten(row: Float64Array): ActivationParameters {
  const pmjs = (row.length - 4) / 4;
  const [lvFibre, lvAcross, rvFibre, rvAcross] = row.subarray(4 * pmjs);
  return {
    pmjPositions: Float64Array.from({ length: 3 * pmjs }, (_, at) => row[4 * Math.floor(at / 3) + 1 + (at % 3)]),
    pmjTimes_ms: Float64Array.from({ length: pmjs }, (_, pmj) => row[4 * pmj]),
    lv: { fibre_mm_ms: lvFibre, transverse_mm_ms: lvAcross },
    rv: { fibre_mm_ms: rvFibre, transverse_mm_ms: rvAcross },
  };
}
