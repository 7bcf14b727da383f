import type { ActivationParameters } from '../calibrate/twin.ts';
import { linearise } from '../eikonal/linearisation.ts';
import { openLocator } from '../eikonal/locate.ts';
import { METRIC_STRIDE, tetMetric } from '../eikonal/metric.ts';
import { openWaveFront, solveEikonal } from '../eikonal/solve.ts';
import { seedPmjs } from '../eikonal/sources.ts';
import { findTerritories, type Territories } from '../eikonal/territories.ts';
import { type TetMesh, tetCount } from '../mesh/tetMesh.ts';

/** Derivatives of every node's activation by the PMJs and velocities it depends on; once a twin, so in plain float64 whatever the backend. */
export function activationSensitivity(mesh: TetMesh, parameters: ActivationParameters): Territories {
  const front = openWaveFront(mesh);
  const metric = new Float64Array(METRIC_STRIDE * tetCount(mesh));
  tetMetric(mesh, parameters, metric);
  const seeds = seedPmjs(openLocator(mesh), front.nodeTets, parameters);
  const wave = solveEikonal(front, metric, seeds);
  return findTerritories(linearise(mesh, metric, parameters, seeds, wave));
}
