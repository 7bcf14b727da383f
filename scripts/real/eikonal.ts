import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { referenceBackend } from '../../backends/reference.ts';
import type { AnatomySettings } from '../../twin/anatomy/anatomy.ts';
import { DEFAULT_VELOCITY } from '../../twin/calibrate/twin.ts';
import { solveFromNodes } from '../../twin/eikonal/solve.ts';
import { readMesh } from '../../twin/formats/index.ts';
import { checkMesh } from '../../twin/mesh/checkMesh.ts';
import { nodeCount, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { openRandom } from '../../twin/random.ts';
import type { CheckResult } from './checkResult.ts';

/** Velocities with which the published activation of `crtdemo` was computed, mm/ms. */
const CRTDEMO_VELOCITY = { fibre_mm_ms: 0.8660254, transverse_mm_ms: 0.3464102 };

/** The published activation of `crtdemo` from its timed sources, and the seconds of a solve and its derivatives on `dti004`. */
export async function check(dataFolder: string): Promise<CheckResult[]> {
  return [checkActivation(dataFolder), await checkDerivatives(dataFolder)];
}

function checkActivation(dataFolder: string): CheckResult {
  const folder = join(dataFolder, 'hearts', 'crtdemo');
  const mesh = meshOf(folder, 'crtdemo', {});
  const sources = columns(join(folder, 'sources_node_time_ms.csv'));
  const published = columns(join(folder, 'upstream_activation_ms.csv')).activation_ms;
  const started = performance.now();
  const activation_ms = solveFromNodes(
    mesh,
    { lv: CRTDEMO_VELOCITY, rv: CRTDEMO_VELOCITY },
    Uint32Array.from(sources.node),
    Float64Array.from(sources.time_ms),
  );
  const solve_ms = performance.now() - started;
  let square = 0;
  let worst = 0;
  for (let node = 0; node < activation_ms.length; node++) {
    const error = Math.abs(activation_ms[node] - published[node]);
    square += error ** 2;
    worst = Math.max(worst, error);
  }
  const rmse_ms = Math.sqrt(square / activation_ms.length);
  return {
    name: 'crtdemo activation from its timed sources',
    passed: activation_ms.length === published.length && rmse_ms <= 0.05,
    detail: `RMSE ${rmse_ms.toExponential(2)} ms, worst ${worst.toExponential(2)} ms, solved in ${solve_ms.toFixed(0)} ms`,
  };
}

/** 300 PMJs at seeded tetrahedra: what a step of a calibration costs, and whether gradient and Jacobian agree on a real heart. */
async function checkDerivatives(dataFolder: string): Promise<CheckResult> {
  const mesh = meshOf(join(dataFolder, 'hearts', 'dti004'), 'dti004', { lv: [1], rv: [2] });
  const leads = 8;
  const random = openRandom(1, 'real-eikonal');
  const heart = {
    mesh,
    leads,
    leadVectors: Float32Array.from({ length: nodeCount(mesh) * leads }, () => random.normal() / nodeCount(mesh)),
    window: { start_ms: -10, interval_ms: 2, samples: 60 },
    actionPotential: { rest_mV: -85, peak_mV: 30, riseTime_ms: 1 },
  };
  const pmjs = 300;
  const parameters = {
    pmjPositions: Float64Array.from(
      Array.from({ length: pmjs }, () => centroid(mesh, Math.floor((random.uniform() * mesh.tets.length) / 4))).flat(),
    ),
    pmjTimes_ms: Float64Array.from({ length: pmjs }, () => 20 * random.uniform()),
    lv: DEFAULT_VELOCITY,
    rv: DEFAULT_VELOCITY,
  };
  const sensitivity = Float64Array.from({ length: heart.window.samples * leads }, () => random.normal());

  const open = await referenceBackend.open(heart);
  await open.solve({ ...parameters, pmjTimes_ms: parameters.pmjTimes_ms.map((time) => time + 1) });
  const started = performance.now();
  const { activation_ms } = await open.solve(parameters);
  const solved = performance.now();
  const gradient = await open.gradient(parameters, sensitivity);
  const pulled = performance.now();
  const jacobian = await open.jacobian(parameters);
  const done = performance.now();
  await open.close();

  let dot = 0;
  let gradientSquare = 0;
  let productSquare = 0;
  for (let row = 0; row < 4 * pmjs; row++) {
    let product = 0;
    for (let at = 0; at < sensitivity.length; at++)
      product += jacobian[row * sensitivity.length + at] * sensitivity[at];
    dot += product * gradient[row];
    gradientSquare += gradient[row] ** 2;
    productSquare += product ** 2;
  }
  const cosine = dot / Math.sqrt(gradientSquare * productSquare);
  return {
    name: 'dti004 Jacobian against gradient, 300 PMJs',
    passed: cosine > 0.999 && activation_ms.every(Number.isFinite),
    detail: `cosine ${cosine.toFixed(6)}; solve ${(solved - started).toFixed(0)} ms, gradient ${(pulled - solved).toFixed(0)} ms, Jacobian ${(done - pulled).toFixed(0)} ms`,
  };
}

function meshOf(folder: string, name: string, regions: AnatomySettings['regions']): TetMesh {
  const raw = readMesh(`${name}.pts`, readFileSync(join(folder, `${name}.pts`)), (other) => {
    const path = join(folder, other);
    return existsSync(path) ? readFileSync(path) : undefined;
  });
  return checkMesh(raw, { name, regions }).mesh;
}

function centroid(mesh: TetMesh, tet: number): number[] {
  const nodes = mesh.tets.subarray(4 * tet, 4 * tet + 4);
  return [0, 1, 2].map((axis) => nodes.reduce((sum, node) => sum + mesh.points[3 * node + axis] / 4, 0));
}

/** A CSV file's columns of numbers, by name. */
function columns(path: string): Record<string, number[]> {
  const [names, ...rows]: string[][] = parse(readFileSync(path));
  return Object.fromEntries(names.map((name, column) => [name, rows.map((row) => Number(row[column]))]));
}
