// Installs the dependencies when they are missing or older than the lock file; runs on any Node, before `npm start` and `npm test`.
// Tests start servers, so that before them a Temporal server is fetched as well where the machine has none.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, 'node_modules', '.package-lock.json');
const isCurrent =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;

if (!isCurrent) {
  console.log('twinfold: installing dependencies (npm ci); this happens once');
  const npm = process.env.npm_execpath;
  const command = npm === undefined ? ['npm'] : [process.execPath, npm];
  runOrExit(
    [...command, 'ci', '--no-audit', '--no-fund'],
    'npm ci failed; see the lines above. A registry that npm can reach is needed once.',
  );
}
if (process.env.npm_lifecycle_event === 'pretest') {
  // The installed Node runs TypeScript; the one that runs this file may not.
  const node = join(root, 'node_modules', '.bin', 'node');
  runOrExit([node, join(root, 'scripts', 'fetchServer.ts')], 'without a Temporal server most tests cannot run.');
}

function runOrExit([program, ...args], complaint) {
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  console.error(`twinfold: ${complaint}`);
  process.exit(status ?? 1);
}
