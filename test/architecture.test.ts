import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import test from 'ava';

const root = resolve(import.meta.dirname, '..');
const folders = ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'workers', 'infra', 'bench', 'cli'];

/** What a folder may import at run time beside itself (docs/decisions/0001-layers.md). */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  twin: [],
  backends: ['twin'],
  cohorts: ['twin'],
  activities: ['twin', 'cohorts'],
  workflows: [],
  workers: ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'infra'],
  infra: ['twin'],
  bench: ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'workers', 'infra'],
  cli: ['twin', 'backends', 'cohorts', 'activities', 'workers', 'infra', 'bench'],
};

interface Import {
  readonly from: string;
  readonly target: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));
}

/** Run-time imports: `import type` and `export type` leave nothing in the running program. */
function runtimeImports(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const pattern =
    /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(pattern)].map((match) => ({ from: file, target: match[1] ?? match[2] ?? '' }));
}

function targetFolder({ from, target }: Import): string | undefined {
  return target.startsWith('.') ? relative(root, resolve(root, dirname(from), target)).split('/')[0] : undefined;
}

const files = folders.flatMap(sources);

test('run-time imports between folders follow the layers', (t) => {
  const crossings = files
    .flatMap(runtimeImports)
    .map((entry) => ({ ...entry, folder: entry.from.split('/')[0] ?? '', to: targetFolder(entry) }))
    .filter(({ folder, to }) => to !== undefined && to !== folder && !(mayImport[folder] ?? []).includes(to))
    .map(({ from, target }) => `${from} imports ${target}`);
  t.deepEqual(crossings, []);
});

test('the science knows no files, network, clock, chance or Temporal', (t) => {
  const impureImport = /^(node:|@temporalio|@duckdb|pino|piscina)/;
  const imports = files
    .filter((file) => file.startsWith('twin/'))
    .flatMap(runtimeImports)
    .filter(({ target }) => impureImport.test(target))
    .map(({ from, target }) => `${from} imports ${target}`);
  const impureCall = /\b(Math\.random|Date\.now|new Date\(|performance\.now|process\.|setTimeout|fetch\()/;
  const calls = files
    .filter((file) => file.startsWith('twin/'))
    .filter((file) => impureCall.test(readFileSync(join(root, file), 'utf8')));
  t.deepEqual([...imports, ...calls], []);
});

test('workflows import nothing at run time but themselves and the workflow library', (t) => {
  const foreign = files
    .filter((file) => file.startsWith('workflows/'))
    .flatMap(runtimeImports)
    .filter(
      ({ target }) => !target.startsWith('./') && target !== '@temporalio/workflow' && target !== '@temporalio/common',
    )
    .map(({ from, target }) => `${from} imports ${target}`);
  t.deepEqual(foreign, []);
});

test('only the command line and the workers print, exit or read the environment', (t) => {
  const talking = /\bconsole\.|process\.(exit|env|stdout|stderr)\b/;
  const talkers = files
    .filter((file) => !/^(cli|workers|infra)\/|^bench\/\w+\/run\.ts$/.test(file))
    .filter((file) => talking.test(readFileSync(join(root, file), 'utf8')));
  t.deepEqual(talkers, []);
});

test('a file holds one concept: none is longer than 400 lines', (t) => {
  const long = files
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 401);
  t.deepEqual(long, []);
});
