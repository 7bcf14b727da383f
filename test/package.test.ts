import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import test from 'ava';

const root = resolve(import.meta.dirname, '..');
const modules = ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'workers', 'infra', 'bench', 'cli'];

/** Sources of WebAssembly modules, which are published as built. */
const assembly = join('backends', 'wasm', 'assembly');

/** Every module of the product. */
const sources = () =>
  modules.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && dirname(join(folder, name)) !== assembly)
      .map((name) => join(root, folder, name)),
  );

/** Every file that npm would publish. The built package is asked for without building it. */
const published = (() => {
  const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, npm_config_loglevel: 'silent' },
  });
  const [{ files }]: { readonly files: readonly { readonly path: string }[] }[] = JSON.parse(answer);
  return files.map(({ path }) => path);
})();

test('the package holds what is built, documents and examples, and nothing else', (t) => {
  const outside = published.filter((path) => !/^(dist|docs|examples)\//.test(path)).sort();
  const known = ['CHANGELOG.md', 'CITATION.cff', 'LICENSE', 'README.md', 'package.json'];
  t.deepEqual(
    outside.filter((path) => !known.includes(path)),
    [],
  );
  for (const path of ['LICENSE', 'CITATION.cff', 'package.json', 'docs/glossary.md', 'docs/study.schema.json']) {
    t.true(published.includes(path), path);
  }
});

test('no test, fixture, script, source map or machine’s own file is published', (t) => {
  const unwanted =
    /(^|\/)(test|tests|scripts|bench|node_modules|\.[^/]+)\/|\.test\.|\.map$|\.log$|\.tgz$|^dist\/.*\.ts$/;
  t.deepEqual(
    published.filter((path) => unwanted.test(path)),
    [],
  );
});

test('every example and page that is kept is published', (t) => {
  const kept = ['docs', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)),
  );
  t.deepEqual(
    kept.filter((path) => !published.includes(path)),
    [],
  );
});

test('the commands of the package are files that the build makes', (t) => {
  const { bin, files, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const path of Object.values<string>(bin)) {
    const source = path.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');
    t.regex(readFileSync(join(root, source), 'utf8'), /^#!\/usr\/bin\/env node\n/);
  }
  t.true(files.includes('dist'));
  t.truthy(engines.node);
});

test('what runs names at run time only packages that are installed with it', (t) => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const named = new Set<string>();
  for (const file of sources()) {
    const text = readFileSync(file, 'utf8');
    for (const [, name = ''] of text.matchAll(
      /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?['"]((?!\.|node:)[^'"]+)['"]/gm,
    )) {
      named.add(/^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    }
  }
  t.deepEqual(
    [...named].filter((name) => dependencies[name] === undefined),
    [],
  );
  t.true(named.size > 5);
});

test('the built package is every module as JavaScript that names no TypeScript, and runs', (t) => {
  // Below node_modules, so that the built modules find their packages and Node strips no types, as where it is installed.
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'twinfold-'));
  t.teardown(() => rmSync(out, { recursive: true }));
  execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs'), out]);
  const built = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  t.deepEqual(built.map((name) => join(root, name.replace(/\.js$/, '.ts'))).sort(), sources().sort());
  for (const name of built) {
    t.notRegex(readFileSync(join(out, name), 'utf8'), /["'`]\.{1,2}\/[^"'`\s]*\.ts["'`]/, name);
  }
  const wasm = (folder: string) => readdirSync(join(folder, assembly)).filter((name) => name.endsWith('.wasm'));
  t.deepEqual(wasm(out), wasm(root));
  t.true(wasm(out).length > 0);
  t.true(existsSync(join(out, 'bench', 'peers', 'cForward.py')));
  const help = execFileSync(process.execPath, [join(out, 'cli', 'twinfold.js'), '--help'], { encoding: 'utf8' });
  t.regex(help, /twinfold \[options\] \[command\]/);
});
