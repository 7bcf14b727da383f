import * as Plot from '@observablehq/plot';
import { COLUMN, labelOf } from '../../analyses/columns.ts';
import { completeRows, OUTCOMES, valuesOf } from '../../analyses/sexSize.ts';
import type { ColumnTable } from '../../analyses/table.ts';
import { fitLeastSquares, isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { capital, count, format } from '../numbers.ts';
import { COLOUR, SEX_SCALE, SEX_SYMBOLS, TEXT_COLOUR } from '../palette.ts';

/** Points beyond this are thinned evenly: more would only make the file heavy. */
const MOST_POINTS = 2000;

/** One person of a scatter. */
export interface ScatterPoint {
  readonly size: number;
  readonly duration: number;
  readonly sex: 'women' | 'men';
}

export interface SizeScatter {
  readonly outcome: string;
  readonly points: readonly ScatterPoint[];
}

/** QRS duration against LV mass, women and men apart and both together, each with its line; empty when one sex is missing. */
export function sizeScatter(table: ColumnTable): Html {
  const outcome = OUTCOMES.find((name) => completeRows(table, [name, COLUMN.lvMass]).women.length > 2);
  if (outcome === undefined) return html``;
  const rows = completeRows(table, [outcome, COLUMN.lvMass]);
  if (rows.men.length < 3) return html``;
  const [mass, duration] = [valuesOf(rows, COLUMN.lvMass), valuesOf(rows, outcome)];
  const points = Array.from(mass, (size, row): ScatterPoint => {
    const sex = rows.isFemale[row] === 1 ? 'women' : 'men';
    return { size, duration: duration[row] ?? Number.NaN, sex };
  });
  return scatterFigure({ outcome, points });
}

/** The figure of a scatter: points, a line with its band for each sex, and one line through all. */
export function scatterFigure({ outcome, points }: SizeScatter): Html {
  const of = (sex: string) => points.filter((point) => point.sex === sex);
  const [women, men] = [of('women'), of('men')];
  const slopes = [women, men, points].map(slopeWords);
  const stride = Math.ceil(points.length / MOST_POINTS);
  const shown = points.filter((_, at) => at % stride === 0);
  const thinned =
    stride > 1 ? ` One point in ${stride} is drawn; the lines rest on all ${count(points.length, 'subject')}.` : '';
  const lines = `women ${slopes[0]}, men ${slopes[1]}, all together ${slopes[2]}`;
  return drawFigure(
    {
      id: 'size-scatter',
      alt: `Scatter of ${labelOf(outcome)} against LV mass for ${women.length} women and ${men.length} men with regression lines: ${lines}`,
      caption: html`<b>QRS duration and heart size.</b> Each mark is a subject: ${labelOf(outcome)} against LV mass, with the regression line of each sex and its 95 % band, and one line through all (dashed). ${capital(lines)}. Lines of the sexes that lie on one another mean that women and men of one LV mass have the same QRS; a step between them is what size does not explain.${thinned}`,
    },
    {
      height: 400,
      marginLeft: 52,
      marginBottom: 44,
      inset: 8,
      grid: true,
      color: SEX_SCALE,
      symbol: SEX_SYMBOLS,
      x: { label: 'LV mass (g)', labelAnchor: 'center', labelArrow: 'none' },
      y: { label: `${labelOf(outcome)} (ms)`, labelArrow: 'none' },
      marks: [
        Plot.dot(shown, {
          x: 'size',
          y: 'duration',
          stroke: 'sex',
          symbol: 'sex',
          r: shown.length > 600 ? 2.4 : 3.5,
          strokeOpacity: shown.length > 600 ? 0.5 : 0.75,
        }),
        Plot.linearRegressionY(points, {
          x: 'size',
          y: 'duration',
          stroke: COLOUR.pooled,
          strokeWidth: 1.5,
          strokeDasharray: '6,4',
          ci: 0,
          precision: 8,
        }),
        Plot.linearRegressionY(points, { x: 'size', y: 'duration', stroke: 'sex', strokeWidth: 2, precision: 8 }),
        Plot.text([endOf(women), endOf(men)], {
          x: 'size',
          y: 'duration',
          text: 'sex',
          fill: ({ sex }: ScatterPoint) => TEXT_COLOUR[sex],
          fontWeight: 600,
          textAnchor: 'end',
          dy: -10,
          stroke: 'white',
          strokeWidth: 4,
        }),
      ],
    },
  );
}

/** Where a sex's name is written: over its heaviest heart. */
const endOf = (points: readonly ScatterPoint[]): ScatterPoint | undefined =>
  points.toSorted((a, b) => a.size - b.size).at(-1);

/** `5.4 ms per 100 g`. */
function slopeWords(points: readonly ScatterPoint[]): string {
  const size = Float64Array.from(points, (point) => point.size);
  const duration = Float64Array.from(points, (point) => point.duration);
  const fit = fitLeastSquares(duration, [{ name: 'size', values: size }], { covariance: 'HC3', level: 0.95 });
  const slope = isUndetermined(fit) ? undefined : fit.coefficients[1];
  return slope === undefined ? 'without a slope' : `${format(100 * slope.estimate, 1)} ms per 100 g`;
}
