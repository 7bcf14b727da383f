/**
 * Accuracy and cost of the volume conductor: `node bench/leadField/run.ts <folder> [spheres] [cost] [boundary]` writes tables in Markdown there, one
 * file each; without a name, all of them. What they show stands in docs/lead-field.md.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boundaryTable } from './boundaryTable.ts';
import { costTable } from './costTable.ts';
import { sphereTable } from './sphereTable.ts';

const tables = { spheres: sphereTable, cost: costTable, boundary: boundaryTable } as const;
const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder that the tables are written to');
mkdirSync(folder, { recursive: true });
for (const name of wanted) {
  if (!(name in tables)) throw new Error(`${name}: no such table; expected any of ${Object.keys(tables).join(', ')}`);
}
for (const [name, table] of Object.entries(tables)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  writeFileSync(join(folder, `${name}.md`), `${table()}\n`);
}
