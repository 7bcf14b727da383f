import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { Arena } from '../../backends/wasm/arena.ts';
import { compileModule, instantiate } from '../../backends/wasm/load.ts';

const root = resolve(import.meta.dirname, '..', '..');
const assembly = join(root, 'backends', 'wasm', 'assembly');
const built = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.wasm'));

test('the WebAssembly modules that are kept are those that their sources give, byte for byte', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'twinfold-wasm-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  execFileSync(process.execPath, [join(root, 'scripts', 'buildWasm.mjs'), folder]);
  t.deepEqual(built(assembly).sort(), built(folder).sort());
  for (const name of built(folder)) {
    t.true(readFileSync(join(assembly, name)).equals(readFileSync(join(folder, name))), `${name} is out of date`);
  }
});

test('no module holds static data, so that several work on one memory', (t) => {
  for (const name of built(assembly)) {
    const module = compileModule(name.replace('.wasm', ''));
    t.deepEqual(
      WebAssembly.Module.imports(module).map(({ name: imported }) => imported),
      ['memory'],
    );
    const { memory } = new Arena();
    instantiate(module, memory);
    t.true(
      new Uint8Array(memory.buffer).every((byte) => byte === 0),
      name,
    );
  }
});

test('arrays of an arena are zero, apart from each other, and stay in place when it grows', (t) => {
  const arena = new Arena();
  const first = arena.float32(3).fill(1);
  const second = arena.float64(1e6);
  first[2] = 5;
  t.true(second.every((value) => value === 0));
  t.true(second.byteOffset >= first.byteOffset + first.byteLength);
  t.is(new Float32Array(arena.memory.buffer, first.byteOffset, 3)[2], 5);
});
