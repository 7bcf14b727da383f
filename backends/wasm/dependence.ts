import { VELOCITY_PARAMETERS } from '../../twin/backend.ts';
import { SEEDED, type Wave } from '../../twin/eikonal/solve.ts';
import { TERRITORIES } from '../../twin/eikonal/territories.ts';
import type { Arena } from './arena.ts';
import { compileModule, instantiate } from './load.ts';

/** A mesh in an arena; its numbers of nodes and tetrahedra are those of everything here. */
export interface ArenaMesh {
  /** mm, [nodes, 3] */
  readonly points: Float64Array;
  /** [tets, 4] */
  readonly corners: Int32Array;
  /** [tets, 3] */
  readonly fibres: Float64Array;
  /** [tets] */
  readonly regions: Uint8Array;
  /** [tets] */
  readonly speed: Float32Array | undefined;
}

/** How the times of seeded nodes move with their PMJs' places and the velocities. */
export interface SeedLegs {
  /** ∂τ/∂x of the PMJ, ms/mm, [seeds, 3] */
  readonly byPosition: Float64Array;
  /** ∂τ/∂(lv.fibre, lv.transverse, rv.fibre, rv.transverse), ms per mm/ms, [seeds, 4] */
  readonly byVelocity: Float64Array;
}

/** Functions of `assembly/derivatives.ts`; arrays are pointers. */
interface DerivativeKernels {
  linearise(...pointers: readonly number[]): void;
  orderGroups(...pointers: readonly number[]): number;
  findTerritories(...pointers: readonly number[]): void;
  pullBack(...pointers: readonly number[]): void;
}

const derivativesModule = compileModule('derivatives');

/** `linearise`, `findTerritories` and `pullBack` (twin/eikonal) of one wave at a time, in an arena. */
export class Dependence {
  private readonly arena: Arena;
  private readonly mesh: ArenaMesh;
  private readonly kernels: DerivativeKernels;
  private readonly nodes: number;
  /** ms, [nodes] */
  readonly tau: Float64Array;
  private readonly upwind: Int32Array;
  private readonly source: Int32Array;
  /** Of `assembly/linearise.ts`, [4, 4] */
  private readonly slowness: Float64Array;
  private readonly upwindNodes: Int32Array;
  private readonly weights: Float64Array;
  private readonly legByVelocity: Float64Array;
  /** Scratch of `orderGroups`; then what waits in `pullBack` */
  private readonly records: Int32Array;
  private readonly path: Int32Array;
  private readonly open: Int32Array;
  private readonly order: Int32Array;
  private readonly groups: Int32Array;
  private readonly merged: Uint8Array;
  /** Of `findTerritories`: i32, [nodes, 4]; f64, [nodes, 4, 4]; f64, [nodes, 4] */
  readonly sources: Int32Array;
  readonly derivatives: Float64Array;
  readonly byVelocity: Float64Array;
  private gradient: Float64Array = new Float64Array(0);
  private groupCount = 0;

  constructor(arena: Arena, mesh: ArenaMesh) {
    const nodes = mesh.points.length / 3;
    this.arena = arena;
    this.mesh = mesh;
    this.nodes = nodes;
    this.kernels = instantiate<DerivativeKernels>(derivativesModule, arena.memory);
    this.tau = arena.float64(nodes);
    this.upwind = arena.int32(nodes);
    this.source = arena.int32(nodes);
    this.slowness = arena.float64(16);
    this.upwindNodes = arena.int32(3 * nodes);
    this.weights = arena.float64(3 * nodes);
    this.legByVelocity = arena.float64(VELOCITY_PARAMETERS * nodes);
    this.records = arena.int32(4 * nodes);
    this.path = arena.int32(nodes);
    this.open = arena.int32(nodes);
    this.order = arena.int32(nodes);
    this.groups = arena.int32(nodes + 1);
    this.merged = arena.uint8(12 * 36);
    this.sources = arena.int32(TERRITORIES * nodes);
    this.derivatives = arena.float64(4 * TERRITORIES * nodes);
    this.byVelocity = arena.float64(VELOCITY_PARAMETERS * nodes);
  }

  /**
   * Linearises a wave, which everything below is then asked of.
   *
   * @param seeds     nodes of which `legs` has the derivatives; those that the wave holds as seeded must be among them, [seeds]
   * @param byRegion  of `velocitiesByRegion`, mm/ms, [4, 2]
   */
  linearise({ tau, upwind, source }: Wave, seeds: ArrayLike<number>, legs: SeedLegs, byRegion: Float64Array): void {
    this.tau.set(tau);
    this.upwind.set(upwind);
    this.source.set(source);
    for (let region = 0; region < 4; region++) {
      const [along, across] = byRegion.subarray(2 * region, 2 * region + 2);
      const slow = [1 / across ** 2, 1 / along ** 2 - 1 / across ** 2, 1 / along ** 3, 1 / across ** 3];
      this.slowness.set(slow, 4 * region);
    }
    this.kernels.linearise(
      this.nodes,
      this.mesh.points.byteOffset,
      this.mesh.corners.byteOffset,
      this.mesh.fibres.byteOffset,
      this.mesh.regions.byteOffset,
      this.mesh.speed?.byteOffset ?? 0,
      this.slowness.byteOffset,
      this.tau.byteOffset,
      this.upwind.byteOffset,
      this.upwindNodes.byteOffset,
      this.weights.byteOffset,
      this.legByVelocity.byteOffset,
    );
    for (let seed = 0; seed < seeds.length; seed++) {
      const node = seeds[seed];
      if (upwind[node] !== SEEDED) continue;
      for (let axis = 0; axis < 3; axis++) this.weights[3 * node + axis] = legs.byPosition[3 * seed + axis];
      for (let velocity = 0; velocity < VELOCITY_PARAMETERS; velocity++) {
        this.legByVelocity[VELOCITY_PARAMETERS * node + velocity] =
          legs.byVelocity[VELOCITY_PARAMETERS * seed + velocity];
      }
    }
    this.groupCount = this.kernels.orderGroups(
      this.nodes,
      this.upwindNodes.byteOffset,
      this.records.byteOffset,
      this.path.byteOffset,
      this.open.byteOffset,
      this.order.byteOffset,
      this.groups.byteOffset,
    );
  }

  /** Fills `sources`, `derivatives` and `byVelocity`; of nodes that hold fewer than four PMJs the rest is left as it was. */
  findTerritories(): void {
    this.kernels.findTerritories(
      this.groupCount,
      ...this.dependencies(),
      this.merged.byteOffset,
      this.sources.byteOffset,
      this.derivatives.byteOffset,
      this.byVelocity.byteOffset,
    );
  }

  /** As `pullBack` (twin/eikonal/adjoint.ts). @param nodeSensitivity loss/ms, [nodes] */
  pullBack(nodeSensitivity: Float64Array, pmjs: number): Float64Array {
    const length = 4 * pmjs + VELOCITY_PARAMETERS;
    if (this.gradient.length < length) this.gradient = this.arena.float64(length);
    const waiting = new Float64Array(this.records.buffer, this.records.byteOffset, this.nodes);
    waiting.set(nodeSensitivity);
    const gradient = this.gradient.subarray(0, length).fill(0);
    this.kernels.pullBack(this.groupCount, ...this.dependencies(), waiting.byteOffset, pmjs, gradient.byteOffset);
    return gradient.slice();
  }

  private dependencies(): readonly number[] {
    return [
      this.order.byteOffset,
      this.groups.byteOffset,
      this.upwind.byteOffset,
      this.source.byteOffset,
      this.upwindNodes.byteOffset,
      this.weights.byteOffset,
      this.legByVelocity.byteOffset,
    ];
  }
}
