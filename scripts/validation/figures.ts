import * as Plot from '@observablehq/plot';
import { drawSvg } from '../../cohorts/report/figure.ts';
import type { PowerCurve } from '../../cohorts/validation/power.ts';
import { HONEST_COVERAGE } from '../../cohorts/validation/scores.ts';
import { isHonest, type ValidationResult } from '../../cohorts/validation/validationText.ts';

const LOOK = { style: { fontFamily: 'sans-serif', fontSize: '12px', background: 'white' }, width: 860 } as const;
/** Okabe and Ito's colours, told apart by the colour-blind. */
const COLOURS = ['#0072B2', '#999999', '#D55E00', '#009E73', '#CC79A7'] as const;

/** Height of a line of a legend. */
const LEGEND_LINE = 17;

/** A picture as a file of its own: it names its format and says what it is. */
const drawFile = (title: string, options: Plot.PlotOptions): string =>
  drawSvg(options).replace(/^<svg /, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${title}" `);

/** Coverage of every number in every scenario, with the honest range behind. */
export function coverageFigure({ scenarios }: Pick<ValidationResult, 'scenarios'>): string {
  const scores = scenarios.flatMap((scenario) => scenario.scores);
  const rows = scores.map((score) => ({
    number: `(${score.question}) ${score.title}`,
    scenario: score.scenario,
    coverage: 100 * score.coverage.share,
    honest: isHonest(score),
  }));
  return drawFile('Coverage of nominal 95 % intervals by number and scenario', {
    ...LOOK,
    height: 540,
    marginLeft: 340,
    marginRight: 20,
    marginBottom: 44,
    x: { label: 'intervals that hold the truth, %', labelAnchor: 'center', domain: [0, 100], grid: true },
    y: { label: null, domain: [...new Set(rows.map(({ number }) => number))] },
    symbol: { legend: false },
    marks: [
      Plot.rectX([0], {
        x1: 100 * HONEST_COVERAGE.low,
        x2: 100 * HONEST_COVERAGE.high,
        fill: '#009E73',
        fillOpacity: 0.18,
      }),
      Plot.ruleX([95], { stroke: '#009E73', strokeDasharray: '3,3' }),
      Plot.dot(rows, {
        x: 'coverage',
        y: 'number',
        r: 4,
        symbol: (row: { honest: boolean }) => (row.honest ? 'circle' : 'times'),
        stroke: (row: { honest: boolean }) => (row.honest ? COLOURS[0] : COLOURS[2]),
        strokeOpacity: 0.7,
      }),
    ],
  });
}

/** Power by number of people, a line a question. */
export function powerFigure(power: readonly PowerCurve[]): string {
  const points = power.flatMap(({ title, points: all }, at) =>
    all.map((point) => ({
      people: point.people,
      power: 100 * point.power.share,
      low: 100 * point.power.low,
      high: 100 * point.power.high,
      title,
      colour: COLOURS[at] ?? COLOURS[0],
    })),
  );
  return drawFile('Power by number of people', {
    ...LOOK,
    height: 480,
    marginLeft: 60,
    marginRight: 20,
    marginTop: LEGEND_LINE * power.length + 28,
    marginBottom: 44,
    x: {
      label: 'people with a twin',
      labelAnchor: 'center',
      type: 'log',
      ticks: [...new Set(points.map(({ people }) => people))],
      tickFormat: String,
    },
    y: { label: 'cohorts that find it, %', labelAnchor: 'center', domain: [0, 100], grid: true },
    color: { domain: power.map(({ title }) => title), range: [...COLOURS], legend: false },
    marks: [
      Plot.ruleY([80], { stroke: '#888', strokeDasharray: '3,3' }),
      Plot.areaY(points, { x: 'people', y1: 'low', y2: 'high', fill: 'title', fillOpacity: 0.12 }),
      Plot.line(points, { x: 'people', y: 'power', stroke: 'title', strokeWidth: 2 }),
      Plot.dot(points, { x: 'people', y: 'power', fill: 'title', r: 3, symbol: 'title' }),
      ...power.map(({ title }, at) =>
        Plot.text([title], {
          frameAnchor: 'top-left',
          dx: 10,
          dy: LEGEND_LINE * (at - power.length) - 20,
          text: (words: string) => `● ${words}`,
          fill: COLOURS[at] ?? COLOURS[0],
        }),
      ),
    ],
  });
}
