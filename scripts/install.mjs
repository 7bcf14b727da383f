// Installs the dependencies when they are missing or older than the lock file; runs on any Node, before `npm start` and `npm test`.
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
  const result = spawnSync(command[0], [...command.slice(1), 'ci', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (result.status !== 0) {
    console.error('twinfold: npm ci failed; see the lines above. A registry that npm can reach is needed once.');
    process.exit(result.status ?? 1);
  }
}
