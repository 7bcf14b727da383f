/** A WebAssembly page, bytes. */
const PAGE = 65536;
/** Pages that the modules declare as their most: 4 GiB. They are addresses until they are grown into. */
const MAXIMUM_PAGES = 65536;
/** Arrays start on lines of the cache. */
const LINE = 64;

/**
 * The memory of one heart: typed arrays that WebAssembly modules and TypeScript both see. An array's `byteOffset` is its
 * pointer in a module. The memory is shared, so views stay valid when it grows, and threads see it too. Everything
 * is freed at once, when the arena and its arrays are forgotten.
 */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** First free byte. The first line stays empty: no array has pointer 0. */
  private end = LINE;

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
  }

  /** Bytes handed out. */
  get bytes(): number {
    return this.end;
  }

  /** The next four give zeroed arrays. @throws RangeError when 4 GiB are full */
  float64(length: number): Float64Array {
    const start = this.take(8 * length);
    return new Float64Array(this.memory.buffer, start, length);
  }

  float32(length: number): Float32Array {
    const start = this.take(4 * length);
    return new Float32Array(this.memory.buffer, start, length);
  }

  int32(length: number): Int32Array {
    const start = this.take(4 * length);
    return new Int32Array(this.memory.buffer, start, length);
  }

  uint8(length: number): Uint8Array {
    const start = this.take(length);
    return new Uint8Array(this.memory.buffer, start, length);
  }

  private take(bytes: number): number {
    const start = this.end;
    this.end = start + Math.ceil(bytes / LINE) * LINE;
    const missing = this.end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return start;
  }
}
