import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { TwinError } from '../twin/errors.ts';
import { BENCH_EDGES } from './benchHearts.ts';
import type { BenchContext, BenchTable } from './benchmark.ts';
import { benchmarks } from './benchmarks/index.ts';
import { type BenchProvenance, benchMarkdown, benchSvg } from './benchReport.ts';
import { runJob } from './runJob.ts';

export interface BenchOptions {
  /** Names of benchmarks; none means all */
  readonly names: readonly string[];
  /** Edge lengths, mm; none means those of `BENCH_EDGES` */
  readonly edges_mm: readonly number[];
  readonly backends: readonly string[];
  readonly cacheFolder: string;
  readonly peers: BenchContext['peers'];
  readonly against: string | undefined;
  readonly isQuick: boolean;
  readonly out: string;
  /** How it was called, for the record */
  readonly command: string;
  readonly date: string;
  readonly tell: (line: string) => void;
}

/** Runs benchmarks one after the other and writes `bench.json`, `bench.md` and a chart a table after each, so that a stop loses nothing. @throws TwinError BadStudy for an unknown name */
export async function runBench(options: BenchOptions): Promise<string> {
  const { names, edges_mm, backends, cacheFolder, peers, against, isQuick, out, tell } = options;
  const chosen = names.length === 0 ? benchmarks : names.map(benchmarkOf);
  const context: BenchContext = {
    edges_mm:
      edges_mm.length > 0 ? edges_mm : BENCH_EDGES.slice(0, isQuick ? 2 : undefined).map((edge) => edge.edge_mm),
    backends,
    cacheFolder,
    peers,
    against,
    isQuick,
    run: (name, input) => runJob(name, input),
    tell,
  };
  await mkdir(out, { recursive: true });
  const tables: BenchTable[] = [];
  const provenance = provenanceOf(options);
  for (const benchmark of chosen) {
    tell(`${benchmark.name}: ${benchmark.description}`);
    tables.push(...(await benchmark.run(context)));
    await writeFile(join(out, 'bench.json'), `${JSON.stringify({ provenance, tables }, null, 2)}\n`);
    await writeFile(join(out, 'bench.md'), benchMarkdown(tables, provenance));
    for (const table of tables) {
      const svg = benchSvg(table);
      if (svg !== undefined) await writeFile(join(out, `${table.name}.svg`), svg);
    }
  }
  return benchMarkdown(tables, provenance);
}

function benchmarkOf(name: string) {
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  throw new TwinError(
    'BadStudy',
    `benchmark: found "${name}", expected one of ${benchmarks.map((known) => known.name).join(', ')}`,
  );
}

function provenanceOf({ command, date }: BenchOptions): BenchProvenance {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return {
    twinfold: version,
    commit: commitOfCheckout(),
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    date,
    command,
  };
}

function commitOfCheckout(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' } as const;
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], options).trim();
    const isChanged = execFileSync('git', ['status', '--porcelain'], options).trim() !== '';
    return isChanged ? `${commit} and changes` : commit;
  } catch {
    return 'no checkout'; // an installed package has no history
  }
}
