/**
 * What an engine costs beyond the science: the same small jobs as a Twinfold run, on Snakemake and on Ray.
 * `node bench/orchestration/run.ts [--subjects 1000] [--wait 0] [--slots 4] [--engines twinfold,snakemake,ray] [--python python3] [--json FILE]`
 * prints a table; `--python` names one that has the packages snakemake and ray. Linux.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Job, type Outcome, overheadOf, writeInputs } from './job.ts';
import { runRay, runSnakemake } from './peers.ts';
import { runTwinfold } from './twinfold.ts';

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000' },
    wait: { type: 'string', default: '0' },
    slots: { type: 'string', default: '4' },
    engines: { type: 'string', default: 'twinfold,snakemake,ray' },
    python: { type: 'string', default: 'python3' },
    json: { type: 'string' },
  },
});
const job: Job = { subjects: Number(values.subjects), wait_s: Number(values.wait), slots: Number(values.slots) };
const engines = values.engines.split(',');
const folder = await mkdtemp(join(tmpdir(), 'twinfold-orchestration-'));
const outcomes: Outcome[] = [];
try {
  const inputs = join(folder, 'inputs');
  await writeInputs(inputs, job);
  const place = (engine: string) => join(folder, engine);
  if (engines.includes('twinfold')) outcomes.push(await runTwinfold(place('twinfold'), inputs, job, process.env));
  if (engines.includes('snakemake')) outcomes.push(await runSnakemake(place('snakemake'), inputs, job, values.python));
  if (engines.includes('ray')) outcomes.push(await runRay(place('ray'), inputs, job, values.python));
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
for (const { engine, rows } of outcomes) {
  if (rows !== job.subjects) throw new Error(`${engine}: ${rows} rows of ${job.subjects} subjects`);
}
console.log(
  `${job.subjects} subjects of three stages, the second waits ${job.wait_s} s; ${job.slots} at the same time\n`,
);
console.log(
  '| engine | set-up, s | work, s | subjects/s | overhead a subject: CPU, ms | clock, ms | peak memory, MB |',
);
console.log('|---|---|---|---|---|---|---|');
for (const outcome of outcomes) {
  const { cpu_ms, clock_ms } = overheadOf(job, outcome);
  const { engine, version, setup_s, work_s, usage } = outcome;
  const figures = [setup_s.toFixed(1), work_s.toFixed(1), (job.subjects / work_s).toFixed(1), cpu_ms.toFixed(0)];
  console.log(
    `| ${engine} ${version} | ${[...figures, clock_ms.toFixed(1), usage.all?.peak_MB.toFixed(0)].join(' | ')} |`,
  );
}
for (const { engine, usage, more } of outcomes) {
  console.log(`\n${engine}`);
  for (const [role, { peak_MB, early_MB, late_MB, cpu_s }] of Object.entries(usage)) {
    const memory = `peak ${peak_MB.toFixed(0)} MB, second quarter ${early_MB.toFixed(0)}, last quarter ${late_MB.toFixed(0)}`;
    console.log(`  ${role}: ${memory}; ${cpu_s.toFixed(1)} CPU s`);
  }
  for (const [name, value] of Object.entries(more)) console.log(`  ${name} ${Math.round(value * 10) / 10}`);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ job, outcomes }, null, 2)}\n`);
