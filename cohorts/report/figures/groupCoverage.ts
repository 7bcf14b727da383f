import * as Plot from '@observablehq/plot';
import { labelOf } from '../../analyses/columns.ts';
import type { ColumnCoverage } from '../../analyses/representation.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { capital, format } from '../numbers.ts';
import { COLOUR } from '../palette.ts';

/** Groups drawn at most; the table has them all. */
const MOST_GROUPS = 36;

/** Of each group the share that has a twin, with its interval. Empty where there is no group. */
export function coverageFigure(columns: readonly ColumnCoverage[]): Html {
  const groups = columns
    .flatMap(({ column, groups: own }) =>
      own
        .filter(({ subjects }) => subjects > 0)
        .map(({ level, finished, subjects }) => ({
          key: `${capital(labelOf(column))}: ${level}`,
          share: 100 * finished.share,
          low: 100 * finished.low,
          high: 100 * finished.high,
          note: `${finished.count} of ${subjects} · ${format(100 * finished.share, 0)} %`,
        })),
    )
    .slice(0, MOST_GROUPS);
  if (groups.length === 0) return html``;
  return drawFigure(
    {
      id: 'group-coverage',
      alt: `Share of each group that has a twin: ${groups.map(({ key, note }) => `${key} ${note}`).join('; ')}`,
      caption: html`<b>Who has a twin.</b> Share of each group’s subjects whose twin was built, with 95 % intervals (Wilson). A group that lies left of the others is thinned by failures; the answers then speak less for it.`,
    },
    {
      height: 58 + 24 * groups.length,
      marginLeft: 220,
      marginRight: 130,
      marginTop: 8,
      marginBottom: 42,
      x: { label: 'subjects with a twin, %', labelAnchor: 'center', labelArrow: 'none', domain: [0, 100], grid: true },
      y: { label: null, domain: groups.map(({ key }) => key), tickSize: 0 },
      marks: [
        Plot.ruleY(groups, { y: 'key', x1: 'low', x2: 'high', stroke: COLOUR.single, strokeWidth: 2 }),
        Plot.dot(groups, { y: 'key', x: 'share', fill: COLOUR.single, r: 4.5 }),
        Plot.text(groups, { y: 'key', text: 'note', frameAnchor: 'right', textAnchor: 'start', dx: 12 }),
      ],
    },
  );
}
