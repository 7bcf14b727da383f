/**
 * What an ECG tells of activation, after the study of Grandits et al. (Med Image Anal 2025): PMJs held in the subendocardial layer or free in the wall,
 * seen by 12 leads or by 128 electrodes. `node bench/identifiability/run.ts <folder> [--truths 4] [--members 8] [--seed 5] [--only "12 leads"]` writes JSON, Markdown
 * and a figure there, anew after every ensemble.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasmBackend } from '../../backends/wasm.ts';
import { samplePopulation } from '../../cohorts/population/people.ts';
import { LAWS } from './laws.ts';
import { figureOf, markdownOf, summariseStudy } from './report.ts';
import { CONDITIONS, type Finding, studyTruth } from './study.ts';
import { makeTruth } from './truths.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    truths: { type: 'string', default: '4' },
    members: { type: 'string', default: '8' },
    seed: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const folder = positionals[0];
if (folder === undefined) throw new Error('name the folder that the study is written to');
mkdirSync(folder, { recursive: true });
const people = samplePopulation({ seed: Number(values.seed), size: Number(values.truths) });
const conditions = CONDITIONS.filter(({ name }) => values.only === '' || name.includes(values.only));
const findings: Finding[] = [];
for (const [at, person] of people.entries()) {
  const law = LAWS[at % LAWS.length];
  if (law === undefined) continue;
  const truth = await makeTruth(law, person, { edge_mm: 3, truthEdge_mm: 2 }, wasmBackend);
  for (const condition of conditions) {
    const finding = await studyTruth(truth, person, condition, Number(values.members), wasmBackend);
    findings.push(finding);
    write(findings);
  }
}

/** After every ensemble, so that a study that is ended early keeps what it has. */
function write(found: readonly Finding[]): void {
  const json = JSON.stringify({ summary: summariseStudy(found), findings: found }, null, 1);
  writeFileSync(join(folder as string, 'identifiability.json'), `${json}\n`);
  writeFileSync(join(folder as string, 'identifiability.md'), markdownOf(found));
  writeFileSync(join(folder as string, 'identifiability.svg'), figureOf(found));
}
