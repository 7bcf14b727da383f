import type { CohortTables, Edge } from '../activities/edge.ts';
import { openStore } from '../activities/stores/openStore.ts';
import { openBackend, openBackendIfHere } from '../backends/index.ts';
import type { CohortCounts } from '../cohorts/manifest.ts';
import { publishCohort } from '../cohorts/publish.ts';
import { metricColumns } from '../twin/metrics/index.ts';
import { claimDevice } from './devices.ts';
import { packageVersion } from './packageVersion.ts';
import { openScience } from './science.ts';
import type { EdgeSettings } from './settings.ts';

/** The real edge: a store by its address, the science on the run's compute backend, tables as Parquet. */
export async function openEdge({ store, backend, pool, device }: EdgeSettings): Promise<Edge> {
  const options = claimDevice(device, backend);
  const science = openScience(await (pool === 'gpu' ? openBackend : openBackendIfHere)(backend, options));
  return { store: await openStore(store), science, publish: (tables) => publish(tables, science.versions) };
}

/** The cohort's files. What the run cost stands beside them and not in the manifest: it differs from run to run. */
async function publish(
  { plan, parts, scratch, take }: CohortTables,
  stages: Readonly<Record<string, string>>,
): Promise<CohortCounts> {
  const versions = { twinfold: packageVersion(), ...stages };
  const settings = { study: plan.study, metrics: metricColumns, versions, inputs: plan.inputs };
  return (await publishCohort(parts, settings, { scratch, take })).counts;
}
