import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { BenchChart, BenchColumn, BenchRow, BenchTable } from './benchmark.ts';

/** What a reader must know of the machine and the code before a number means anything. */
export interface BenchProvenance {
  readonly twinfold: string;
  readonly commit: string;
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  readonly date: string;
  readonly command: string;
}

/** All tables as Markdown. */
export function benchMarkdown(tables: readonly BenchTable[], provenance: BenchProvenance): string {
  const { twinfold, commit, node, processor, cores, date, command } = provenance;
  return [
    '# Twinfold benchmarks',
    '',
    `\`${command}\`, ${date}; Twinfold ${twinfold} (${commit}), Node ${node}, ${cores} cores of ${processor}. Times are CPU seconds of one process unless a table says otherwise.`,
    '',
    ...tables.flatMap((table) => [`## ${table.title}`, '', table.caption, '', ...markdownTable(table), '']),
  ].join('\n');
}

function markdownTable({ columns, rows }: BenchTable): string[] {
  const used = columns.filter(({ key }) => rows.some((row) => isPresent(row[key])));
  return [
    `| ${used.map(({ title }) => title).join(' | ')} |`,
    `|${used.map(({ key }) => (rows.every((row) => typeof row[key] !== 'string') ? ' ---: |' : ' --- |')).join('')}`,
    ...rows.map((row) => `| ${used.map((column) => printCell(row, column)).join(' | ')} |`),
  ];
}

const isPresent = (value: BenchRow[string]) => value !== undefined && !Number.isNaN(value);

function printCell(row: BenchRow, { key, digits }: BenchColumn): string {
  const value = row[key];
  if (value === undefined || Number.isNaN(value)) return '';
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (typeof value === 'string' || digits === undefined) return String(value);
  return value !== 0 && Math.abs(value) < 10 ** -digits ? value.toExponential(1) : value.toFixed(digits);
}

/** A table's chart as SVG; undefined when it has none. */
export function benchSvg({ chart, rows, columns, title }: BenchTable): string | undefined {
  if (chart === undefined) return undefined;
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({
    ...plotOptions(chart, rows, columns),
    title: undefined,
    document,
    ariaLabel: title,
  } as Plot.PlotOptions);
  // In a page an SVG needs no name space; in a file of its own it does.
  return drawn.outerHTML.replace(/^<svg (?![^>]*xmlns=)/, '<svg xmlns="http://www.w3.org/2000/svg" ');
}

function plotOptions(
  { x, y, series, isLogarithmic }: BenchChart,
  rows: readonly BenchRow[],
  columns: readonly BenchColumn[],
): Plot.PlotOptions {
  const titleOf = (key: string) => columns.find((column) => column.key === key)?.title ?? key;
  const shown = rows.filter((row) => Number(row[x]) > 0 && Number.isFinite(Number(row[y])));
  const last = [...new Map(shown.map((row) => [row[series], row])).values()];
  // A function, so that a single series is not taken for a quantity.
  const seriesOf = (row: BenchRow) => String(row[series]);
  const type = isLogarithmic ? ('log' as const) : ('linear' as const);
  return {
    width: 720,
    height: 420,
    marginRight: 190,
    marginLeft: 60,
    style: { fontFamily: 'sans-serif', fontSize: '12px', background: 'white' },
    x: { type, label: titleOf(x), grid: true, ...(isLogarithmic ? { ticks: 4, tickFormat: '~s' } : {}) },
    y: { type, label: titleOf(y), grid: true, ...(isLogarithmic ? { tickFormat: '~g' } : { zero: true }) },
    color: { type: 'categorical', scheme: 'tableau10' },
    marks: [
      Plot.lineY(shown, { x, y, z: seriesOf, stroke: seriesOf, strokeWidth: 2 }),
      Plot.dot(shown, { x, y, fill: seriesOf, r: 4 }),
      Plot.text(last, { x, y, text: series, fill: seriesOf, textAnchor: 'start', dx: 8 }),
    ],
  };
}
