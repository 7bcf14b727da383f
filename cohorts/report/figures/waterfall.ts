import * as Plot from '@observablehq/plot';
import { labelOf } from '../../analyses/columns.ts';
import type { RegressionShare } from '../../analyses/regressionShare.ts';
import { completeRows, valuesOf } from '../../analyses/sexSize.ts';
import type { ColumnTable } from '../../analyses/table.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { summarise } from '../../statistics/twoGroups.ts';
import { drawFigure } from '../figure.ts';
import { headlineParts } from '../headline.ts';
import { type Html, html } from '../html.ts';
import { capital, format, withInterval } from '../numbers.ts';
import { COLOUR } from '../palette.ts';

/** A step from women's mean to men's. */
export interface WaterfallStep {
  readonly label: string;
  readonly change: number;
  readonly low: number;
  readonly high: number;
  readonly kind: 'factor' | 'rest';
}

export interface Waterfall {
  readonly outcome: string;
  readonly women: number;
  readonly men: number;
  readonly steps: readonly WaterfallStep[];
}

/** From women's mean QRS duration by each size factor's part, and what none of them explains, to men's. Empty where there is no decomposition. */
export function gapWaterfall({ outcomes }: RegressionShare, table: ColumnTable): Html {
  const first = outcomes.flatMap((outcome) => (isUndetermined(outcome) ? [] : [outcome]))[0];
  const parts = first && headlineParts(first);
  if (first === undefined || parts === undefined) return html``;
  const all = first.decompositions.flatMap(({ factors }) => factors);
  const rows = completeRows(table, [first.outcome, ...new Set(all)]);
  const values = valuesOf(rows, first.outcome);
  const meanOf = (of: readonly number[]) => summarise(of.map((row) => values[row] ?? Number.NaN)).mean;
  const steps: WaterfallStep[] = [
    ...parts.byFactor.map(({ factor, explained: { estimate, low, high } }) => ({
      label: labelOf(factor),
      change: estimate,
      low,
      high,
      kind: 'factor' as const,
    })),
    {
      label: 'not explained by these',
      change: parts.unexplained.estimate,
      low: parts.unexplained.low,
      high: parts.unexplained.high,
      kind: 'rest',
    },
  ];
  return waterfallFigure({ outcome: first.outcome, women: meanOf(rows.women), men: meanOf(rows.men), steps });
}

/** The figure of a waterfall: bars that begin where the one before ended. */
export function waterfallFigure({ outcome, women, men, steps }: Waterfall): Html {
  let level = women;
  const bars = steps.map((step) => {
    const from = level;
    level += step.change;
    return { ...step, from, to: level, note: signed(step) };
  });
  const labels = ['women’s mean', ...steps.map(({ label }) => label), 'men’s mean'];
  const ends = [
    { label: 'women’s mean', mean: women, note: `${format(women, 1)} ms`, sex: 'women' },
    { label: 'men’s mean', mean: men, note: `${format(men, 1)} ms`, sex: 'men' },
  ];
  const lasting = bars.map(({ to }, at) => ({ at: to, label: labels[at + 1] ?? '', next: labels[at + 2] ?? '' }));
  const links = [{ at: women, label: labels[0] ?? '', next: labels[1] ?? '' }, ...lasting];
  const name = labelOf(outcome);
  return drawFigure(
    {
      id: 'gap-waterfall',
      alt: `Waterfall from women’s mean ${name} of ${format(women, 1)} ms to men’s of ${format(men, 1)} ms: ${bars.map(({ label, note }) => `${label} ${note}`).join('; ')}`,
      caption: html`<b>From women’s mean to men’s.</b> ${capital(name)}: each bar is the part that goes with one size measure, with the others held, and its interval; the last is what none of them explains. Measures that rise and fall together share their part arbitrarily: the sum of the blue bars is the answer, not each of them.`,
    },
    {
      height: 52 + 34 * labels.length,
      marginLeft: 172,
      marginRight: 176,
      marginBottom: 42,
      marginTop: 6,
      x: { label: `${name} (ms)`, labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true, zero: false },
      y: { label: null, domain: labels, padding: 0.34, tickSize: 0 },
      marks: [
        Plot.barX(bars, {
          y: 'label',
          x1: 'from',
          x2: 'to',
          fill: ({ kind }: WaterfallStep) => (kind === 'factor' ? COLOUR.explained : COLOUR.unexplained),
          fillOpacity: 0.8,
        }),
        Plot.link(links, { x1: 'at', x2: 'at', y1: 'label', y2: 'next', stroke: COLOUR.ink, strokeDasharray: '2,2' }),
        Plot.dot(ends, {
          y: 'label',
          x: 'mean',
          symbol: ({ sex }: { sex: string }) => (sex === 'women' ? 'circle' : 'triangle'),
          fill: ({ sex }: { sex: string }) => (sex === 'women' ? COLOUR.women : COLOUR.men),
          r: 7,
        }),
        Plot.text([...bars, ...ends], {
          y: 'label',
          text: 'note',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          fill: COLOUR.ink,
        }),
      ],
    },
  );
}

/** A step with its sign and interval. */
function signed({ change, low, high }: WaterfallStep): string {
  const words = withInterval({ estimate: change, low, high }, 'ms', 1);
  return change > 0 ? `+${words}` : words;
}
