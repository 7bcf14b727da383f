import * as Plot from '@observablehq/plot';
import type { ContractionBySex, ParameterContraction } from '../../analyses/contraction.ts';
import { SAYS_SOMETHING } from '../../analyses/contraction.ts';
import { isUndetermined } from '../../statistics/leastSquares.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import { format } from '../numbers.ts';
import { COLOUR, SEX_SCALE, SEX_SYMBOLS } from '../palette.ts';

/** Posterior by prior standard deviation of each parameter, women and men apart. Empty where no twin has a posterior. */
export function contractionDots({ parameters }: Pick<ContractionBySex, 'parameters'>): Html {
  const known = parameters.flatMap((parameter) => (isUndetermined(parameter) ? [] : [parameter]));
  return known.length === 0 ? html`` : contractionFigure(known);
}

/** The figure of some parameters. */
export function contractionFigure(parameters: readonly ParameterContraction[]): Html {
  const points = parameters.flatMap(({ label, women, men }) =>
    [
      { label, sex: 'women', ...women },
      { label, sex: 'men', ...men },
    ]
      .filter(({ mean }) => Number.isFinite(mean))
      .map((point) => ({ ...point, low: Math.max(0, point.mean - point.sd), high: point.mean + point.sd })),
  );
  const words = parameters.map(
    ({ label, all }) => `${label} ${format(all.mean, 2)} (${format(100 * all.informed, 0)} % of twins informed)`,
  );
  const labels = parameters.map(({ label }) => label);
  return drawFigure(
    {
      id: 'contraction',
      alt: `Posterior by prior standard deviation of ${labels.length} parameters, mean over twins: ${words.join('; ')}`,
      caption: html`<b>What the ECGs say of each parameter.</b> Standard deviation of the posterior by that of the prior: mean over twins and, as a line, its spread between them. Right, at 1, the ECG says nothing and the number is the prior’s; below the dashed line at ${format(SAYS_SOMETHING, 1)} a twin counts as informed.`,
    },
    {
      height: 58 + 34 * labels.length,
      marginLeft: 260,
      marginRight: 140,
      marginTop: 8,
      marginBottom: 42,
      color: SEX_SCALE,
      symbol: SEX_SYMBOLS,
      x: {
        label: 'posterior SD / prior SD',
        labelAnchor: 'center',
        labelArrow: 'none',
        domain: [0, Math.max(1.1, ...points.map(({ high }) => high))],
        grid: true,
      },
      y: { label: null, domain: labels, padding: 0.3, tickSize: 0 },
      marks: [
        Plot.ruleX([1], { stroke: COLOUR.ink }),
        Plot.ruleX([SAYS_SOMETHING], { stroke: COLOUR.ink, strokeDasharray: '4,3' }),
        ...(['women', 'men'] as const).flatMap((sex) => {
          const own = points.filter((point) => point.sex === sex);
          const dy = sex === 'women' ? -5 : 5;
          return [
            Plot.ruleY(own, { y: 'label', x1: 'low', x2: 'high', stroke: 'sex', strokeWidth: 1.6, dy }),
            Plot.dot(own, { y: 'label', x: 'mean', fill: 'sex', symbol: 'sex', r: 4.5, dy }),
          ];
        }),
        Plot.text(parameters, {
          y: 'label',
          text: ({ all }: ParameterContraction) => `${format(100 * all.informed, 0)} % informed`,
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 12,
          fill: COLOUR.ink,
        }),
      ],
    },
  );
}
