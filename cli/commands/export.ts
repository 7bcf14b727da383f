import { Command } from 'commander';
import { LICENSE, LICENSE_EXPECTED } from '../../cohorts/provenance/license.ts';
import { DERIVED_TABLES, type DerivedTableName } from '../../cohorts/waveforms/derivedTables.ts';
import { TwinError } from '../../twin/errors.ts';
import { answer, isInteractive, say } from '../console.ts';

interface ExportCommandOptions {
  readonly out?: string;
  readonly tables?: readonly DerivedTableName[];
  readonly arrow?: string;
  readonly csv?: string;
  readonly duckdb?: string;
  readonly views?: boolean;
  readonly license?: string;
  readonly organization?: string;
  readonly json?: boolean;
}

export const exportRun = new Command('export')
  .description(
    'Writes the tables of a finished run for others: for archives with an RO-Crate and a Data Package, for programs as Arrow, CSV or a DuckDB database.',
  )
  .argument('<run>', 'folder of the run')
  .option('--out <place>', 'for archives: a new folder, or a file that ends in .zip')
  .option(
    '--tables <names>',
    `make further tables from the stored twins first, beside the published ones: ${DERIVED_TABLES.join(', ')}`,
    tableNames,
  )
  .option('--arrow <dir>', 'every table as an Arrow IPC file, with units in the fields')
  .option('--csv <dir>', 'every table as CSV')
  .option('--duckdb <file>', 'all tables as one DuckDB database, with units in the comments')
  .option('--views', 'with --duckdb: views over the run’s files rather than copies of them')
  .option(
    '--license <name>',
    'licence of the tables: an SPDX identifier or an address (default: publish.license of the study)',
  )
  .option('--organization <name>', 'who answers for the tables: author and publisher')
  .option('--json', 'answer with one JSON document')
  .addHelpText(
    'after',
    `
What is exported with --out names subjects by their pseudonyms and their files by hash; no path, machine or person stands in it but what the tables hold. It
holds waveforms and activation where --tables names them. The other ways keep costs, which name machines.

Examples:
  twinfold export runs/demo --out demo-1 --license CC-BY-4.0 --organization "University Hospital"
  twinfold export runs/demo --out demo-1.zip
  twinfold export runs/demo --tables waveforms,activation
  twinfold export runs/demo --duckdb demo.duckdb
  twinfold export runs/demo --arrow demo-arrow`,
  )
  .action(async (run: string, options: ExportCommandOptions) => {
    const { out, tables = [], arrow, csv, duckdb, views = false, license, organization, json } = options;
    if (license !== undefined && !LICENSE.test(license))
      throw new TwinError('BadStudy', `--license: found "${license}", expected ${LICENSE_EXPECTED}`);
    if ([out, arrow, csv, duckdb].every((place) => place === undefined) && tables.length === 0)
      throw new TwinError('BadStudy', 'nothing to export: give --out, --tables, --arrow, --csv or --duckdb');
    if (views && duckdb === undefined) throw new TwinError('BadStudy', '--views: goes with --duckdb FILE');
    const { audited } = await import('../audit.ts');
    const ways = { tables: tables.join(','), arrow, csv, duckdb };
    const asked = Object.entries(ways).flatMap(([name, value]) => (value ? [name] : []));
    const details = { license: license ?? null, ...(asked.length === 0 ? {} : { ways: asked.join(',') }) };
    const lines: string[] = [];
    const said: Record<string, unknown> = {};
    await audited(run, { command: 'export', details }, async () => {
      if (tables.length > 0) {
        const { deriveTables } = await import('../deriveTables.ts');
        const made = await deriveTables(run, tables, tellProgress(json === true));
        said.tables = made.tables;
        for (const name of tables) {
          const file = made.tables[name];
          const lost = file?.lost ? `, ${file.lost} whose artifacts are lost` : '';
          lines.push(`${name}: ${file?.rows} rows of ${file?.subjects} subjects${lost}, ${size(file?.bytes ?? 0)}`);
        }
      }
      const { exportDuckdb, exportTables } = await import('../exportTables.ts');
      for (const [format, place] of [
        ['arrow', arrow],
        ['csv', csv],
      ] as const) {
        if (place === undefined) continue;
        const written = await exportTables(run, format, place);
        said[format] = { out: place, tables: written };
        lines.push(`${written.length} tables as ${format}: ${place}`);
      }
      if (duckdb !== undefined) {
        const written = await exportDuckdb(run, duckdb, views);
        said.duckdb = { out: duckdb, tables: written };
        lines.push(`${written.length} ${views ? 'views' : 'tables'} as a DuckDB database: ${duckdb}`);
      }
      if (out === undefined) return;
      const { exportRun: write } = await import('../exportRun.ts');
      const done = await write(run, {
        out,
        derived: tables,
        ...(license === undefined ? {} : { license }),
        ...(organization === undefined ? {} : { organization }),
      });
      Object.assign(said, done);
      const bytes = done.files.reduce((sum, file) => sum + file.bytes, 0);
      lines.push(`${done.files.length} files, ${size(bytes)}, version ${done.version}: ${done.out}`);
      if (done.license === null)
        lines.push('no licence is stated: add publish.license to the study file, or --license');
    });
    if (json) answer(said);
    else for (const line of lines) say(line);
  });

const size = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A line that counts subjects, where a person watches. */
function tellProgress(isQuiet: boolean): (done: number, all: number) => void {
  if (isQuiet || !isInteractive()) return () => undefined;
  return (done, all) => process.stdout.write(done === all ? '\r\u001b[K' : `\r  ${done}/${all} subjects`);
}

function tableNames(text: string): readonly DerivedTableName[] {
  const names = text.split(',').map((name) => name.trim());
  const isKnown = (name: string): name is DerivedTableName => DERIVED_TABLES.some((table) => table === name);
  const unknown = names.find((name) => !isKnown(name));
  if (unknown === undefined) return DERIVED_TABLES.filter((table) => names.includes(table));
  throw new TwinError(
    'BadStudy',
    `--tables: found "${unknown}", expected ${DERIVED_TABLES.join(', ')}, or both with a comma between`,
  );
}
