import test from 'ava';
import { openTensorRuntime } from '../../backends/tfjs/runtime.ts';
import { tfjsBackend } from '../../backends/tfjs.ts';
import { useSoftwareVulkan } from '../../scripts/softwareVulkan.ts';
import { TwinError } from '../../twin/errors.ts';
import { testBackend } from '../contracts/backend.ts';
import { blockHeart } from '../helpers/heartModels.ts';
import { TFJS_TOLERANCES } from './tfjsTolerances.ts';

// SwiftShader where it is (`node scripts/softwareVulkan.ts` fetches it), otherwise the machine's own device.
useSoftwareVulkan();
try {
  const runtime = await openTensorRuntime({ order: ['tfjs-webgpu'], allowSoftwareAdapter: true });
  // An operation costs SwiftShader near a millisecond whatever its size: small muscle is crossed in fewer sweeps.
  testBackend(test, tfjsBackend(runtime), TFJS_TOLERANCES, blockHeart(4));
} catch (error) {
  if (!(error instanceof TwinError)) throw error;
  test.skip(`tfjs-webgpu: no adapter here: ${error.message}`, () => {});
}
