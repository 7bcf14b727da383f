import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import test from 'ava';
import { encodeAnatomy, encodeBeat, encodeTwin } from '../../activities/encoding/encode.ts';
import { openFolderStore } from '../../activities/stores/folderStore.ts';
import { deriveTables } from '../../cli/deriveTables.ts';
import { exportRun } from '../../cli/exportRun.ts';
import { exportDuckdb, exportTables } from '../../cli/exportTables.ts';
import { openRuns } from '../../cli/queryRuns.ts';
import { writeParquet } from '../../cohorts/parquet.ts';
import { runQuery } from '../../cohorts/query.ts';
import type { SubjectRow } from '../../cohorts/row.ts';
import { cohortRows, publishSettings } from '../helpers/cohortRows.ts';
import { publishInto } from '../helpers/publishedCohort.ts';
import { lvAtRest } from '../metrics/testSubject.ts';
import { runCli } from './runCli.ts';

const root = mkdtempSync(join(tmpdir(), 'twinfold-tables-of-'));
const run = join(root, 'run');
const published = join(run, 'published');
const subject = lvAtRest();

/** Of twenty subjects, two quarantined; one twin is lost. */
async function rowsOf(shift: number): Promise<SubjectRow[]> {
  const store = openFolderStore(join(run, 'store'));
  const anatomy = await store.put(encodeAnatomy(subject.anatomy), 'safetensors');
  const beat = await store.put(encodeBeat(subject.beat), 'safetensors');
  const twin = await store.put(
    encodeTwin({ ...subject.twin, activation_ms: subject.twin.activation_ms.map((time) => time + shift) }),
    'safetensors',
  );
  const lost = createHash('sha256').update('lost').digest('hex');
  return cohortRows(20).map((row) => {
    if (row.status !== 'done') return row;
    const twinHash = row.subject === 'P00005' ? lost : twin.sha256;
    return { ...row, hashes: { ...row.hashes, anatomy: anatomy.sha256, beat: beat.sha256, twin: twinHash } };
  });
}

test.before(async () => {
  const cost = { stage: 'prepare', seconds: 2, peakMemory_MB: 9, attempts: 1, worker: 'w', wasCached: false };
  await publishInto(published, [{ rows: await rowsOf(0), costs: [{ subject: 'P00000', ...cost }] }], publishSettings);
  const version = {
    version: 'abcdefabcdef',
    status: 'published',
    madeAt: '2026-01-02T03:06:00.000Z',
    publishedAt: '2026-01-02T03:06:00.000Z',
    study: { uri: 'artifacts/x', sha256: 'x', bytes: 1 },
    counts: { subjects: 20, done: 18, quarantined: 2 },
    computed: 18,
  };
  writeFileSync(
    join(published, 'versions.json'),
    JSON.stringify({ format: 'twinfold-versions/1', versions: [version] }),
  );
  writeFileSync(join(run, 'run.json'), JSON.stringify({ name: 'r', study: join(root, 'study.yaml'), data: null }));
});
test.after.always(() => rmSync(root, { recursive: true }));

test.serial(
  'tables beside the cohort’s say what their columns are in their own words, in Arrow and in DuckDB',
  async (t) => {
    const beside = join(published, 'swaps.parquet');
    const description = 'QRS duration of a counterfactual beat.';
    const values = Float64Array.from([90, 91]);
    const columns = [{ name: 'qrsDuration_ms', unit: 'ms', description, type: 'number', values }] as const;
    writeFileSync(beside, writeParquet({ rows: 2, columns }));
    try {
      const [folder, database] = [join(root, 'beside'), join(root, 'beside.duckdb')];
      await exportTables(run, 'arrow', folder);
      const [field] = tableFromIPC(readFileSync(join(folder, 'swaps.arrow'))).schema.fields;
      t.deepEqual([field?.metadata.get('unit'), field?.metadata.get('description')], ['ms', description]);
      await exportDuckdb(run, database, false);
      const instance = await DuckDBInstance.create(database, { access_mode: 'READ_ONLY' });
      const connection = await instance.connect();
      const said = await connection.runAndReadAll("SELECT comment FROM duckdb_columns() WHERE table_name = 'swaps'");
      t.deepEqual(said.getRowsJson(), [[`[ms] ${description}`]]);
      connection.closeSync();
      instance.closeSync();
    } finally {
      rmSync(beside);
    }
  },
);

test.serial(
  'tables are made from the stored twins, those that are lost are counted, and a query and the dictionary know them',
  async (t) => {
    const made = await deriveTables(run, ['waveforms', 'activation']);
    t.like(made.tables.waveforms, { subjects: 17, lost: 1, rows: 17 * 24 });
    t.like(made.tables.activation, { subjects: 17, lost: 1, rows: 17 * 20 });
    for (const [table, file] of Object.entries(made.tables)) {
      const bytes = readFileSync(join(published, 'tables', `${table}.parquet`));
      t.is(createHash('sha256').update(bytes).digest('hex'), file.sha256);
    }
    const { rows } = await runQuery(
      published,
      `select count(distinct subject), (select unit from dictionary where "table" = 'waveforms' and "column" = 'voltage_mV'),
            (select count(*) from activation) from waveforms`,
    );
    t.deepEqual(rows, [[17, 'mV', 340]]);
  },
);

test.serial('the same twins give the same tables, one by one or together', async (t) => {
  const read = () =>
    readdirSync(join(published, 'tables')).map((name) => [name, readFileSync(join(published, 'tables', name))]);
  const before = read();
  rmSync(join(published, 'tables'), { recursive: true });
  await deriveTables(run, ['activation']);
  await deriveTables(run, ['waveforms']);
  t.deepEqual(read(), before);
});

test.serial('Arrow files hold every table with its units, lists among them, and are the same each time', async (t) => {
  const [one, other] = [join(root, 'arrow'), join(root, 'arrow-again')];
  const written = await exportTables(run, 'arrow', one);
  await exportTables(run, 'arrow', other);
  t.deepEqual(
    written.map(({ table }) => table),
    ['cohort', 'quarantine', 'dictionary', 'costs', 'versions', 'waveforms', 'activation'],
  );
  for (const name of readdirSync(one))
    t.deepEqual(readFileSync(join(one, name)), readFileSync(join(other, name)), name);
  const cohort = tableFromIPC(readFileSync(join(one, 'cohort.arrow')));
  const { columns, rows } = await runQuery(published, 'from cohort');
  t.is(cohort.numRows, 20);
  for (const [index, { name }] of columns.entries()) {
    const values = Array.from(cohort.getChild(name) ?? [], (value) => value?.toArray?.() ?? value);
    t.deepEqual(
      JSON.parse(JSON.stringify(values)),
      rows.map((row) => row[index]),
      name,
    );
  }
  t.is(cohort.schema.fields.find(({ name }) => name === 'qrsDuration_ms')?.metadata.get('unit'), 'ms');
  const said = (table: string) =>
    tableFromIPC(readFileSync(join(one, `${table}.arrow`))).schema.fields[0]?.metadata.get('description');
  t.deepEqual(['cohort', 'costs'].map(said), [
    'The study’s own, pseudonymous name of a person.',
    'The subject worked on.',
  ]);
  const waveforms = tableFromIPC(readFileSync(join(one, 'waveforms.arrow')));
  const lead = waveforms.getChild('voltage_mV')?.get(0).toArray();
  t.is(lead.length, subject.beat.voltage_mV.length / 8);
  t.is(lead[30], Math.fround(subject.beat.voltage_mV[30 * 8] ?? 0));
});

test.serial(
  'a DuckDB file holds the tables with units in comments, as copies or as views, and the same content each time',
  async (t) => {
    const contents: unknown[] = [];
    for (const [name, isViews] of [
      ['copy', false],
      ['again', false],
      ['views', true],
    ] as const) {
      const path = join(root, `${name}.duckdb`);
      await exportDuckdb(run, path, isViews);
      await exportDuckdb(run, path, isViews); // over what is there
      const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' });
      const connection = await instance.connect();
      const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
      contents.push({
        rows: await ask('select * from cohort order by subject'),
        comments: await ask(
          'select table_name, column_name, comment from duckdb_columns() where not internal order by 1, 2',
        ),
        measurements: await ask('select count(*), min(unit) from measurements where "column" = \'qrsDuration_ms\''),
        finished: await ask('select count(*) from finished'),
        leads: await ask('select count(*) from waveforms where len(voltage_mV) > 0'),
        versions: await ask('select version, subjects, isCurrent from versions'),
        cost: await ask('select computed_s from costBySubject'),
      });
      t.deepEqual(
        await ask(
          "select comment from duckdb_columns() where table_name = 'cohort' and column_name = 'qrsDuration_ms'",
        ),
        [['[ms] QRS duration.']],
      );
      t.deepEqual(
        await ask(`select table_name, column_name from duckdb_columns()
                 where comment is null and not internal and table_name not in ('finished', 'measurements', 'costBySubject')`),
        [],
      );
      connection.closeSync();
      instance.closeSync();
    }
    t.like(contents[0], { versions: [['abcdefabcdef', 20, true]], finished: [['18']] });
    t.deepEqual(contents[1], contents[0]);
    t.deepEqual(contents[2], contents[0]);
    t.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('.')),
      [],
    );
  },
);

test.serial('a file that is no database and a folder of other things are not written over', async (t) => {
  const thesis = join(root, 'thesis.pdf');
  writeFileSync(thesis, 'twenty years of work');
  await t.throwsAsync(exportDuckdb(run, thesis, false), { message: /is there already and is no DuckDB database/ });
  t.is(readFileSync(thesis, 'utf8'), 'twenty years of work');
  await t.throwsAsync(exportTables(run, 'csv', root), { message: /holds other files/ });
});

test.serial('an archive holds the tables that are asked for, and no others', async (t) => {
  const out = join(root, 'archive');
  await exportRun(run, { out, derived: ['activation'] });
  t.deepEqual(readdirSync(join(out, 'tables')), ['activation.parquet', 'dictionary.parquet', 'tables.json']);
  await exportRun(run, { out: join(root, 'plain') });
  t.false(existsSync(join(root, 'plain', 'tables')));
});

test.serial('from the command line: a named query with another run beside, its answer as a file', async (t) => {
  const out = join(root, 'answer.arrow');
  const ended = await runCli(
    'query',
    run,
    '@compare-runs',
    '--with',
    `other=${run}`,
    '--format',
    'arrow',
    '--out',
    out,
  );
  t.deepEqual(ended, { code: 0, out: `3 rows: ${out}\n`, err: '' });
  const answer = tableFromIPC(readFileSync(out));
  t.is(answer.getChild('difference')?.get(0), 0);
  const wrong = await runCli('query', run, '@by-sx');
  t.is(wrong.code, 1);
  t.regex(wrong.err, /did you mean "by-sex"/);
});

test.serial('tables of another version of the cohort are not shown', async (t) => {
  await publishInto(published, [{ rows: await rowsOf(5), costs: [] }], publishSettings);
  await t.throwsAsync(runQuery(published, 'from waveforms'), { message: /waveforms/ });
  await t.throwsAsync(exportRun(run, { out: join(root, 'stale'), derived: ['waveforms'] }), {
    message: /lacks waveforms/,
  });
  const made = await deriveTables(run, ['activation']);
  t.deepEqual(Object.keys(made.tables), ['activation']);
  const tables = await openRuns(run, {}, {});
  const { rows } = await tables.ask('select min(activationFirst_ms) from activation');
  tables.close();
  t.is(rows[0]?.[0], 5);
});
