import * as Plot from '@observablehq/plot';
import { FIGURE_WIDTH, FONT_SIZE } from '../figure.ts';
import { COLOUR } from '../palette.ts';

/** An estimate with its interval, as a line of a forest plot. */
export interface ForestRow {
  readonly label: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Shape of the mark: the first is a filled circle, the second an open one … */
  readonly kind?: number;
  /** What stands right of the line; estimate and interval in words */
  readonly note: string;
}

/** Lines that belong together, under a heading. */
export interface ForestGroup {
  readonly title: string;
  readonly rows: readonly ForestRow[];
}

export interface ForestPlot {
  readonly groups: readonly ForestGroup[];
  /** What the axis says */
  readonly axis: string;
  /** A value that the lines are read against besides zero, with its interval */
  readonly reference?: { readonly estimate: number; readonly low: number; readonly high: number };
}

/** Marks that are told apart without their colours. */
const KINDS = [
  { symbol: 'circle', fill: COLOUR.single, stroke: COLOUR.single },
  { symbol: 'circle', fill: 'white', stroke: COLOUR.single },
  { symbol: 'square', fill: COLOUR.ink, stroke: COLOUR.ink },
  { symbol: 'triangle', fill: COLOUR.second, stroke: COLOUR.second },
  { symbol: 'diamond', fill: COLOUR.women, stroke: COLOUR.women },
  { symbol: 'star', fill: COLOUR.third, stroke: COLOUR.ink },
] as const;

const ROW_HEIGHT = 25;
/** Width of a letter on average, by the font's size; digits are a little wider. */
const LETTER = 0.54 * FONT_SIZE;
const [LEAST_LABEL, MOST_LABEL] = [120, 300];

interface Line extends ForestRow {
  readonly key: string;
}

/** A forest plot: headings and lines from the top down, estimates as marks on their intervals, the numbers at the right edge. */
export function forestPlot({ groups, axis, reference }: ForestPlot): Plot.PlotOptions {
  const shown = groups.filter(({ rows }) => rows.length > 0);
  const hasTitles = shown.some(({ title }) => title !== '');
  const keys: string[] = [];
  const headings: { key: string; title: string }[] = [];
  const lines: Line[] = [];
  for (const [at, { title, rows }] of shown.entries()) {
    if (hasTitles) {
      headings.push({ key: `${at}`, title });
      keys.push(`${at}`);
    }
    for (const [row, line] of rows.entries()) {
      lines.push({ ...line, key: `${at}/${row}` });
      keys.push(`${at}/${row}`);
    }
  }
  const longest = (texts: readonly string[]) => LETTER * Math.max(0, ...texts.map((text) => text.length));
  const marginLeft = Math.min(MOST_LABEL, Math.max(LEAST_LABEL, 16 + longest(lines.map(({ label }) => label))));
  const marginRight = Math.max(60, 22 + longest(lines.map(({ note }) => note)));
  const finite = lines.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high));
  const domain = domainOf(lines, reference);
  const kindOf = (line: Line) => KINDS[line.kind ?? 0] ?? KINDS[0];
  return {
    height: 58 + ROW_HEIGHT * keys.length,
    marginLeft,
    marginRight,
    marginTop: 8,
    marginBottom: 42,
    x: {
      label: axis,
      labelAnchor: 'center',
      labelArrow: 'none',
      grid: true,
      domain,
      ticks: marginLeft + marginRight > 440 ? 4 : 6,
    },
    y: { axis: null, domain: keys, type: 'point', padding: 0.6 },
    symbol: { type: 'identity' },
    marks: [
      ...(reference
        ? [
            Plot.rect([reference], { x1: 'low', x2: 'high', fill: COLOUR.unexplained, fillOpacity: 0.16 }),
            Plot.ruleX([reference], { x: 'estimate', stroke: '#9a6a00', strokeWidth: 1.5, strokeDasharray: '5,3' }),
          ]
        : []),
      Plot.ruleX([0], { stroke: COLOUR.ink }),
      Plot.ruleY(finite, {
        y: 'key',
        x1: 'low',
        x2: 'high',
        stroke: (line: Line) => kindOf(line).stroke,
        strokeWidth: 2,
        clip: true,
      }),
      Plot.dot(lines, {
        y: 'key',
        x: 'estimate',
        symbol: (line: Line) => kindOf(line).symbol,
        fill: (line: Line) => kindOf(line).fill,
        stroke: (line: Line) => kindOf(line).stroke,
        strokeWidth: 1.8,
        r: 4.5,
        clip: true,
      }),
      Plot.text(lines, {
        y: 'key',
        text: (line: Line) => shorten(line.label, Math.floor((marginLeft - 16) / LETTER)),
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: hasTitles ? -marginLeft + 12 : -marginLeft,
        fill: COLOUR.ink,
      }),
      Plot.text(lines, {
        y: 'key',
        text: 'note',
        frameAnchor: 'right',
        textAnchor: 'start',
        dx: 12,
        fill: COLOUR.ink,
        fontVariant: 'tabular-nums',
      }),
      Plot.text(headings, {
        y: 'key',
        text: ({ title }: { title: string }) => shorten(title, Math.floor((FIGURE_WIDTH - 20) / (LETTER * 1.08))),
        frameAnchor: 'left',
        textAnchor: 'start',
        dx: -marginLeft,
        fontWeight: 600,
        fill: COLOUR.ink,
        stroke: 'white',
        strokeWidth: 5,
      }),
    ],
  };
}

/** All estimates and the reference, and intervals up to three times as far: one that reaches to the moon must not flatten the others. */
function domainOf(lines: readonly ForestRow[], reference: ForestPlot['reference']): [number, number] {
  const centres = [0, ...lines.map(({ estimate }) => estimate), ...(reference ? [reference.estimate] : [])];
  const known = centres.filter(Number.isFinite);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const widths = lines.map(({ low, high }) => high - low).filter(Number.isFinite);
  const typical = widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)] ?? 0;
  const room = Math.max(1.2 * (most - least), 1.5 * typical) || 1;
  const ends = [...lines, ...(reference ? [reference] : [])].flatMap(({ low, high }) => [low, high]);
  const inside = ends.filter((end) => Number.isFinite(end) && end > least - room && end < most + room);
  const [low, high] = [Math.min(least, ...inside), Math.max(most, ...inside)];
  const cut = ends.some((end) => end <= least - room || end >= most + room);
  const margin = (cut ? 0.12 : 0.04) * (high - low || 1);
  return [low - margin, high + margin];
}

const shorten = (text: string, letters: number): string =>
  text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1)).trimEnd()}…`;
