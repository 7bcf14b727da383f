import { TwinError } from '../twin/errors.ts';

/** What V8 says where memory is at its end; every other RangeError is a fault of the program. */
const SAYINGS = /array buffer allocation failed|webassembly\.memory|could not allocate memory|unable to grow/i;

/** The error as what it is, where it says that memory was at its end: a reaction of its own (fewer at a time, or a larger worker). */
export function asOutOfMemory(error: unknown): TwinError | undefined {
  if (error instanceof TwinError) return error.code === 'OutOfMemory' ? error : undefined;
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new TwinError('OutOfMemory', 'memory: a thread outgrew the memory that its worker has', {});
  }
  if (!SAYINGS.test(error.message)) return undefined; // a RangeError at first, an Error when it has passed through a thread
  return new TwinError('OutOfMemory', `memory: an array could not be had (${error.message})`, {});
}
