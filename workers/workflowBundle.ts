import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';
import { failureConverterPath } from './access.ts';

const isModule = /\.(ts|js)$/;

/** What a bundle holds beside the workflows. */
export interface BundleOptions {
  /** Texts of failures become payloads, which a codec encrypts; false where it is not said */
  readonly isEncrypted?: boolean;
  /** Workflows are traced; false where it is not said */
  readonly isTraced?: boolean;
}

/** The workflows as one file for Temporal's sandbox: built once, then found in the cache by the hash of their sources and of the SDK's version. */
export async function workflowBundle(
  cache: string,
  logger: Logger,
  { isEncrypted = false, isTraced = false }: BundleOptions = {},
): Promise<{ readonly codePath: string }> {
  const folder = fileURLToPath(new URL('../workflows/', import.meta.url));
  const hash = createHash('sha256').update(sdkVersion());
  for (const name of (await readdir(folder)).filter((entry) => isModule.test(entry)).sort()) {
    hash.update(`${name}\n`).update(await readFile(join(folder, name)));
  }
  if (isEncrypted) hash.update('codecFailures\n').update(await readFile(failureConverterPath));
  if (isTraced) hash.update(`${TRACING}\n`);
  const codePath = join(cache, `workflows-${hash.digest('hex').slice(0, 16)}.js`);
  if (!existsSync(codePath)) {
    const { code } = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(workflows),
      logger,
      ...(isEncrypted ? { failureConverterPath } : {}),
      ...(isTraced ? { workflowInterceptorModules: [createRequire(import.meta.url).resolve(TRACING)] } : {}),
    });
    await mkdir(cache, { recursive: true });
    const beside = `${codePath}.${randomUUID()}.part`;
    await writeFile(beside, code);
    await rename(beside, codePath);
  }
  return { codePath };
}

/** The SDK's own interceptors: they add headers to what workflows ask for, and no command. */
const TRACING = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors';
const workflows = new URL('../workflows/index.ts', import.meta.url);

function sdkVersion(): string {
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
  return version;
}
