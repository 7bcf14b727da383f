import type { Backend } from '../twin/backend.ts';
import { TwinError } from '../twin/errors.ts';

/** Compute backends by name, each loaded when it is first asked for. */
const BACKENDS: Readonly<Record<string, () => Promise<Backend>>> = {
  reference: async () => (await import('./reference.ts')).referenceBackend,
};

/** Every name that `openBackend` takes. */
export const BACKEND_NAMES: readonly string[] = Object.keys(BACKENDS);

/** @throws TwinError BadStudy when there is no such backend, or this machine lacks what it needs */
export async function openBackend(name: string): Promise<Backend> {
  const open = BACKENDS[name];
  if (open === undefined) {
    throw new TwinError('BadStudy', `backend: found "${name}", expected one of ${BACKEND_NAMES.join(', ')}`);
  }
  return open();
}
