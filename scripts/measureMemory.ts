import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decodeAnatomy } from '../activities/encoding/encode.ts';
import { runJob } from '../activities/jobs.ts';
import { putStudy, type SubjectPlace } from '../activities/records/study.ts';
import { openFolderStore } from '../activities/stores/folderStore.ts';
import { openBackend } from '../backends/index.ts';
import { openStudy } from '../cli/openStudy.ts';
import { writePopulation } from '../cli/writePopulation.ts';
import type { ArtifactRef } from '../cohorts/row.ts';
import { openScience } from '../workers/science.ts';

/**
 * Memory of each stage, each in a process of its own: of synthetic hearts by edge length, in air or in a body, or of a study's first subject.
 * `activities/stageMemory.ts` holds the lines that were put through what this prints.
 *
 *     node scripts/measureMemory.ts 3 2 1.5
 *     node scripts/measureMemory.ts --body 3 2 1.5
 *     node scripts/measureMemory.ts study.yaml
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { body: { type: 'boolean' } } });
const [first = ''] = positionals;
if (process.send !== undefined) {
  const { store, name, input } = JSON.parse(first);
  const edge = {
    store: openFolderStore(store),
    science: openScience(await openBackend('wasm')),
    publish: () => Promise.reject(new Error('no cohort here')),
  };
  const before_MB = process.memoryUsage().rss / 2 ** 20;
  const control = { signal: new AbortController().signal, onProgress: () => undefined, resumeFrom: undefined };
  const began_ms = performance.now();
  const result = await runJob(edge, name, input, control, { attempt: 1, worker: 'one' });
  const seconds = (performance.now() - began_ms) / 1000;
  process.send({ result, memory_MB: process.resourceUsage().maxRSS / 1024 - before_MB, seconds });
} else {
  for (const what of positionals)
    await (Number.isFinite(Number(what)) ? measureSynthetic(Number(what)) : measure(what));
}

async function measureSynthetic(edge: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-memory-'));
  const population = { name: 'memory', size: 1, seed: 1, femaleShare: 0.5, sexEffect: 0, ariEffect: 0, broken: 0 };
  const data = join(folder, 'population');
  await writePopulation({ ...population, out: data, edge, truthEdge: 3, ecg: 'wfdb', tell: () => undefined });
  await measure(join(data, 'study.yaml'));
  rmSync(folder, { recursive: true });
}

async function measure(studyFile: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-memory-'));
  const { study, sheet, dataFolder, inputs } = await openStudy(studyFile, undefined);
  const torso = values.body === true ? { ...study.torso, model: 'body' as const } : study.torso;
  // One Jacobian on the finest mesh is what takes the memory; the rest of the iterations take time.
  const calibration = { ...study.calibration, coarseEdges_mm: [], maxIterations: 2 };
  const store = join(folder, 'store');
  const plan = { study: { ...study, torso, calibration }, dataFolder, outFolder: folder, inputs, refused: [] };
  const stored = await putStudy(openFolderStore(store), plan, sheet.rows.slice(0, 1));
  const place: SubjectPlace = { run: 'memory', study: stored.study, page: 0, position: 0 };
  const inChild = async (name: string, input: unknown) => {
    const child = fork(import.meta.filename, [JSON.stringify({ store, name, input })]);
    const [[answer]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
    return answer as { result: never; memory_MB: number; seconds: number };
  };
  const prepared = await inChild('prepare', place);
  const { anatomy } = prepared.result as { anatomy: ArtifactRef };
  const { mesh } = decodeAnatomy((await openFolderStore(store).get(anatomy)) ?? new Uint8Array(), anatomy.uri);
  const calibrated = await inChild('calibrate', { place, prepared: prepared.result, start: 0 });
  const measured = await inChild('measure', { place, prepared: prepared.result, calibrated: calibrated.result });
  const stages = { prepare: prepared, calibrate: calibrated, measure: measured };
  const told = Object.entries(stages).map(([name, { memory_MB, seconds }]) => [
    name,
    `${Math.round(memory_MB)} MB, ${seconds.toFixed(1)} s`,
  ]);
  const sizes = {
    torso: torso.model,
    heartFile_bytes: statSync(join(dataFolder, sheet.rows[0]?.anatomy ?? '')).size,
    nodes: mesh.points.length / 3,
    tets: mesh.tets.length / 4,
    anatomy_bytes: anatomy.bytes,
  };
  process.stdout.write(`${JSON.stringify({ ...sizes, ...Object.fromEntries(told) })}\n`);
  rmSync(folder, { recursive: true });
}
