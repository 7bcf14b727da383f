import test from 'ava';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { tfjsBackend } from '../../backends/tfjs.ts';
import { TwinError } from '../../twin/errors.ts';
import { testBackend } from '../contracts/backend.ts';
import { TFJS_TOLERANCES } from './tfjsTolerances.ts';

// The native bindings are optional: docs/gpu.md says how to add them.
try {
  const runtime = await openTensorRuntime({ order: ['tfjs-node-gpu', 'tfjs-node'] });
  testBackend(test, tfjsBackend(runtime), TFJS_TOLERANCES);
} catch (error) {
  if (!(error instanceof TwinError)) throw error;
  test.skip(`tfjs-node: no binding here: ${error.message}`, () => {});
}
