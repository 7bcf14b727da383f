import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { measure, metricColumns, metrics } from '../../twin/metrics/index.ts';
import { lvAtRest } from './testSubject.ts';

const docs = readFileSync(join(import.meta.dirname, '../../docs/metrics.md'), 'utf8');
/** Text of each section by its anchor. */
const sections = new Map(
  docs
    .split(/^## /m)
    .slice(1)
    .map((section) => [anchorOf(section.split('\n')[0]), section]),
);

function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll('–', '-').replaceAll(' ', '-');
}

test('every column has its section in docs/metrics.md, which names it', (t) => {
  for (const { name, source } of metricColumns) {
    const [file, anchor] = source.split('#');
    t.is(file, 'docs/metrics.md');
    t.true(sections.get(anchor)?.includes(`\`${name}\``), `${name} in ${source}`);
  }
});

test('docs/metrics.md names no column that is not measured', (t) => {
  const known = new Set(metricColumns.map(({ name }) => name));
  const named = [...docs.matchAll(/^`[^\n]*/gm)].flatMap(([line]) => [...line.matchAll(/`([A-Za-z0-9_]+)`/g)]);
  t.deepEqual(
    named.map(([, name]) => name).filter((name) => !known.has(name)),
    [],
  );
});

test('no two columns share a name, and names end in their units', (t) => {
  t.is(new Set(metricColumns.map(({ name }) => name)).size, metricColumns.length);
  for (const { name, unit } of metricColumns) {
    t.regex(name, /^[a-z][A-Za-z0-9]*(_[A-Za-z]+)*$/);
    if (unit === '1') t.false(name.includes('_'), name);
    else t.true(name.endsWith(`_${unit.replace('/', '_')}`), `${name} in ${unit}`);
  }
});

test('a metric answers its own columns and no others', (t) => {
  for (const metric of metrics) {
    t.deepEqual(Object.keys(metric.measure(lvAtRest())).sort(), metric.columns.map(({ name }) => name).sort());
  }
});

test('values come in the order of the columns, the same for every subject', (t) => {
  const names = metricColumns.map(({ name }) => name);
  t.deepEqual(Object.keys(measure(lvAtRest())), names);
  t.deepEqual(measure(lvAtRest()), measure(lvAtRest()));
});
