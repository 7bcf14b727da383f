import * as Plot from '@observablehq/plot';
import { labelOf } from '../../analyses/columns.ts';
import type { QuarantineBias } from '../../analyses/quarantineBias.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { format } from '../numbers.ts';
import { COLOUR } from '../palette.ts';

/** Standardised differences between quarantined and finished subjects; empty when there are none to draw. */
export function balanceFigure({ traits, quarantined, finished }: QuarantineBias): Html {
  const points = traits.flatMap((balance) =>
    isUndetermined(balance) || !Number.isFinite(balance.standardisedDifference)
      ? []
      : [{ label: labelOf(balance.trait), difference: balance.standardisedDifference }],
  );
  if (points.length === 0) return html``;
  const reach = Math.max(0.5, ...points.map(({ difference }) => Math.abs(difference) * 1.1));
  return drawFigure(
    {
      id: 'quarantine-balance',
      alt: `Standardised differences between quarantined and finished subjects: ${points.map(({ label, difference }) => `${label} ${format(difference, 2)}`).join('; ')}`,
      caption: html`<b>Those without a twin against those with one</b> (${quarantined} against ${finished}). Differences of means in standard deviations; the shaded band of ± 0.1 is what is commonly called balanced.`,
    },
    {
      height: 66 + 28 * points.length,
      marginLeft: 150,
      marginRight: 60,
      marginBottom: 42,
      x: {
        label: 'quarantined − finished, standard deviations',
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [-reach, reach],
        grid: true,
      },
      y: { label: null, domain: points.map(({ label }) => label), tickSize: 0 },
      marks: [
        Plot.rect([0], { x1: -0.1, x2: 0.1, fill: COLOUR.muted, fillOpacity: 0.2 }),
        Plot.ruleX([0], { stroke: COLOUR.ink, strokeDasharray: '4,3' }),
        Plot.ruleY(points, { y: 'label', x1: 0, x2: 'difference', stroke: COLOUR.single, strokeWidth: 1.5 }),
        Plot.dot(points, { y: 'label', x: 'difference', fill: COLOUR.single, r: 5 }),
        Plot.text(points, {
          y: 'label',
          text: ({ difference }: { difference: number }) => format(difference, 2),
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
        }),
      ],
    },
  );
}
