import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { legTime, VELOCITY_COLUMN, velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import type { PmjSeeds } from '../../twin/eikonal/sources.ts';
import type { TetMesh } from '../../twin/mesh/tetMesh.ts';
import type { SeedLegs } from './dependence.ts';

/** Derivatives of the straight ways from PMJs to their seeds. */
export function seedLegs(mesh: TetMesh, seeds: PmjSeeds, parameters: ActivationParameters): SeedLegs {
  const count = seeds.nodes.length;
  const byRegion = velocitiesByRegion(parameters);
  const byPosition = new Float64Array(3 * count);
  const byVelocity = new Float64Array(4 * count);
  const leg = new Float64Array(3);
  const timed = new Float64Array(6);
  for (let seed = 0; seed < count; seed++) {
    const pmj = seeds.origins[seed];
    const tet = seeds.pmjTets[pmj];
    for (let axis = 0; axis < 3; axis++) {
      leg[axis] = mesh.points[3 * seeds.nodes[seed] + axis] - parameters.pmjPositions[3 * pmj + axis];
    }
    legTime(mesh, byRegion, tet, leg, timed);
    for (let axis = 0; axis < 3; axis++) byPosition[3 * seed + axis] = -timed[3 + axis];
    const column = VELOCITY_COLUMN[mesh.regions[tet]];
    if (column < 0) continue;
    byVelocity[4 * seed + column] = timed[1];
    byVelocity[4 * seed + column + 1] = timed[2];
  }
  return { byPosition, byVelocity };
}
