import { Buffer } from 'node:buffer';
import * as Plot from '@observablehq/plot';
import { ecgSvg } from '../../twin/render/ecgSvg.ts';
import { COLUMN, labelOf } from '../analyses/columns.ts';
import type { QuarantineBias } from '../analyses/quarantineBias.ts';
import { type ColumnTable, finishedRows, numbersOf } from '../analyses/table.ts';
import { isUndetermined } from '../statistics/leastSquares.ts';
import { COLOUR, drawFigure, embed } from './figure.ts';
import { type Html, html, trusted } from './html.ts';
import { count, format, median } from './numbers.ts';
import type { TwinShown } from './reportInput.ts';

/** Correlations of simulated with recorded ECGs of all finished twins; empty when the table has none. */
export function correlationHistogram(table: ColumnTable): Html {
  const finished = finishedRows(table);
  const values = Array.from(numbersOf(table, COLUMN.correlation)).filter(
    (value, row) => finished[row] && !Number.isNaN(value),
  );
  if (values.length === 0) return html``;
  const middle = median(values);
  const least = Math.min(...values);
  return drawFigure(
    {
      id: 'fit-histogram',
      alt: `Histogram of the correlation between simulated and recorded ECG of ${values.length} twins: median ${format(middle, 4)}, lowest ${format(least, 4)}`,
      caption: html`<b>Fit of ${count(values.length, 'twin')}.</b> Correlation between the simulated and the recorded QRS over twelve leads: median ${format(middle, 4)}, lowest ${format(least, 4)}. It says how well the ECG is reproduced, not how right the activation map is: different maps give the same ECG.`,
    },
    {
      height: 230,
      marginLeft: 46,
      marginBottom: 42,
      marginTop: 26,
      x: { label: 'correlation', labelAnchor: 'center', labelArrow: 'none' },
      y: { label: 'twins', grid: true, labelArrow: 'none' },
      marks: [
        Plot.rectY(
          values.map((correlation) => ({ correlation })),
          Plot.binX<Plot.RectYOptions>(
            { y: 'count' },
            { x: { value: 'correlation', thresholds: 20 }, fill: COLOUR.single, fillOpacity: 0.75 },
          ),
        ),
        Plot.ruleY([0]),
        Plot.ruleX([middle], { stroke: COLOUR.women, strokeWidth: 2 }),
        Plot.text([middle], {
          x: (d: number) => d,
          frameAnchor: 'top',
          text: () => `median ${format(middle, 4)}`,
          dy: -14,
          fill: COLOUR.women,
          fontWeight: 600,
        }),
      ],
    },
  );
}

/** One twin's ECG over its recording, and its activation map where there is one. */
export function twinFigure(twin: TwinShown, number: number): Html {
  const picture =
    twin.activationPng === undefined
      ? html``
      : html`<img class="activation" alt="Activation map of the twin of ${twin.subject}" src="data:image/png;base64,${Buffer.from(twin.activationPng).toString('base64')}">`;
  return embed(
    {
      id: `twin-${number}`,
      alt: `Simulated and recorded twelve-lead QRS of ${twin.subject}. ${twin.caption}`,
      caption: html`<b>${twin.subject}</b> · ${twin.caption}`,
      captionSide: 'above',
    },
    html`${trusted(ecgSvg(twin, 'strip'))}${picture}`.html,
  );
}

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
      marginBottom: 42,
      x: {
        label: 'quarantined − finished, standard deviations',
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [-reach, reach],
        grid: true,
      },
      y: { label: null, domain: points.map(({ label }) => label) },
      marks: [
        Plot.rect([0], { x1: -0.1, x2: 0.1, fill: COLOUR.muted, fillOpacity: 0.2 }),
        Plot.ruleX([0], { stroke: COLOUR.ink, strokeDasharray: '4,3' }),
        Plot.ruleY(points, { y: 'label', x1: 0, x2: 'difference', stroke: COLOUR.single, strokeWidth: 1.5 }),
        Plot.dot(points, { y: 'label', x: 'difference', fill: COLOUR.single, r: 5 }),
      ],
    },
  );
}
