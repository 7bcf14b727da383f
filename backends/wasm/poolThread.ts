import { parentPort, workerData } from 'node:worker_threads';
import { TwinError } from '../../twin/errors.ts';
import { wasmBackend } from '../wasm.ts';
import type { Answer, Call, ThreadHeart, ToldError } from './poolMessages.ts';

// One thread of `openHeartPool`: it opens the heart it was started with, then answers one call after the other.
const { heart } = workerData as ThreadHeart; // what openHeartPool starts this file with
const open = await wasmBackend.open(heart);
const port = parentPort;

port?.on('message', async ({ id, method, parameters }: Call) => {
  try {
    // The caller's types, checked there, say what a method takes.
    const ask = open[method] as ((...given: readonly unknown[]) => Promise<unknown>) | undefined;
    const result = await ask?.apply(open, [...parameters]);
    port.postMessage({ id, result } satisfies Answer, buffers(result));
  } catch (error) {
    port.postMessage({ id, error: tell(error) } satisfies Answer);
  }
});

/** Buffers of an answer, which belong to its caller: they move instead of being copied. */
function buffers(result: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const look = (value: unknown) => {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) look(part);
  };
  look(result);
  return [...found];
}

function tell(error: unknown): ToldError {
  if (error instanceof TwinError) return { message: error.message, code: error.code, details: error.details };
  return { message: error instanceof Error ? error.message : String(error) };
}
