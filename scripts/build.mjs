// Builds the published package: type-stripped JavaScript of every module, one file each, so that stack traces and workers keep their names.
// WebAssembly modules and the drivers of benchmarks’ peers are copied as they are.
// `node scripts/build.mjs [folder]`, dist by default; the folder is emptied first.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = resolve(root, process.argv[2] ?? 'dist');
const folders = ['twin', 'backends', 'cohorts', 'activities', 'workflows', 'workers', 'infra', 'bench', 'cli'];
const list = (folder, ending) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const assembly = join(root, 'backends', 'wasm', 'assembly');

const { name, version, type } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: folders
    .flatMap((folder) => list(join(root, folder), '.ts'))
    .filter((file) => dirname(file) !== assembly),
  outbase: root,
  outdir: out,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  logLevel: 'warning',
});
// Types are stripped, file endings are not: `./mesh.ts` becomes `./mesh.js` wherever one module names another.
for (const file of list(out, '.js')) {
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(/((?:from|import|import\(|new URL\()\s*["'])(\.{1,2}\/[^"']+)\.ts(["'])/g, '$1$2.js$3'),
  );
}
for (const file of [...list(assembly, '.wasm'), ...list(join(root, 'bench', 'peers'), '.py')]) {
  const copy = join(out, relative(root, file));
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(file, copy);
}
// The modules read their version from the package.json above them, in the checkout and in the package alike.
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name, version, type })}\n`);
