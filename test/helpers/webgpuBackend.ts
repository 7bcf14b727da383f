import { openWebgpuBackend, type WebgpuBackend, type WebgpuOptions } from '../../backends/webgpu.ts';
import { useSoftwareVulkan } from '../../scripts/softwareVulkan.ts';
import { TwinError } from '../../twin/errors.ts';

/**
 * The backend on SwiftShader, or where that is absent (`node scripts/softwareVulkan.ts` fetches it) or `TWINFOLD_TEST_GPU` is set, on the
 * machine's own device; a sentence where there is neither.
 */
export async function openTestBackend(options: WebgpuOptions = {}): Promise<WebgpuBackend | string> {
  if (process.env.TWINFOLD_TEST_GPU === undefined) useSoftwareVulkan();
  try {
    return await openWebgpuBackend({ allowSoftware: true, ...options });
  } catch (error) {
    if (error instanceof TwinError) return error.message;
    throw error;
  }
}
