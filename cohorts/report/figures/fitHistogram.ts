import * as Plot from '@observablehq/plot';
import { COLUMN } from '../../analyses/columns.ts';
import { type ColumnTable, finishedRows, numbersOf } from '../../analyses/table.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { count, format, median } from '../numbers.ts';
import { COLOUR, TEXT_COLOUR } from '../palette.ts';

/** The target of the paper that the calibration follows (Grandits et al., Med Image Anal 2025). */
const GOOD = 0.994;

/** Correlations of simulated with recorded ECGs of all finished twins; empty when the table has none. */
export function fitHistogram(table: ColumnTable): Html {
  const finished = finishedRows(table);
  const values = Array.from(numbersOf(table, COLUMN.correlation)).filter(
    (value, row) => finished[row] && !Number.isNaN(value),
  );
  return values.length === 0 ? html`` : histogramFigure(values);
}

/** The figure of some correlations. */
export function histogramFigure(values: readonly number[]): Html {
  const middle = median(values);
  const least = values.reduce((low, value) => Math.min(low, value), 1);
  const good = values.filter((value) => value >= GOOD).length;
  const words = `median ${format(middle, 4)}, lowest ${format(least, 4)}, ${good} of ${values.length} at ${GOOD} or above`;
  return drawFigure(
    {
      id: 'fit-histogram',
      alt: `Histogram of the correlation between simulated and recorded ECG of ${values.length} twins: ${words}`,
      caption: html`<b>Fit of ${count(values.length, 'twin')}.</b> Correlation between the simulated and the recorded QRS over twelve leads: ${words}. It says how well the ECG is reproduced, not how right the activation map is: different maps give the same ECG.`,
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
          fill: TEXT_COLOUR.women,
          fontWeight: 600,
        }),
      ],
    },
  );
}
