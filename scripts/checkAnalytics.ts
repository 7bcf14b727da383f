/**
 * Runs the examples of `examples/analytics` on a run and has pandas, polars, DuckDB and R agree with `twinfold query`, and pyarrow read the Arrow files
 * as the Parquet ones:
 *
 *     node scripts/checkAnalytics.ts RUN [--python PYTHON] [--r RSCRIPT]
 *
 * RUN is a finished run (`twinfold demo`). The Python needs `pip install pandas polars pyarrow duckdb`; what is missing fails.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { deriveTables } from '../cli/deriveTables.ts';
import { exportDuckdb, exportTables } from '../cli/exportTables.ts';
import { bindNamed, findNamed } from '../cohorts/queries/askNamed.ts';
import { openTables } from '../cohorts/query.ts';
import type { CheckResult } from './real/checkResult.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string', default: 'python3' }, r: { type: 'string', default: 'Rscript' } },
});
const [run = ''] = positionals;
const examples = join(import.meta.dirname, '..', 'examples', 'analytics');
const execute = promisify(execFile);
/** Examples print nine digits. */
const TOLERANCE = 1e-8;

interface Means {
  readonly count: number;
  readonly mean: number;
  readonly std: number;
}

async function ours(): Promise<ReadonlyMap<string, Means>> {
  const tables = await openTables({ folder: join(run, 'published') });
  try {
    const query = findNamed('by-sex');
    const { rows } = await tables.ask(query.sql, await bindNamed(query, {}, tables));
    return new Map(
      rows.map(([sex, count, , mean, std]) => [
        String(sex),
        { count: Number(count), mean: Number(mean), std: Number(std) },
      ]),
    );
  } finally {
    tables.close();
  }
}

/** Lines `female,12,86.25,6.19` of an example's output. */
function meansIn(text: string): ReadonlyMap<string, Means> {
  const lines = [...text.matchAll(/^(female|male),(\d+),([-\d.e+]+),([-\d.e+]+)$/gm)];
  return new Map(
    lines.map(([, sex = '', count, mean, std]) => [
      sex,
      { count: Number(count), mean: Number(mean), std: Number(std) },
    ]),
  );
}

async function agrees(
  name: string,
  expected: ReadonlyMap<string, Means>,
  ask: () => Promise<string>,
): Promise<CheckResult> {
  const text = await ask().catch((error: unknown) => String(error)); // a program that is missing or fails is a check that fails
  const found = meansIn(text);
  let largest = 0;
  for (const sex of ['female', 'male']) {
    const [one, other] = [expected.get(sex), found.get(sex)];
    for (const key of ['count', 'mean', 'std'] as const) {
      const [a, b] = [one?.[key] ?? Number.NaN, other?.[key] ?? Number.NaN];
      largest = Math.max(largest, Math.abs(a - b) / Math.abs(a));
    }
  }
  const passed = largest <= TOLERANCE;
  return { name, passed, detail: passed ? `relative difference ${largest.toExponential(1)}` : text.slice(0, 300) };
}

const ASK_DUCKDB = `
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for statement in open(sys.argv[2]).read().split(';'):
    if statement.strip():
        for row in connection.sql(statement).fetchall():
            print(','.join(f'{cell:.9g}' if isinstance(cell, float) else str(cell) for cell in row))
`;
const COMPARE_ARROW = `
import sys, os, pyarrow as pa, pyarrow.parquet as pq
folder, published = sys.argv[1:]
names = [n[:-6] for n in sorted(os.listdir(folder))]
for name in names:
    arrow = pa.ipc.open_file(os.path.join(folder, name + '.arrow')).read_all()
    parquet = os.path.join(published, 'tables' if name in ('waveforms', 'activation') else '', name + '.parquet')
    if name == 'dictionary' or not os.path.exists(parquet):
        continue
    other = pq.read_table(parquet)
    assert arrow.column_names == other.column_names, name
    for column in arrow.column_names:
        assert arrow[column].to_pylist() == other[column].to_pylist(), (name, column)
        assert arrow.schema.field(column).metadata == other.schema.field(column).metadata, (name, column)
    print(name, arrow.num_rows, 'rows', arrow.num_columns, 'columns')
`;

const out = mkdtempSync(join(tmpdir(), 'twinfold-analytics-'));
try {
  await deriveTables(run, ['waveforms', 'activation']);
  const database = join(out, 'cohort.duckdb');
  await exportDuckdb(run, database, false);
  const arrow = join(out, 'arrow');
  await exportTables(run, 'arrow', arrow);
  const expected = await ours();
  const output = async (program: string, ...words: readonly string[]) => (await execute(program, words)).stdout;
  const results: CheckResult[] = [
    await agrees('pandas', expected, () => output(values.python, join(examples, 'pandas_by_sex.py'), run)),
    await agrees('polars', expected, () => output(values.python, join(examples, 'polars_by_sex.py'), run)),
    await agrees('R', expected, () => output(values.r, join(examples, 'by_sex.R'), run)),
    await agrees('DuckDB file', expected, () =>
      output(values.python, '-c', ASK_DUCKDB, database, join(examples, 'by_sex.sql')),
    ),
  ];
  const compared = await output(values.python, '-c', COMPARE_ARROW, arrow, join(run, 'published')).then(
    (text) => ({ passed: readFileSync(join(arrow, 'cohort.arrow')).length > 0 && text.includes('cohort'), text }),
    (error: unknown) => ({ passed: false, text: String(error) }),
  );
  results.push({
    name: 'Arrow files',
    passed: compared.passed,
    detail: compared.text.trim().replaceAll('\n', '; ').slice(0, 400),
  });
  for (const { name, passed, detail } of results)
    process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${name}: ${detail}\n`);
  if (results.some(({ passed }) => !passed)) process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true });
}
