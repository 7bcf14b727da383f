// How fast a cohort table of 100,000 subjects and all columns answers: `node bench/analytics/run.ts RUN [PYTHON] [SUBJECTS]`. The table is made of that of a
// finished run (`largeTable.ts`). Each question is asked by the command in a process of its own, and by pandas, polars and DuckDB for Python where PYTHON
// has them; answers must agree to 1e-9.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { openTables, runQuery } from '../../cohorts/query.ts';
import { largeTable } from './largeTable.ts';

const root = join(import.meta.dirname, '..', '..');
const [source = '', python, subjects = '100000'] = process.argv.slice(2);
const run = await mkdtemp(join(tmpdir(), 'twinfold-analytics-'));
process.once('exit', () => rmSync(run, { recursive: true }));
const published = join(run, 'published');
const REPEATS = 2;

const QUESTIONS = {
  sex: 'select sex, avg(qrsDuration_ms) as qrsDuration_ms from cohort group by sex',
  all: "select sex, avg(columns(name -> regexp_matches(name, '_(ms|mV|mm|deg|mL|g)$'))) from cohort group by sex",
} as const;
type Question = keyof typeof QUESTIONS;
type Answer = Readonly<Record<string, Readonly<Record<string, number | null>>>>;

interface Measured {
  readonly wall_s: number;
  readonly cpu_s: number;
  readonly peakMemory_MB: number;
}

const usage = z.object({ cpu_s: z.number(), peakMemory_MB: z.number() });

async function inProcess(program: string, words: readonly string[]): Promise<Measured & { readonly out: string }> {
  const began_ms = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  const third = child.stdio[3];
  const [out, told] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    third === undefined || third === null ? '' : text(third as NodeJS.ReadableStream),
  ]);
  const wall_s = (performance.now() - began_ms) / 1000;
  const lines = out.trimEnd().split('\n');
  return { wall_s, out, ...usage.parse(JSON.parse(told === '' ? (lines.at(-1) ?? '') : told)) };
}

/** The answer of the fastest of some runs, and what it took. */
async function best(ask: () => Promise<Measured & { readonly out: string }>) {
  let found = await ask();
  for (let again = 1; again < REPEATS; again++) {
    const next = await ask();
    if (next.cpu_s < found.cpu_s) found = next;
  }
  return found;
}

function line(question: string, who: string, { wall_s, cpu_s, peakMemory_MB }: Measured): string {
  return `| ${question} | ${who} | ${cpu_s.toFixed(2)} | ${wall_s.toFixed(2)} | ${peakMemory_MB.toFixed(0)} |\n`;
}

/** How far two answers lie apart, relative to their size. */
function distance(one: Answer, other: Answer): number {
  const columns = Object.keys(one.female ?? {}).sort();
  if (JSON.stringify(columns) !== JSON.stringify(Object.keys(other.female ?? {}).sort()))
    return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const sex of ['female', 'male']) {
    for (const column of columns) {
      const [a, b] = [one[sex]?.[column] ?? 0, other[sex]?.[column] ?? 0];
      largest = Math.max(largest, Math.abs(a - b) / Math.max(1, Math.abs(a)));
    }
  }
  return largest;
}

const answerOf = (out: string): Answer => {
  const rows = z.array(z.looseObject({ sex: z.string() })).parse(JSON.parse(out));
  return Object.fromEntries(rows.map(({ sex, ...means }) => [sex, means as Record<string, number>])); // all else are means
};

await largeTable(join(source, 'published'), published, Number(subjects));
const [[columns = 0] = []] = (await runQuery(published, `select count(*) from dictionary where "table" = 'cohort'`))
  .rows;
const { size } = await stat(join(published, 'cohort.parquet'));
process.stdout.write(`${subjects} subjects, ${columns} columns, ${(size / 1e6).toFixed(0)} MB\n\n`);
process.stdout.write(
  '| question | asked with | CPU, s | wall, s | peak memory, MB |\n| --- | --- | --: | --: | --: |\n',
);
const command = ['--import', join(import.meta.dirname, 'tellUsage.ts'), join(root, 'cli', 'twinfold.ts'), 'query', run];
const version = await best(() => inProcess(process.execPath, [...command.slice(0, 3), '--version']));
process.stdout.write(line('nothing (`--version`)', 'twinfold', version));
for (const question of Object.keys(QUESTIONS) as Question[]) {
  const ours = await best(() => inProcess(process.execPath, [...command, QUESTIONS[question], '--format', 'json']));
  process.stdout.write(line(question, 'twinfold query', ours));
  const tables = await openTables({ folder: published });
  let fastest = { wall_s: Number.POSITIVE_INFINITY, cpu_s: Number.POSITIVE_INFINITY };
  for (let again = 0; again < REPEATS; again++) {
    const began_ms = performance.now();
    const before = process.cpuUsage();
    await tables.ask(QUESTIONS[question]);
    const { user, system } = process.cpuUsage(before);
    const cpu_s = (user + system) / 1e6;
    if (cpu_s < fastest.cpu_s) fastest = { wall_s: (performance.now() - began_ms) / 1000, cpu_s };
  }
  tables.close();
  process.stdout.write(
    line(question, 'the same, tables open', { ...fastest, peakMemory_MB: process.resourceUsage().maxRSS / 1024 }),
  );
  if (python === undefined) continue;
  for (const library of ['pandas', 'polars', 'duckdb']) {
    const script = join(root, 'bench', 'peers', 'readTable.py');
    const theirs = await best(() => inProcess(python, [script, library, join(published, 'cohort.parquet'), question]));
    const apart = distance(answerOf(ours.out), JSON.parse(theirs.out.split('\n')[0] ?? '') as Answer); // the script's own
    if (!(apart < 1e-9)) throw new Error(`${library} answers ${question} otherwise, by ${apart}`);
    process.stdout.write(line(question, `${library}, Python`, theirs));
  }
}
