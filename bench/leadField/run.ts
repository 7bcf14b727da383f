/**
 * Accuracy and cost of the volume conductor: `node bench/leadField/run.ts [spheres] [cost] [boundary]` prints tables in Markdown; without a name, all of
 * them. What they show stands in docs/lead-field.md.
 */
import { boundaryTable } from './boundaryTable.ts';
import { costTable } from './costTable.ts';
import { sphereTable } from './sphereTable.ts';

const tables = { spheres: sphereTable, cost: costTable, boundary: boundaryTable } as const;
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in tables)) throw new Error(`${name}: no such table; expected any of ${Object.keys(tables).join(', ')}`);
}
for (const [name, table] of Object.entries(tables)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n### ${name}\n\n${table()}\n`);
}
