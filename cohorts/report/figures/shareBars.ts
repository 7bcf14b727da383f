import * as Plot from '@observablehq/plot';
import { labelOf } from '../../analyses/columns.ts';
import type { RegressionShare } from '../../analyses/regressionShare.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { withInterval } from '../numbers.ts';
import { COLOUR } from '../palette.ts';

/** How many ms of the gap each set of size factors explains, beside the gap itself; one panel an outcome. */
export function shareBars({ outcomes }: RegressionShare): Html {
  const known = outcomes.flatMap((outcome) => (isUndetermined(outcome) ? [] : [outcome]));
  const bars = known.flatMap(({ outcome, decompositions }) =>
    decompositions.flatMap((parts) =>
      isUndetermined(parts)
        ? []
        : [
            {
              outcome: labelOf(outcome),
              label: parts.label,
              ...parts.explained,
              note: withInterval(parts.explained, 'ms', 1),
            },
          ],
    ),
  );
  if (bars.length === 0) return html``;
  const gaps = known.map(({ outcome, gap }) => ({ outcome: labelOf(outcome), ...gap }));
  const labels = [...new Set(bars.map(({ label }) => label))];
  const alt = known
    .map(({ outcome, gap }) => {
      const own = bars.filter((bar) => bar.outcome === labelOf(outcome));
      return `${labelOf(outcome)}: gap ${withInterval(gap, 'ms', 1)}, of which ${own.map(({ label, note }) => `${note} with ${label}`).join(', ')}`;
    })
    .join('; ');
  return drawFigure(
    {
      id: 'share-bars',
      alt: `Bars of the part of the sex gap that each set of size factors explains. ${alt}`,
      caption: html`<b>What size explains.</b> Bars: ms of the gap (men − women) that go with each set of size factors, with 95 % bootstrap intervals. The dashed line is the gap, its interval shaded: a bar that reaches it leaves nothing unexplained; one that passes it says that women’s QRS is longer than men’s of the same size.`,
    },
    {
      height: 74 + 34 * labels.length * gaps.length,
      marginLeft: 176,
      marginRight: 160,
      marginBottom: 42,
      marginTop: 20,
      x: { label: 'ms of the gap (men − women)', labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true },
      y: { label: null, domain: labels, padding: 0.35, tickSize: 0 },
      fy: { label: null, domain: gaps.map(({ outcome }) => outcome), padding: 0.16, axis: null },
      marks: [
        Plot.rect(gaps, { fy: 'outcome', x1: 'low', x2: 'high', fill: COLOUR.unexplained, fillOpacity: 0.16 }),
        Plot.barX(bars, { fy: 'outcome', y: 'label', x: 'estimate', fill: COLOUR.explained, fillOpacity: 0.75 }),
        Plot.ruleX([0], { stroke: COLOUR.ink }),
        Plot.ruleX(gaps, {
          fy: 'outcome',
          x: 'estimate',
          stroke: '#9a6a00',
          strokeWidth: 2,
          strokeDasharray: '5,3',
        }),
        Plot.ruleY(bars, {
          fy: 'outcome',
          y: 'label',
          x1: 'low',
          x2: 'high',
          stroke: COLOUR.ink,
          strokeWidth: 1.5,
          marker: 'tick',
        }),
        Plot.text(bars, {
          fy: 'outcome',
          y: 'label',
          text: 'note',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          fill: COLOUR.ink,
        }),
        Plot.text(gaps, {
          fy: 'outcome',
          text: (d: { outcome: string }) => d.outcome,
          frameAnchor: 'top-left',
          dx: -172,
          dy: -14,
          textAnchor: 'start',
          fontWeight: 600,
        }),
      ],
    },
  );
}
