import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { type Locator, openLocator } from '../../twin/eikonal/locate.ts';
import { velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import type { Wave } from '../../twin/eikonal/solve.ts';
import { type PmjSeeds, seedPmjs } from '../../twin/eikonal/sources.ts';
import { TwinError } from '../../twin/errors.ts';
import { type Csr, nodeTets } from '../../twin/mesh/nodeTets.ts';
import { nodeCount, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { isEqual } from '../parameterBytes.ts';
import { Arena } from './arena.ts';
import { Front } from './front.ts';
import { type Renumbering, renumber } from './renumber.ts';

/** Activation of one heart. Seeds and waves are under the caller's numbers, what is inside under the backend's own. */
export class Waves {
  private readonly mesh: TetMesh;
  private readonly nodeTets: Csr;
  private readonly locator: Locator;
  private readonly numbers: Renumbering;
  private readonly front: Front;
  private velocities = new Float64Array(0);

  constructor(mesh: TetMesh) {
    this.mesh = mesh;
    this.nodeTets = nodeTets(mesh.tets, nodeCount(mesh));
    this.locator = openLocator(mesh);
    this.numbers = renumber(mesh);
    this.front = new Front(new Arena(), mesh, this.numbers);
  }

  /** As `seedPmjs` and `solveEikonal`. @throws TwinError NoConvergence when a PMJ lies outside or muscle is not reached */
  solve(parameters: ActivationParameters): { readonly seeds: PmjSeeds; readonly wave: Wave } {
    const velocities = velocitiesByRegion(parameters);
    if (!isEqual(this.velocities, velocities)) {
      this.velocities = new Float64Array(0);
      this.front.setVelocities(parameters);
      this.velocities = velocities;
    }
    const seeds = seedPmjs(this.locator, this.nodeTets, parameters);
    const { placeOf, tetOf } = this.numbers;
    const { start_ms, unit_ms } = this.front.solve({ ...seeds, nodes: seeds.nodes.map((node) => placeOf[node]) });
    const unreached = this.front.unreached();
    if (unreached > 0) {
      throw new TwinError(
        'NoConvergence',
        `activation: ${unreached} nodes of the muscle were not reached, expected all; a detached part holds no PMJ, take another start or mend the mesh`,
        { unreached },
      );
    }
    const nodes = nodeCount(this.mesh);
    const tau = new Float64Array(nodes);
    const upwind = new Int32Array(nodes);
    const source = new Int32Array(nodes).fill(-1);
    for (let node = 0; node < nodes; node++) {
      const place = placeOf[node];
      const code = this.front.upwind[place];
      upwind[node] = code < 0 ? code : 4 * tetOf[code >> 2] + (code & 3);
      tau[node] = code === -2 ? Number.POSITIVE_INFINITY : start_ms + unit_ms * this.front.tau[place];
    }
    for (let seed = 0; seed < seeds.nodes.length; seed++) {
      const node = seeds.nodes[seed];
      if (upwind[node] !== -1) continue;
      source[node] = seeds.origins[seed];
      tau[node] = seeds.times_ms[seed];
    }
    return { seeds, wave: { tau, upwind, source } };
  }
}
