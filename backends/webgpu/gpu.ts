/// <reference types="@webgpu/types" />
import { TwinError } from '../../twin/errors.ts';
import { WORKGROUP } from './shaders/common.ts';

/** Uses of buffers, by the numbers that the WebGPU standard gives them. */
const USAGE = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 } as const;
const MAP_READ = 1;
const ERRORS = ['validation', 'out-of-memory', 'internal'] as const;
/** Workgroups along one dimension of a dispatch, on every device. */
const GROUPS_ALONG = 65535;

type Data = Uint32Array | Int32Array | Float32Array;

/** Part of a buffer as a kernel sees it. */
export interface Slice {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}
export type Bound = GPUBuffer | Slice;
/** What a kernel is bound to, by the numbers of its bindings; undefined for a number that it does not have. */
export type Bindings = readonly (Bound | undefined)[];

/** A device with what is used of it: buffers that are counted, kernels that are compiled once, and reading back. */
export class Gpu {
  readonly device: GPUDevice;
  private readonly pipelines = new Map<string, GPUComputePipeline>();
  private failure: string | undefined;
  /** What there was no memory for, last. */
  private refused: string | undefined;
  /** Bytes and number of the buffers that were made and not yet destroyed. */
  liveBytes = 0;
  liveBuffers = 0;

  constructor(device: GPUDevice) {
    this.device = device;
    device.addEventListener('uncapturederror', (event) => {
      this.failure ??= event.error.message;
    });
    device.lost.then(({ message, reason }) => {
      this.failure ??= reason === 'destroyed' ? 'the backend was closed' : `the device was lost (${message})`;
    });
  }

  /** Bytes that one array of a kernel may have. */
  get mostBytes(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    return Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  /** A zeroed array of a kernel. @throws TwinError BadInput when the device's arrays cannot be so large */
  storage(bytes: number, what: string): GPUBuffer {
    if (bytes > this.mostBytes) {
      throw new TwinError(
        'BadInput',
        `graphics device: found ${(bytes / 2 ** 20).toFixed(0)} MiB of ${what}, expected at most ${(this.mostBytes / 2 ** 20).toFixed(0)} MiB in one array; take a coarser mesh or the wasm backend`,
        { bytes, mostBytes: this.mostBytes },
      );
    }
    return this.make(bytes, USAGE.storage | USAGE.copySource | USAGE.copyTarget, what);
  }

  uniform(bytes: number, what: string): GPUBuffer {
    return this.make(bytes, USAGE.uniform | USAGE.copyTarget, what);
  }

  /** An array of a kernel that holds a copy of `data`. */
  upload(data: Data, what: string): GPUBuffer {
    const buffer = this.storage(Math.max(16, data.byteLength), what);
    this.write(buffer, data);
    return buffer;
  }

  write(buffer: GPUBuffer, data: Data): void {
    this.device.queue.writeBuffer(buffer, 0, data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  }

  free(...buffers: (GPUBuffer | undefined)[]): void {
    for (const buffer of buffers) {
      if (buffer === undefined) continue;
      this.liveBytes -= buffer.size;
      this.liveBuffers--;
      buffer.destroy();
    }
  }

  /**
   * Adds one kernel to a pass.
   *
   * @param invocations  how many at least; the kernel leaves out those past the end
   */
  dispatch(pass: GPUComputePassEncoder, code: string, bindings: Bindings, invocations: number): void {
    const pipeline = this.pipeline(code);
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, this.bind(pipeline, bindings));
    this.dispatchBound(pass, invocations);
  }

  bind(pipeline: GPUComputePipeline, bindings: Bindings): GPUBindGroup {
    return this.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bindings.flatMap((bound, binding) =>
        bound ? [{ binding, resource: 'buffer' in bound ? bound : { buffer: bound } }] : [],
      ),
    });
  }

  dispatchBound(pass: GPUComputePassEncoder, invocations: number): void {
    const groups = Math.ceil(invocations / WORKGROUP);
    if (groups === 0) return;
    const along = Math.min(groups, GROUPS_ALONG);
    pass.dispatchWorkgroups(along, Math.ceil(groups / along));
  }

  pipeline(code: string): GPUComputePipeline {
    let pipeline = this.pipelines.get(code);
    if (!pipeline) {
      const module = this.device.createShaderModule({ code });
      pipeline = this.device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      this.pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  /**
   * Runs what `record` adds to an encoder, and gives the first bytes of each of the buffers as they are then.
   *
   * @throws Error when the device could not do it; what other hearts run beside this goes on
   */
  async run(
    record: (encoder: GPUCommandEncoder) => void,
    results: readonly { readonly from: GPUBuffer; readonly offset?: number; readonly bytes: number }[] = [],
  ): Promise<ArrayBuffer[]> {
    this.check();
    // Nothing else is recorded until the scopes are closed, so what they catch is of this run alone.
    for (const kind of ERRORS) this.device.pushErrorScope(kind);
    const encoder = this.device.createCommandEncoder();
    record(encoder);
    const copies = results.map(({ from, offset = 0, bytes }) => {
      const copy = this.make(Math.max(4, bytes), USAGE.mapRead | USAGE.copyTarget, 'results');
      if (bytes > 0) encoder.copyBufferToBuffer(from, offset, copy, 0, bytes);
      return copy;
    });
    this.device.queue.submit([encoder.finish()]);
    const caught = Promise.all(ERRORS.map(() => this.device.popErrorScope()));
    try {
      const mapped = await Promise.allSettled([caught, ...copies.map((copy) => copy.mapAsync(MAP_READ))]);
      this.check();
      for (const error of await caught) {
        if (!error) continue;
        if (this.refused === undefined) throw new Error(`graphics device: ${error.message}`);
        throw new TwinError('OutOfMemory', `graphics device: ${this.refused}; fewer twins at a time leave it more`, {});
      }
      for (const answer of mapped) if (answer.status === 'rejected') throw answer.reason;
      return copies.map((copy, at) => copy.getMappedRange().slice(0, results[at].bytes));
    } finally {
      this.free(...copies);
    }
  }

  /** @throws Error when the device was lost or closed */
  private check(): void {
    if (this.failure !== undefined) throw new Error(`graphics device: ${this.failure}`);
  }

  private make(bytes: number, usage: number, label: string): GPUBuffer {
    const size = Math.ceil(bytes / 16) * 16;
    this.device.pushErrorScope('out-of-memory');
    const buffer = this.device.createBuffer({ label, size, usage });
    // The run that uses the buffer will fail, and say this.
    this.device.popErrorScope().then(
      (error) => {
        if (error) this.refused = `its memory does not hold ${(size / 2 ** 20).toFixed(0)} MiB more of ${label}`;
      },
      // A device that is lost answers nothing more, and every run says so.
      () => {},
    );
    this.liveBytes += size;
    this.liveBuffers++;
    return buffer;
  }
}
