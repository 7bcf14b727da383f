import { Worker } from 'node:worker_threads';
import type { EcgReading, HeartModel, OpenHeart, Solution } from '../../twin/backend.ts';
import type { ActivationParameters } from '../../twin/calibrate/twin.ts';
import { TwinError } from '../../twin/errors.ts';
import { isEqual, parameterBytes } from '../parameterBytes.ts';
import type { Answer, Call, Method, ThreadHeart } from './poolMessages.ts';

/** Latest parameters by which a thread is known to hold a solution; it may hold fewer, which costs time only. */
const REMEMBERED = 64;

/**
 * A heart that is opened by several threads, each with tables of its own; calls that overlap are shared out. A thread
 * answers as the backend does alone, so answers depend neither on their number nor on who answers.
 *
 * A call goes to the thread that solved its parameters before, otherwise to the one with the fewest calls before it. Threads start when they are first needed.
 */
export function openHeartPool(heart: HeartModel, threads: number): OpenHeart {
  return new HeartPool(shareHeart(heart), threads);
}

class HeartPool implements OpenHeart {
  private readonly heart: HeartModel;
  private readonly threads: number;
  private started: HeartThread[] = [];

  constructor(heart: HeartModel, threads: number) {
    this.heart = heart;
    this.threads = threads;
  }

  solve(parameters: ActivationParameters): Promise<Solution> {
    return this.ask<Solution>('solve', parameters);
  }

  gradient(parameters: ActivationParameters, ecgSensitivity: Float64Array): Promise<Float64Array> {
    return this.ask<Float64Array>('gradient', parameters, ecgSensitivity);
  }

  jacobian(parameters: ActivationParameters): Promise<Float32Array> {
    return this.ask<Float32Array>('jacobian', parameters);
  }

  readJacobian(parameters: ActivationParameters, reading: EcgReading): Promise<Float32Array> {
    return this.ask<Float32Array>('readJacobian', parameters, reading);
  }

  territories(parameters: ActivationParameters): Promise<Uint32Array> {
    return this.ask<Uint32Array>('territories', parameters);
  }

  async close(): Promise<void> {
    await Promise.all(this.started.splice(0).map((thread) => thread.close()));
  }

  private async ask<Result>(method: Method, parameters: ActivationParameters, ...more: unknown[]): Promise<Result> {
    const key = parameterBytes(parameters);
    const thread = this.threadFor(key);
    return (await thread.ask(method, [parameters, ...more])) as Result; // what that method gives, on the other side of the thread boundary
  }

  private threadFor(key: Float64Array): HeartThread {
    this.started = this.started.filter((thread) => !thread.isLost);
    const knowing = this.started.find((thread) => thread.knows(key));
    if (knowing) return knowing;
    let least = this.started.reduce<HeartThread | undefined>(
      (best, thread) => (best === undefined || thread.waiting < best.waiting ? thread : best),
      undefined,
    );
    if (least === undefined || (least.waiting > 0 && this.started.length < this.threads)) {
      least = new HeartThread(this.heart);
      this.started.push(least);
    }
    least.remember(key);
    return least;
  }
}

/** One thread, and the calls that it has not answered. */
class HeartThread {
  private readonly worker: Worker;
  private readonly calls = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  private readonly known: Float64Array[] = [];
  private lastId = 0;
  /** Ended, by itself or by `close`. */
  isLost = false;

  constructor(heart: HeartModel) {
    this.worker = new Worker(new URL('./poolThread.ts', import.meta.url), {
      workerData: { heart } satisfies ThreadHeart,
    });
    this.worker.on('message', (answer: Answer) => this.settle(answer));
    this.worker.on('error', (error) => this.lose(error));
    this.worker.on('exit', () => this.lose(new Error('a thread of the wasm backend ended before it answered')));
    // A heart that nobody asks must not keep the process alive.
    this.worker.unref();
  }

  get waiting(): number {
    return this.calls.size;
  }

  knows(key: Float64Array): boolean {
    return this.known.some((other) => isEqual(other, key));
  }

  remember(key: Float64Array): void {
    this.known.push(key);
    if (this.known.length > REMEMBERED) this.known.shift();
  }

  ask(method: Method, parameters: readonly unknown[]): Promise<unknown> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      if (this.calls.size === 0) this.worker.ref();
      this.calls.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, parameters } satisfies Call);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(answer: Answer): void {
    const call = this.calls.get(answer.id);
    this.calls.delete(answer.id);
    if (this.calls.size === 0) this.worker.unref();
    if ('result' in answer) call?.resolve(answer.result);
    else {
      const { code, message, details } = answer.error;
      call?.reject(code === undefined ? new Error(message) : new TwinError(code, message, details));
    }
  }

  private lose(error: unknown): void {
    this.isLost = true;
    const calls = [...this.calls.values()];
    this.calls.clear();
    for (const call of calls) call.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/** The same heart in memory that threads share, so that it stands there once. */
function shareHeart(heart: HeartModel): HeartModel {
  const { points, tets, regions, fibres, speed } = heart.mesh;
  return {
    ...heart,
    leadVectors: share(heart.leadVectors),
    mesh: {
      points: share(points),
      tets: share(tets),
      regions: share(regions),
      fibres: share(fibres),
      ...(speed && { speed: share(speed) }),
    },
  };
}

function share<Values extends Float64Array | Float32Array | Uint32Array | Uint8Array>(values: Values): Values {
  const bytes = new Uint8Array(new SharedArrayBuffer(values.byteLength));
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const Kind = values.constructor as new (buffer: SharedArrayBuffer) => Values; // the constructor of a typed array takes a buffer
  return new Kind(bytes.buffer);
}
