import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';
import { TwinError } from '../twin/errors.ts';
import type { CohortClient } from './client.ts';
import { packageVersion } from './packageVersion.ts';
import { stageVersions } from './science.ts';
import type { WorkerSettings } from './settings.ts';

/** One build of this program under a deployment's name. */
export type Build = NonNullable<WorkerSettings['deployment']>;

/** A build as the server knows it. */
export interface KnownBuild {
  readonly buildId: string;
  /** New runs begin on it. */
  readonly isCurrent: boolean;
  /** `DRAINING` while runs that began on it are under way, `DRAINED` when its workers may go; null where it is or was not yet current */
  readonly drainage: 'DRAINING' | 'DRAINED' | null;
}

/**
 * Name of this build where none is given: the version of the package and a hash of the workflows and of what the stages' versions are. Two installations
 * of the same code have the same.
 */
export async function defaultBuildId(): Promise<string> {
  const folder = fileURLToPath(new URL('../workflows/', import.meta.url));
  const hash = createHash('sha256').update(JSON.stringify(stageVersions('')));
  for (const name of (await readdir(folder)).filter((entry) => /\.(ts|js)$/.test(entry)).sort()) {
    hash.update(`${name}\n`).update(await readFile(join(folder, name)));
  }
  return `${packageVersion()}-${hash.digest('hex').slice(0, 12)}`;
}

/** Worker options of a build: a run ends on the build that it began on, with all its activities. */
export function deploymentOptions(build: Build | undefined): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (build === undefined) return {};
  const version = { deploymentName: build.name, buildId: build.buildId };
  return {
    workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior: 'PINNED' },
  };
}

/** Builds that workers of a deployment have shown to the server, the newest first. @throws TwinError BadStudy where there is none */
export async function listBuilds({ client }: CohortClient, deploymentName: string): Promise<KnownBuild[]> {
  const { namespace } = client.options;
  const { workerDeploymentInfo: info } = await client.workflowService
    .describeWorkerDeployment({ namespace, deploymentName })
    .catch((error: Error) => {
      throw refusal(deploymentName, error);
    });
  const current = info?.routingConfig?.currentDeploymentVersion?.buildId;
  return (info?.versionSummaries ?? []).map(({ deploymentVersion, drainageStatus }) => {
    const buildId = deploymentVersion?.buildId ?? '';
    return { buildId, isCurrent: buildId === current, drainage: DRAINAGE[drainageStatus ?? 0] ?? null };
  });
}

/** By the numbers of Temporal's VersionDrainageStatus. */
const DRAINAGE: readonly KnownBuild['drainage'][] = [null, 'DRAINING', 'DRAINED'];

/**
 * Lets new runs begin on a build; those under way stay where they are. Its workers must be there for every pool.
 *
 * @throws TwinError BadStudy where the server does not know the build, or misses workers of it
 */
export async function makeCurrent({ client }: CohortClient, { name: deploymentName, buildId }: Build): Promise<void> {
  const { namespace } = client.options;
  await client.workflowService
    .setWorkerDeploymentCurrentVersion({ namespace, deploymentName, buildId, identity: 'twinfold' })
    .catch((error: Error) => {
      throw refusal(`${deploymentName}, build ${buildId}`, error);
    });
}

/** @returns what the server said as a sentence; an error of the connection stays as it is */
function refusal(what: string, error: Error): Error {
  if (!('details' in error) || !('code' in error) || ![3, 5, 9].includes(Number(error.code))) return error; // invalid, not found, not now
  return new TwinError('BadStudy', `deployment ${what}: ${String(error.details)}; its workers tell the server of it`);
}
