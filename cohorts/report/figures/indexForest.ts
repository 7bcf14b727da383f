import { labelOf } from '../../analyses/columns.ts';
import type { IndexedQrs } from '../../analyses/indexedQrs.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { capital, percent } from '../numbers.ts';
import { type ForestGroup, forestPlot } from './forest.ts';

/** Indexed QRS durations of women over men, minus one, per cent. */
export function indexForest({ outcomes }: IndexedQrs): Html {
  const groups = outcomes.map(
    ({ outcome, indices }): ForestGroup => ({
      title: capital(labelOf(outcome)),
      rows: indices.flatMap((index) => {
        if (isUndetermined(index)) return [];
        const { estimate, low, high } = index.relative;
        const note = percent(index.relative, 1);
        return [{ label: index.label, estimate: 100 * estimate, low: 100 * low, high: 100 * high, note }];
      }),
    }),
  );
  if (groups.every(({ rows }) => rows.length === 0)) return html``;
  const alt = groups
    .flatMap(({ title, rows }) => rows.map(({ label, note }) => `${title} ${label} ${note}`))
    .join('; ');
  return drawFigure(
    {
      id: 'index-forest',
      alt: `Forest plot of indexed QRS durations, women over men − 1, %: ${alt}`,
      caption: html`<b>QRS duration indexed by size, women against men.</b> Ratio of the means minus one, with 95 % bootstrap intervals. Right of zero, women’s QRS is longer for its size.`,
    },
    forestPlot({ groups, axis: 'women over men − 1, %' }),
  );
}
