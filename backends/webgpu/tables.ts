import type { HeartModel } from '../../twin/backend.ts';
import { openProjection, type Projection } from '../../twin/ecg/projection.ts';
import { type Locator, openLocator } from '../../twin/eikonal/locate.ts';
import { TwinError } from '../../twin/errors.ts';
import { type Csr, nodeTets } from '../../twin/mesh/nodeTets.ts';
import { nodeCount } from '../../twin/mesh/tetMesh.ts';
import type { Gpu } from './gpu.ts';
import {
  kernelReach,
  middleOf,
  packCells,
  packIncidence,
  packPoints,
  packTets,
  packWays,
  scaleLeads,
} from './heartTables.ts';
import { UNITS_PER_MS } from './shaders/common.ts';

/** Longest window whose times are counted in the kernels' 32 bits, ms. */
const LONGEST_WINDOW_ms = 900;

/** What every solve of one heart needs, on the host and on the device. */
export class HeartTables {
  readonly heart: HeartModel;
  readonly nodes: number;
  readonly locator: Locator;
  readonly nodeTets: Csr;
  readonly projection: Projection;
  /** Of the box around the mesh, mm: places are counted from here. */
  readonly middle: Float64Array;
  readonly tets: GPUBuffer;
  readonly ways: GPUBuffer;
  readonly points: GPUBuffer;
  readonly cells: GPUBuffer;
  readonly incident: GPUBuffer;
  readonly leadVectors: GPUBuffer;
  readonly leadUnits: GPUBuffer;
  readonly kernel: GPUBuffer;
  readonly firsts: GPUBuffer;
  readonly reach: GPUBuffer;
  /** Whole units of a grid step, and the rest. */
  readonly stepUnits: number;
  readonly stepShare: number;

  constructor(gpu: Gpu, heart: HeartModel) {
    const { window, mesh } = heart;
    const span_ms = (window.samples - 1) * window.interval_ms;
    if (span_ms > LONGEST_WINDOW_ms) {
      throw new TwinError(
        'BadInput',
        `ECG window: found ${span_ms} ms, expected at most ${LONGEST_WINDOW_ms} ms on a graphics device; take a shorter window or the wasm backend`,
      );
    }
    this.heart = heart;
    this.nodes = nodeCount(mesh);
    this.nodeTets = nodeTets(mesh.tets, this.nodes);
    this.locator = openLocator(mesh);
    this.projection = openProjection(heart);
    this.middle = middleOf(mesh);
    const { neighbours, cellNodes } = this.locator.nearField;
    const step = this.projection.step_ms * UNITS_PER_MS;
    this.stepUnits = Math.floor(step);
    this.stepShare = step - this.stepUnits;
    const leads = scaleLeads(heart);
    const made: GPUBuffer[] = [];
    const upload = (data: Uint32Array | Int32Array | Float32Array, what: string) => {
      const buffer = gpu.upload(data, what);
      made.push(buffer);
      return buffer;
    };
    try {
      this.tets = upload(packTets(mesh), 'tetrahedra');
      this.ways = upload(packWays(mesh, neighbours), 'neighbours');
      this.points = upload(packPoints(mesh, this.middle), 'nodes');
      this.cells = upload(packCells(cellNodes, this.nodeTets), 'cells');
      this.incident = upload(packIncidence(this.nodeTets, mesh.tets), 'incidences');
      this.leadVectors = upload(leads.vectors, 'lead vectors');
      this.leadUnits = upload(leads.units, 'units of leads');
      this.kernel = upload(Float32Array.from(this.projection.kernel), 'ECG kernel');
      this.firsts = upload(this.projection.firsts, 'ECG samples');
      this.reach = upload(kernelReach(this.projection), 'ECG steps');
    } catch (error) {
      gpu.free(...made);
      throw error;
    }
  }

  free(gpu: Gpu): void {
    gpu.free(this.tets, this.ways, this.points, this.cells, this.incident, this.leadVectors, this.leadUnits);
    gpu.free(this.kernel, this.firsts, this.reach);
  }
}
