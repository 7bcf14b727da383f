import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { type Locator, openLocator } from '../../twin/eikonal/locate.ts';
import { velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { SEEDED, UNREACHED, type Wave } from '../../twin/eikonal/solve.ts';
import { type PmjSeeds, seedPmjs, unreachedMuscle } from '../../twin/eikonal/sources.ts';
import { type Csr, nodeTets } from '../../twin/mesh/nodeTets.ts';
import { nodeCount, type TetMesh } from '../../twin/mesh/tetMesh.ts';
import { isEqual } from '../parameterBytes.ts';
import { Arena } from './arena.ts';
import { Front } from './front.ts';
import { type Renumbering, renumber } from './renumber.ts';

/** A solved activation, under the backend's own numbers of nodes and tetrahedra. */
export interface NumberedWave {
  /** Under the caller's numbers */
  readonly seeds: PmjSeeds;
  /** Own numbers of the seeds' nodes, [seeds] */
  readonly seedPlaces: Uint32Array;
  readonly wave: Wave;
}

/** Activation of one heart. */
export class Waves {
  private readonly nodeTets: Csr;
  private readonly locator: Locator;
  readonly numbers: Renumbering;
  readonly arena = new Arena();
  /** The mesh under own numbers, in the arena, and its solver. */
  readonly front: Front;
  private velocities: Float64Array = new Float64Array(0);

  constructor(mesh: TetMesh) {
    this.nodeTets = nodeTets(mesh.tets, nodeCount(mesh));
    this.locator = openLocator(mesh);
    this.numbers = renumber(mesh);
    this.front = new Front(this.arena, mesh, this.numbers);
  }

  /** As `seedPmjs` and `solveEikonal`. @throws TwinError NoConvergence when a PMJ lies outside or muscle is not reached */
  solve(parameters: ActivationParameters): NumberedWave {
    const velocities = velocitiesByRegion(parameters);
    if (!isEqual(this.velocities, velocities)) {
      this.velocities = new Float64Array(0);
      this.front.setVelocities(parameters);
      this.velocities = velocities;
    }
    const seeds = seedPmjs(this.locator, this.nodeTets, parameters);
    const seedPlaces = seeds.nodes.map((node) => this.numbers.placeOf[node]);
    const { start_ms, unit_ms } = this.front.solve({ ...seeds, nodes: seedPlaces });
    const unreached = this.front.unreached();
    if (unreached > 0) throw unreachedMuscle(unreached);
    const upwind = this.front.upwind.slice();
    const tau = new Float64Array(upwind.length);
    for (let place = 0; place < tau.length; place++) {
      tau[place] = upwind[place] === UNREACHED ? Number.POSITIVE_INFINITY : start_ms + unit_ms * this.front.tau[place];
    }
    const source = new Int32Array(tau.length).fill(-1);
    for (let seed = 0; seed < seedPlaces.length; seed++) {
      const place = seedPlaces[seed];
      if (upwind[place] !== SEEDED) continue;
      source[place] = seeds.origins[seed];
      tau[place] = seeds.times_ms[seed];
    }
    return { seeds, seedPlaces, wave: { tau, upwind, source } };
  }
}
