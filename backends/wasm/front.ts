import { type VentricularVelocities, velocitiesByRegion } from '../../twin/eikonal/metric.ts';
import { SEEDED, UNREACHED } from '../../twin/eikonal/solve.ts';
import type { Seeds } from '../../twin/eikonal/sources.ts';
import { TwinError } from '../../twin/errors.ts';
import { nodeCount, type TetMesh, tetCount } from '../../twin/mesh/tetMesh.ts';
import type { Arena } from './arena.ts';
import { compileModule, instantiate } from './load.ts';
import type { Renumbering } from './renumber.ts';

interface MetricKernels {
  fillTable(
    tets: number,
    points: number,
    corners: number,
    fibres: number,
    regions: number,
    speed: number,
    byRegion: number,
    table: number,
  ): void;
}

interface EikonalKernels {
  spread(
    nodes: number,
    starts: number,
    items: number,
    table: number,
    masks: number,
    tau: number,
    upwind: number,
    links: number,
    heads: number,
    taken: number,
    line: number,
    work: number,
    buckets: number,
    ms: number,
  ): number;
}

const metricModule = compileModule('metric');
const eikonalModule = compileModule('eikonal');

/** Bytes of a tetrahedron's record (`assembly/layout.ts`, where the next two are too). */
const TET_BYTES = 64;
const UNREACHED_TIME = 2 ** 30;
/** Units of time tried in turn, ms: the first reaches 1 s from the earliest seed, the others serve hearts of slow scar. */
const UNITS_ms = [2 ** -20, 2 ** -16, 2 ** -12];
const BUCKETS = 2 ** 13;

/** A heart's mesh in an arena, under the backend's own numbers, and the kernels that solve on it. */
export class Front {
  private readonly metricKernels;
  private readonly kernels;
  readonly points;
  readonly corners;
  readonly fibres;
  readonly regions;
  readonly speed: Float32Array | undefined;
  private readonly byRegion;
  private readonly table;
  private readonly starts;
  private readonly items;
  private readonly masks;
  private readonly links;
  private readonly heads;
  private readonly taken;
  private readonly line;
  private readonly work;
  /** Times in units, [nodes] */
  readonly tau: Int32Array;
  /** `4 · tetrahedron + corner`, SEEDED or UNREACHED, by own numbers, [nodes] */
  readonly upwind: Int32Array;

  constructor(arena: Arena, mesh: TetMesh, { nodeOf, placeOf, tetOf }: Renumbering) {
    const nodes = nodeCount(mesh);
    const tets = tetCount(mesh);
    this.metricKernels = instantiate<MetricKernels>(metricModule, arena.memory);
    this.kernels = instantiate<EikonalKernels>(eikonalModule, arena.memory);
    this.points = arena.float64(3 * nodes);
    for (let place = 0; place < nodes; place++) {
      const from = 3 * nodeOf[place];
      this.points[3 * place] = mesh.points[from];
      this.points[3 * place + 1] = mesh.points[from + 1];
      this.points[3 * place + 2] = mesh.points[from + 2];
    }
    this.corners = arena.int32(4 * tets);
    this.fibres = arena.float64(3 * tets);
    this.regions = arena.uint8(tets);
    this.speed = mesh.speed && arena.float32(tets);
    this.starts = arena.int32(nodes + 1);
    for (let place = 0; place < tets; place++) {
      const tet = tetOf[place];
      for (let corner = 0; corner < 4; corner++) {
        const node = placeOf[mesh.tets[4 * tet + corner]];
        this.corners[4 * place + corner] = node;
        this.starts[node + 1]++;
      }
      this.fibres[3 * place] = mesh.fibres[3 * tet];
      this.fibres[3 * place + 1] = mesh.fibres[3 * tet + 1];
      this.fibres[3 * place + 2] = mesh.fibres[3 * tet + 2];
      this.regions[place] = mesh.regions[tet];
      if (this.speed && mesh.speed) this.speed[place] = mesh.speed[tet];
    }
    this.byRegion = arena.float64(8);
    this.table = arena.uint8(TET_BYTES * tets);
    let most = 0;
    for (let node = 0; node < nodes; node++) {
      most = Math.max(most, this.starts[node + 1]);
      this.starts[node + 1] += this.starts[node];
    }
    this.items = arena.int32(4 * tets);
    const next = this.starts.slice();
    for (let at = 0; at < 4 * tets; at++) {
      this.items[next[this.corners[at]]++] = TET_BYTES * (at >> 2) + 16 * (at & 3);
    }
    this.masks = arena.int32(16);
    // Row o, lane j: whether the edge from o to o^(j + 1) is among those from corner 0 (or o is 0 itself).
    for (let own = 0; own < 4; own++)
      for (let lane = 0; lane < 3; lane++) this.masks[4 * own + lane] = own === 0 || own === lane + 1 ? -1 : 0;
    this.tau = arena.int32(nodes);
    this.upwind = arena.int32(nodes);
    this.links = arena.int32(2 * nodes);
    this.heads = arena.int32(BUCKETS);
    this.taken = arena.uint8(nodes);
    this.line = arena.int32(nodes);
    // One more, because what is compacted is written before it is known whether to keep it.
    this.work = arena.int32(8 * (most + 1));
  }

  /** Fills the records for velocities. @throws TwinError NoConvergence when a velocity is not above zero */
  setVelocities(velocities: VentricularVelocities): void {
    this.byRegion.set(velocitiesByRegion(velocities));
    this.metricKernels.fillTable(
      this.regions.length,
      this.points.byteOffset,
      this.corners.byteOffset,
      this.fibres.byteOffset,
      this.regions.byteOffset,
      this.speed?.byteOffset ?? 0,
      this.byRegion.byteOffset,
      this.table.byteOffset,
    );
  }

  /**
   * Solves from seeds, given under own numbers, into `tau` and `upwind`.
   *
   * @returns the time of `tau`'s zero and its unit, ms
   */
  solve(seeds: Seeds): { readonly start_ms: number; readonly unit_ms: number } {
    let start_ms = Number.POSITIVE_INFINITY;
    for (const time of seeds.times_ms) start_ms = Math.min(start_ms, time);
    for (const unit_ms of UNITS_ms) {
      this.tau.fill(UNREACHED_TIME);
      this.upwind.fill(UNREACHED);
      this.links.fill(-2);
      this.heads.fill(-1);
      this.taken.fill(0);
      let isInRange = true;
      for (let seed = 0; seed < seeds.nodes.length; seed++) {
        const time = Math.round((seeds.times_ms[seed] - start_ms) / unit_ms);
        if (time >= UNREACHED_TIME) isInRange = false;
        else this.wait(seeds.nodes[seed], time);
      }
      if (!isInRange) continue;
      this.kernels.spread(
        this.tau.length,
        this.starts.byteOffset,
        this.items.byteOffset,
        this.table.byteOffset,
        this.masks.byteOffset,
        this.tau.byteOffset,
        this.upwind.byteOffset,
        this.links.byteOffset,
        this.heads.byteOffset,
        this.taken.byteOffset,
        this.line.byteOffset,
        this.work.byteOffset,
        BUCKETS,
        unit_ms,
      );
      if (unit_ms === UNITS_ms[UNITS_ms.length - 1] || this.unreached() === 0) return { start_ms, unit_ms };
    }
    throw new TwinError(
      'NoConvergence',
      `activation: seeds are more than ${UNREACHED_TIME * UNITS_ms[2]} ms apart, expected one beat`,
    );
  }

  /** Number of nodes that tetrahedra use and no wave reached. */
  unreached(): number {
    let count = 0;
    for (let node = 0; node < this.tau.length; node++) {
      if (this.upwind[node] === UNREACHED && this.starts[node + 1] > this.starts[node]) count++;
    }
    return count;
  }

  /** Puts a seed at the head of its bucket. */
  private wait(node: number, time: number): void {
    const bucket = time >> 17;
    const next = this.heads[bucket];
    this.tau[node] = time;
    this.upwind[node] = SEEDED;
    this.links[2 * node] = next;
    this.links[2 * node + 1] = -1;
    if (next >= 0) this.links[2 * next + 1] = node;
    this.heads[bucket] = node;
  }
}
