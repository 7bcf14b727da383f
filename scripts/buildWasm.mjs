// Builds the WebAssembly modules of `backends/wasm/assembly`, each beside its source. The built modules are kept in the repository, so that
// using the package needs no compiler; `test/backends/wasmBuild.test.ts` builds them again and compares the bytes.
// `node scripts/buildWasm.mjs [folder] [module …]`: all modules into `backends/wasm/assembly` by default.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

/** The modules: names of the source files. */
export const modules = ['metric', 'eikonal', 'linear', 'derivatives', 'projection'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assembly = join(root, 'backends', 'wasm', 'assembly');
// Memory is the host's and shared, so that several modules, and threads, work on one heart; nothing is allocated inside a module.
const flags =
  '--enable simd --enable relaxed-simd --enable threads --runtime stub --importMemory --sharedMemory --initialMemory 1 --maximumMemory 65536 ' +
  '-O3 --converge --noAssert --uncheckedBehavior always --use abort= --noColors';

/** @param {string} name @param {string} folder */
async function build(name, folder) {
  const { error, stderr } = await asc.main(
    [`${name}.ts`, '--outFile', `${name}.wasm`, '--baseDir', assembly, ...flags.split(' ')],
    {
      readFile(file, base) {
        try {
          return readFileSync(resolve(base, file), 'utf8');
        } catch {
          return null; // The compiler tries several places for one import.
        }
      },
      writeFile(file, bytes) {
        writeFileSync(join(folder, file), bytes);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${name}: ${stderr.toString() || error.message}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = assembly, ...names] = process.argv.slice(2);
  for (const name of names.length > 0 ? names : modules) await build(name, resolve(folder));
}
