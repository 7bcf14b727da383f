import * as Plot from '@observablehq/plot';
import { COLUMN, labelOf } from '../analyses/columns.ts';
import type { IndexedQrs } from '../analyses/indexedQrs.ts';
import type { RegressionShare } from '../analyses/regressionShare.ts';
import { completeRows, OUTCOMES, valuesOf } from '../analyses/sexSize.ts';
import type { ColumnTable } from '../analyses/table.ts';
import type { VelocityBySex } from '../analyses/velocityBySex.ts';
import { isUndetermined } from '../statistics/leastSquares.ts';
import { COLOUR, drawFigure, SEX_SCALE, SEX_SYMBOLS } from './figure.ts';
import { type Html, html } from './html.ts';
import { percent, withInterval } from './numbers.ts';

/** Points beyond this are thinned evenly: more would only make the file heavy. */
const MOST_POINTS = 3000;

/** QRS duration against LV mass, women and men apart, each with its own line; empty when one sex is missing. */
export function sizeScatter(table: ColumnTable): Html {
  const outcome = OUTCOMES.find((name) => completeRows(table, [name, COLUMN.lvMass]).women.length > 2);
  if (outcome === undefined) return html``;
  const rows = completeRows(table, [outcome, COLUMN.lvMass]);
  if (rows.men.length < 3) return html``;
  const [mass, duration] = [valuesOf(rows, COLUMN.lvMass), valuesOf(rows, outcome)];
  const points = Array.from(mass, (value, row) => ({
    mass: value,
    duration: duration[row],
    sex: rows.isFemale[row] === 1 ? 'women' : 'men',
  }));
  const stride = Math.ceil(points.length / MOST_POINTS);
  const shown = points.filter((_, at) => at % stride === 0);
  const thinned = stride > 1 ? ` One point in ${stride} is drawn; the lines rest on all.` : '';
  return drawFigure(
    {
      id: 'size-scatter',
      alt: `Scatter of ${labelOf(outcome)} against LV mass for ${rows.women.length} women and ${rows.men.length} men with a regression line for each sex`,
      caption: html`<b>QRS duration and heart size.</b> Each point is a subject: ${labelOf(outcome)} against LV mass, with the regression line of each sex and its 95 % band. Lines that lie on one another mean that women and men of one LV mass have the same QRS; a step between them is what size does not explain.${thinned}`,
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
        Plot.dot(shown, { x: 'mass', y: 'duration', stroke: 'sex', symbol: 'sex', r: 3.5, strokeOpacity: 0.75 }),
        Plot.linearRegressionY(points, { x: 'mass', y: 'duration', stroke: 'sex', strokeWidth: 2, precision: 8 }),
        Plot.text(
          SEX_SCALE.domain.map((sex) => endOf(points.filter((point) => point.sex === sex))),
          {
            x: 'mass',
            y: 'duration',
            text: 'sex',
            fill: 'sex',
            fontWeight: 600,
            textAnchor: 'end',
            dy: -10,
            stroke: 'white',
            strokeWidth: 4,
          },
        ),
      ],
    },
  );
}

interface ScatterPoint {
  readonly mass: number;
  readonly duration: number | undefined;
  readonly sex: string;
}

/** Where a sex's name is written: over its heaviest heart. */
function endOf(points: readonly ScatterPoint[]): ScatterPoint | undefined {
  return points.toSorted((a, b) => a.mass - b.mass).at(-1);
}

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
  const alt = known.map(({ outcome, gap }) => `${labelOf(outcome)}: gap ${withInterval(gap, 'ms', 1)}`).join('; ');
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
      y: { label: null, domain: labels, padding: 0.35 },
      fy: { label: null, domain: gaps.map(({ outcome }) => outcome), padding: 0.16, axis: null },
      marks: [
        Plot.rect(gaps, { fy: 'outcome', x1: 'low', x2: 'high', fill: COLOUR.unexplained, fillOpacity: 0.16 }),
        Plot.barX(bars, { fy: 'outcome', y: 'label', x: 'estimate', fill: COLOUR.explained, fillOpacity: 0.75 }),
        Plot.ruleX([0], { stroke: COLOUR.ink }),
        Plot.ruleX(gaps, {
          fy: 'outcome',
          x: 'estimate',
          stroke: COLOUR.unexplained,
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

interface ForestRow {
  readonly group: string;
  readonly label: string;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly kind: string;
}

/** Velocities of women against men, per cent of the men's mean: alone, and adjusted for age and body. */
export function velocityForest({ velocities }: VelocityBySex): Html {
  const rows = velocities.flatMap((velocity): ForestRow[] => {
    if (isUndetermined(velocity)) return [];
    const label = labelOf(velocity.velocity);
    const alone = { group: '', label, kind: 'alone', ...velocity.relative };
    const adjusted = velocity.regressions.at(-1)?.fit;
    const scale = velocity.relative.estimate / velocity.difference.estimate;
    if (velocity.regressions.length < 2 || !adjusted || isUndetermined(adjusted) || !Number.isFinite(scale))
      return [alone];
    const sex = adjusted.coefficients.find(({ term }) => term === 'sex');
    if (!sex) return [alone];
    const [estimate, low, high] = [sex.estimate, sex.low, sex.high].map((value) => value * scale);
    return [alone, { group: '', label, kind: 'adjusted', estimate: estimate ?? 0, low: low ?? 0, high: high ?? 0 }];
  });
  return forest(rows, {
    id: 'velocity-forest',
    caption: html`<b>Conduction velocity, women against men.</b> Difference of mean calibrated velocity in per cent of the men’s mean, with 95 % intervals: alone (filled, bootstrap) and adjusted for age, height and LV mass as far as the table has them (open, HC3).`,
    axis: 'women − men, % of the men’s mean',
    kinds: ['alone', 'adjusted'],
  });
}

/** Indexed QRS durations of women over men, minus one, per cent. */
export function indexForest({ outcomes }: IndexedQrs): Html {
  const rows = outcomes.flatMap(({ outcome, indices }) =>
    indices.flatMap((index): ForestRow[] =>
      isUndetermined(index) ? [] : [{ group: labelOf(outcome), label: index.label, kind: 'alone', ...index.relative }],
    ),
  );
  return forest(rows, {
    id: 'index-forest',
    caption: html`<b>QRS duration indexed by size, women against men.</b> Ratio of the means minus one, with 95 % bootstrap intervals. Right of zero, women’s QRS is longer for its size.`,
    axis: 'women over men − 1, %',
    kinds: ['alone'],
  });
}

interface ForestText {
  readonly id: string;
  readonly caption: Html;
  readonly axis: string;
  readonly kinds: readonly string[];
}

function forest(rows: readonly ForestRow[], { id, caption, axis, kinds }: ForestText): Html {
  if (rows.length === 0) return html``;
  const groups = [...new Set(rows.map(({ group }) => group))];
  const keys = [...new Set(rows.map(({ label }) => label))].flatMap((label) =>
    kinds
      .filter((kind) => rows.some((row) => row.label === label && row.kind === kind))
      .map((kind) => keyOf({ label, kind })),
  );
  const points = rows.map((row) => ({
    ...row,
    key: keyOf(row),
    estimate: 100 * row.estimate,
    low: 100 * row.low,
    high: 100 * row.high,
    note: percent(row, 1),
  }));
  const alt = rows.map((row) => `${row.group} ${keyOf(row)} ${percent(row, 1)}`.trim()).join('; ');
  return drawFigure(
    { id, caption, alt: `Forest plot, ${axis}. ${alt}` },
    {
      height: 66 + (groups.length > 1 ? 24 * groups.length : 0) + 27 * keys.length * groups.length,
      marginLeft: 206,
      marginRight: 168,
      marginBottom: 42,
      marginTop: groups.length > 1 ? 24 : 12,
      x: { label: axis, labelAnchor: 'center', labelArrow: 'none', grid: true, nice: true },
      y: { label: null, domain: keys },
      fy: { axis: null, domain: groups, padding: groups.length > 1 ? 0.2 : 0 },
      marks: [
        Plot.ruleX([0], { stroke: COLOUR.ink, strokeDasharray: '4,3' }),
        Plot.ruleY(points, { fy: 'group', y: 'key', x1: 'low', x2: 'high', stroke: COLOUR.single, strokeWidth: 2 }),
        Plot.dot(points, {
          fy: 'group',
          y: 'key',
          x: 'estimate',
          r: 4.5,
          fill: (d: ForestRow) => (d.kind === 'alone' ? COLOUR.single : 'white'),
          stroke: COLOUR.single,
          strokeWidth: 2,
        }),
        Plot.text(points, {
          fy: 'group',
          y: 'key',
          text: 'note',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 10,
          fill: COLOUR.ink,
        }),
        Plot.text(groups.length > 1 ? groups : [], {
          fy: (d: string) => d,
          text: (d: string) => d,
          frameAnchor: 'top-left',
          dx: -202,
          dy: -16,
          textAnchor: 'start',
          fontWeight: 600,
        }),
      ],
    },
  );
}

const keyOf = ({ label, kind }: Pick<ForestRow, 'label' | 'kind'>) => (kind === 'alone' ? label : `${label}, ${kind}`);
