import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Control, Edge } from '../../activities/edge.ts';
import { type JobInput, type JobName, runJob } from '../../activities/jobs.ts';
import { getPage, getPlan, putStudy } from '../../activities/records/study.ts';
import { openFolderFiles } from '../../activities/stores/files.ts';
import { openMemoryStore } from '../../activities/stores/memoryStore.ts';
import { openFiles, openStore } from '../../activities/stores/openStore.ts';
import { fakeEdge } from '../../test/helpers/fakeEdge.ts';
import { writeFakeStudy } from '../../test/helpers/fakeStudy.ts';
import { environmentOf } from './bucketRun.ts';
import { type ProxiedRequest, startFaultProxy } from './faultProxy.ts';
import { BUCKET } from './servers.ts';

/** How far away a store is: on the same machine, in the same data centre, in the next town. */
const LATENCIES_ms = [0, 5, 20] as const;
const CONTROL: Control = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  resumeFrom: undefined,
};

/** Requests by method, on average over some subjects. */
export function countRequests(requests: readonly ProxiedRequest[], subjects: number): string {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const kind = path.includes('list-type=') ? 'LIST' : method;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort()
    .map(([kind, count]) => `${kind} ${(count / subjects).toFixed(1)}`)
    .join(', ');
}

/** What the stages of a subject ask of a store, and what waiting for it takes at several distances; one line each. */
export async function measureRequests(endpoint: string, subjects: number): Promise<string[]> {
  const proxy = await startFaultProxy(endpoint);
  Object.assign(process.env, environmentOf(proxy.endpoint)); // the thread's shared client, as in a worker
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-requests-'));
  const lines: string[] = [];
  try {
    for (const latency_ms of LATENCIES_ms) {
      proxy.delay(0);
      const { run, collect } = await openRun(folder, `${latency_ms}`, subjects);
      const measured = async (what: string, work: () => Promise<void>) => {
        const from = proxy.requests.length;
        const began_ms = performance.now();
        await work();
        const each_ms = (performance.now() - began_ms) / subjects;
        const counts = countRequests(proxy.requests.slice(from), subjects);
        lines.push(`${latency_ms} ms away, ${what}: ${each_ms.toFixed(0)} ms a subject; ${counts}`);
      };
      proxy.delay(latency_ms);
      await measured('built', run);
      await measured('found again', run);
      await measured('page collected', collect);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await proxy.stop();
  }
  return lines;
}

async function openRun(folder: string, name: string, subjects: number) {
  const data = `s3://${BUCKET}/requests-${name}/data`;
  const store = await openStore(`s3://${BUCKET}/requests-${name}/store`);
  const edge = fakeEdge(store);
  const memory = openMemoryStore();
  const hearts = Array.from({ length: subjects }, (_, value) => ({ value }));
  const local = await writeFakeStudy(memory, join(folder, name), hearts, subjects);
  const plan = await getPlan(memory, local.study);
  const from = openFolderFiles(plan.dataFolder);
  const to = await openFiles(data);
  for await (const { path } of from.list()) await to.write(path, (await from.read(path)) ?? new Uint8Array(0));
  const { study } = await putStudy(store, { ...plan, dataFolder: data }, await getPage(memory, plan, 0), subjects);
  const job = <N extends JobName>(stage: N, input: JobInput<N>) =>
    runJob(edge as Edge, stage, input, CONTROL, { attempt: 1, worker: 'requests' });
  return {
    async run() {
      for (let position = 0; position < subjects; position++) {
        const place = { run: 'r', study, page: 0, position };
        const prepared = await job('prepare', place);
        const calibrated = await job('calibrate', { place, prepared, start: 0 });
        await job('measure', { place, prepared, calibrated });
      }
    },
    async collect() {
      await job('collectPage', { run: 'r', study, page: 0 });
    },
  };
}
