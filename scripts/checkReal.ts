// Checks Twinfold against real hearts and ECGs that are not part of it: `npm run check:real -- <folder>`. One line a fact.
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CheckResult } from './real/checkResult.ts';

interface Area {
  check(dataFolder: string): Promise<CheckResult[]>;
}

const [folder, only] = process.argv.slice(2);
if (folder === undefined || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
  console.error(
    `check:real needs the folder of real data: npm run check:real -- <folder> [area]; found ${folder ?? 'nothing'}`,
  );
  process.exit(1);
}

const areas = readdirSync(join(import.meta.dirname, 'real'))
  .filter((name) => name.endsWith('.ts') && name !== 'checkResult.ts')
  .map((name) => name.replace(/\.ts$/, ''))
  .filter((name) => only === undefined || name === only)
  .sort();
let failed = 0;
for (const name of areas) {
  const area: Area = await import(`./real/${name}.ts`);
  const results = await area.check(resolve(folder)).catch((error: unknown): CheckResult[] => [
    {
      name: 'runs to its end',
      passed: false,
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    },
  ]);
  for (const { name: fact, passed, detail } of results) {
    console.log(`${passed ? 'pass' : 'FAIL'} ${name}: ${fact} (${detail})`);
    if (!passed) failed++;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
