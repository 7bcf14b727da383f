import * as Plot from '@observablehq/plot';
import type { TraitOutcome } from '../../analyses/ageAndBody.ts';
import { labelOf } from '../../analyses/columns.ts';
import type { TraitCurve } from '../../analyses/traitCurve.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { capital, decimalsFor, format, formatP } from '../numbers.ts';
import { SEX_SCALE, TEXT_COLOUR } from '../palette.ts';

/** How one trait is written on an axis. */
const TRAIT_LABEL: Readonly<Record<string, string>> = { age_y: 'age (years)', bmi_kg_m2: 'body mass index (kg/m²)' };

/** Curves that end nearer to each other than this share of the panel have their names moved apart. */
const CLOSE = 0.11;

type Known = TraitOutcome & { readonly curve: TraitCurve };
const hasCurve = (answer: TraitOutcome): answer is Known => !isUndetermined(answer.curve);

/** Curves of some outcomes along one trait, a small panel each: a line and its band for each sex. Empty where there is no curve. */
export function traitCurves(answers: readonly TraitOutcome[], trait: string): Html {
  const known = answers.filter((answer) => answer.trait === trait).filter(hasCurve);
  if (known.length === 0) return html``;
  const label = TRAIT_LABEL[trait] ?? labelOf(trait);
  return drawFigure(
    {
      id: `curves-${trait}`,
      alt: `Curves along ${label} by sex. ${known.map(curveWords).join('; ')}`,
      caption: html`<b>Along ${label}.</b> Restricted cubic splines, a curve and a 95 % band for each sex (women solid, men dashed); bands hold at each place by itself. No curve is drawn beyond the middle 95 % of a sex. ${known.map((answer) => `${capital(labelOf(answer.outcome))}: parallel ${testWords(answer.curve.interaction)}, straight ${testWords(answer.curve.bend)}`).join('. ')}.`,
    },
    ...known.map((answer) => panel(answer, label)),
  );
}

function testWords(test: TraitCurve['bend']): string {
  return isUndetermined(test) ? 'not tested' : `p ${formatP(test.p_value)}`;
}

/** A curve's ends in words, for those who cannot see it. */
function curveWords({ outcome, unit, curve }: Known): string {
  const ends = (['women', 'men'] as const).map((sex) => {
    const [first, last] = [curve[sex][0], curve[sex].at(-1)];
    if (first === undefined || last === undefined) return `${sex} without a curve`;
    const decimals = decimalsFor([first.estimate, last.estimate]);
    return `${sex} from ${format(first.estimate, decimals)} to ${format(last.estimate, decimals)} ${unit} between ${format(first.x, 0)} and ${format(last.x, 0)}`;
  });
  return `${labelOf(outcome)}: ${ends.join(', ')}`;
}

function panel({ outcome, unit, curve }: Known, label: string): Plot.PlotOptions {
  const points = (['women', 'men'] as const).flatMap((sex) => curve[sex].map((point) => ({ ...point, sex })));
  const ends = (['women', 'men'] as const).flatMap((sex) => points.filter((point) => point.sex === sex).slice(-1));
  const [upper, lower] = [...ends].sort((a, b) => b.estimate - a.estimate);
  const reach = Math.max(...points.map(({ high }) => high)) - Math.min(...points.map(({ low }) => low));
  const isClose = upper !== undefined && lower !== undefined && upper.estimate - lower.estimate < CLOSE * reach;
  return {
    height: 210,
    marginLeft: 58,
    marginRight: 64,
    marginTop: 28,
    marginBottom: 42,
    grid: true,
    color: SEX_SCALE,
    x: { label, labelAnchor: 'center', labelArrow: 'none' },
    y: { label: `${labelOf(outcome)}${unit === '1' ? '' : ` (${unit})`}`, labelArrow: 'none', ticks: 5, nice: true },
    marks: [
      Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: 'sex', fillOpacity: 0.16, z: 'sex' }),
      ...(['women', 'men'] as const).map((sex) =>
        Plot.lineY(
          points.filter((point) => point.sex === sex),
          {
            x: 'x',
            y: 'estimate',
            stroke: 'sex',
            strokeWidth: 2,
            ...(sex === 'men' ? { strokeDasharray: '7,3' } : {}),
          },
        ),
      ),
      ...ends.map((end) =>
        Plot.text([end], {
          x: 'x',
          y: 'estimate',
          text: 'sex',
          fill: TEXT_COLOUR[end.sex],
          fontWeight: 600,
          textAnchor: 'start',
          dx: 6,
          dy: isClose ? (end === upper ? -7 : 7) : 0,
        }),
      ),
    ],
  };
}
