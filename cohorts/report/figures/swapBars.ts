import * as Plot from '@observablehq/plot';
import { labelOf } from '../../analyses/columns.ts';
import { SWAP_LABELS, type SwapOutcome } from '../../analyses/factorialSwap.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { capital, decimalsFor, withInterval } from '../numbers.ts';
import { COLOUR } from '../palette.ts';
import { forestPlot } from './forest.ts';

/** What each exchanged factor adds to a pair's gap: Shapley's mean as a bar with its interval, added first and last as marks; the interactions under it. */
export function swapBars(answer: SwapOutcome): Html {
  const { outcome, unit, factors, gap, interactions, pairs } = answer;
  const decimals = decimalsFor([gap.estimate, ...factors.map(({ shapley }) => shapley.estimate)]);
  const note = (estimate: SwapOutcome['gap']) => withInterval(estimate, unit, decimals);
  const bars = factors.map(({ label, shapley }) => ({
    label,
    estimate: shapley.estimate,
    low: shapley.low,
    high: shapley.high,
    note: note(shapley),
  }));
  const alone = factors.flatMap(({ label, fromFemale, fromMale }) => [
    { label, value: fromFemale.estimate, order: 'first' },
    { label, value: fromMale.estimate, order: 'last' },
  ]);
  const labels = bars.map(({ label }) => label);
  const name = labelOf(outcome);
  const largest = [...interactions].sort((a, b) => Math.abs(b.estimate.estimate) - Math.abs(a.estimate.estimate));
  const pairNames = ({ factors: [one, other] }: SwapOutcome['interactions'][number]) =>
    `${SWAP_LABELS[one]} × ${SWAP_LABELS[other]}`;
  return drawFigure(
    {
      id: `swap-${outcome}`,
      alt: `${name} of ${pairs} pairs of a woman’s and a man’s twin: gap ${note(gap)}; ${bars.map(({ label, note: words }) => `${label} ${words}`).join('; ')}`,
      caption: html`<b>${capital(name)}, exchanged part by part.</b> Bars: what the man’s part in place of the woman’s adds, averaged over all orders of exchange (Shapley), with intervals over ${pairs} pairs; they sum to the gap of ${note(gap)}. Circles: added first, to an otherwise female twin; triangles: added last, to an otherwise male one. Where the two differ, parts interact; the largest interactions are below.`,
    },
    {
      height: 60 + 40 * labels.length,
      marginLeft: 130,
      marginRight: 168,
      marginTop: 8,
      marginBottom: 42,
      x: {
        label: `${unit} of the gap (man − woman)`,
        labelAnchor: 'center',
        labelArrow: 'none',
        grid: true,
        nice: true,
      },
      y: { label: null, domain: labels, padding: 0.36, tickSize: 0 },
      symbol: { type: 'identity' },
      marks: [
        Plot.barX(bars, { y: 'label', x: 'estimate', fill: COLOUR.explained, fillOpacity: 0.75 }),
        Plot.ruleX([0], { stroke: COLOUR.ink }),
        Plot.ruleY(bars, {
          y: 'label',
          x1: 'low',
          x2: 'high',
          stroke: COLOUR.ink,
          strokeWidth: 1.5,
          marker: 'tick',
        }),
        Plot.dot(alone, {
          y: 'label',
          x: 'value',
          symbol: ({ order }: { order: string }) => (order === 'first' ? 'circle' : 'triangle'),
          fill: ({ order }: { order: string }) => (order === 'first' ? COLOUR.women : COLOUR.second),
          stroke: 'white',
          r: 4.5,
          dy: 9,
        }),
        Plot.text(bars, { y: 'label', text: 'note', frameAnchor: 'right', textAnchor: 'start', dx: 12 }),
      ],
    },
    forestPlot({
      axis: `${unit} beyond the sum of both (interaction)`,
      groups: [
        {
          title: '',
          rows: largest.slice(0, 5).map((interaction) => {
            const { estimate, low, high } = interaction.estimate;
            return { label: pairNames(interaction), estimate, low, high, note: note(interaction.estimate) };
          }),
        },
      ],
    }),
  );
}
