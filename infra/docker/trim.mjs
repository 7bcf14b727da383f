// Takes out of an application what its platform cannot run: the SDK’s libraries for other systems, and Dawn, which only GPU workers use:
// `node trim.mjs APPLICATION`.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const [application] = process.argv.slice(2);
if (application === undefined) throw new Error('expected the folder of the application');
const modules = join(application, 'node_modules');
const releases = join(modules, '@temporalio', 'core-bridge', 'releases');
const own = { x64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' }[process.arch];
if (own === undefined || !existsSync(join(releases, own))) throw new Error(`no library of the SDK for ${process.arch}`);
const others = readdirSync(releases).filter((name) => name !== own);
for (const folder of [...others.map((name) => join(releases, name)), join(modules, 'webgpu')]) {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`kept ${own}; removed ${others.length} other libraries of the SDK, and Dawn`);
