import { type EstimandLine, estimandLines } from '../estimands.ts';
import { drawFigure } from '../figure.ts';
import { type Html, html } from '../html.ts';
import type { ReportInput } from '../reportInput.ts';
import { type ForestGroup, forestPlot } from './forest.ts';

/** Each definition has a shape of its own. */
const KIND: Readonly<Record<EstimandLine['definition'], number>> = { gap: 2, a: 0, b: 1, c: 3, d: 5, e: 4 };

/** What each definition answers, side by side; the front figure. Empty where no definition has an answer. */
export const estimandForest = ({ analyses }: Pick<ReportInput, 'analyses'>): Html =>
  estimandFigure(estimandLines(analyses));

/** The figure of some answers: those in ms on one axis with the gap as their measure, those in per cent on another. */
export function estimandFigure(lines: readonly EstimandLine[]): Html {
  const gap = lines.find(({ definition }) => definition === 'gap');
  const panels = (['ms', '%'] as const).flatMap((unit) => {
    const groups = groupsOf(lines.filter((line) => line.unit === unit));
    if (groups.length === 0) return [];
    const isTime = unit === 'ms';
    const axis = isTime ? 'ms of the gap in QRS duration (men − women)' : 'women over men − 1, %';
    return [forestPlot({ groups, axis, ...(isTime && gap !== undefined ? { reference: gap } : {}) })];
  });
  if (panels.length === 0) return html``;
  return drawFigure(
    {
      id: 'estimands',
      alt: `Forest plot of what each definition answers. ${lines.map(({ group, label, note }) => `${group}: ${label} ${note}`).join('; ')}`,
      caption: html`<b>What each definition answers.</b> The dashed line is the gap (men − women), its interval shaded. A part that reaches the line would be all of the gap. The definitions ask different questions, and where they differ neither is wrong: (a) what goes with size between people, (c) what anatomy does when function is the same, (e) what each exchanged part does on average over all orders of exchange, (d) whose QRS is longer for its size.`,
    },
    ...panels,
  );
}

function groupsOf(lines: readonly EstimandLine[]): ForestGroup[] {
  const titles = [...new Set(lines.map(({ group }) => group))];
  return titles.map((title) => ({
    title,
    rows: lines
      .filter(({ group }) => group === title)
      .map(({ definition, label, estimate, low, high, note }) => ({
        label,
        estimate,
        low,
        high,
        note,
        kind: KIND[definition],
      })),
  }));
}
