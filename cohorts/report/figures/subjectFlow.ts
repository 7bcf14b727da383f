import { embed, FIGURE_WIDTH, FONT_SIZE } from '../figure.ts';
import { escapeHtml, type Html, html } from '../html.ts';
import { count } from '../numbers.ts';
import { COLOUR, PAPER } from '../palette.ts';

/** A step that subjects pass, and those lost on the way to it. */
export interface FlowStep {
  readonly n: number;
  readonly words: string;
  /** Why subjects of the step before are not in this one, with their numbers; adds up to what is lost */
  readonly lost: readonly { readonly reason: string; readonly n: number }[];
}

/** How many of the last step an analysis rests on. */
export interface FlowAnalysis {
  readonly title: string;
  readonly women: number;
  readonly men: number;
}

export interface SubjectFlow {
  readonly steps: readonly FlowStep[];
  readonly analyses: readonly FlowAnalysis[];
}

const BOX = { width: 270, height: 46, gap: 26 } as const;
const SIDE = { left: 318, width: FIGURE_WIDTH - 318 } as const;
const LINE = 17;
/** Letters of a line in the side boxes. */
const LETTERS = 56;

/** From the sample sheet to each analysis as a drawing: steps in a column, those lost beside the arrow where they were lost, with reasons. */
export function flowFigure({ steps, analyses }: SubjectFlow): Html {
  const parts: string[] = [];
  let top = 1;
  for (const [at, step] of steps.entries()) {
    const lost = step.lost.reduce((sum, { n }) => sum + n, 0);
    const lines = lost === 0 ? [] : [`${count(lost, 'subject')} not ${step.words}`, ...step.lost.map(reasonLine)];
    const sideHeight = lines.length === 0 ? 0 : LINE * lines.length + 14;
    if (at > 0) {
      const gap = Math.max(BOX.gap, sideHeight + 12);
      parts.push(arrow(BOX.width / 2, top, BOX.width / 2, top + gap));
      if (sideHeight > 0) {
        const middle = top + gap / 2;
        parts.push(arrow(BOX.width / 2, middle, SIDE.left, middle));
        parts.push(box(SIDE.left, middle - sideHeight / 2, SIDE.width, sideHeight, '#fff'));
        for (const [line, words] of lines.entries()) {
          const y = middle - sideHeight / 2 + 7 + LINE * (line + 0.74);
          parts.push(text(SIDE.left + 10, y, words, line === 0 ? 'font-weight="600"' : ''));
        }
      }
      top += gap;
    }
    parts.push(box(0, top, BOX.width, BOX.height, PAPER.wash));
    parts.push(text(14, top + 30, step.n.toLocaleString('en-GB'), 'font-size="19" font-weight="600"'));
    parts.push(text(80, top + 29, step.words));
    top += BOX.height;
  }
  if (analyses.length > 0) {
    const height = LINE * (analyses.length + 1) + 16;
    parts.push(arrow(BOX.width / 2, top, BOX.width / 2, top + BOX.gap));
    top += BOX.gap;
    parts.push(box(0, top, FIGURE_WIDTH - 2, height, PAPER.wash));
    parts.push(text(14, top + 8 + LINE * 0.74, 'in each analysis', 'font-weight="600"'));
    for (const [at, { title, women, men }] of analyses.entries()) {
      const y = top + 8 + LINE * (at + 1.74);
      parts.push(text(14, y, `${women + men}`, 'font-weight="600"'));
      parts.push(text(80, y, shorten(`${title}: ${count(women, 'woman', 'women')}, ${count(men, 'man', 'men')}`, 90)));
    }
    top += height;
  }
  const svg = `<svg viewBox="0 0 ${FIGURE_WIDTH} ${Math.ceil(top + 2)}" font-size="${FONT_SIZE}" fill="none"><defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0,0L8,4L0,8Z" fill="${COLOUR.ink}"/></marker></defs>${parts.join('')}</svg>`;
  const alt = `Flow of subjects: ${steps.map(stepWords).join('; ')}. ${analyses.length > 0 ? `In the analyses: ${analyses.map(({ title, women, men }) => `${title} ${women} women and ${men} men`).join('; ')}` : ''}`;
  return embed(
    {
      id: 'subject-flow',
      alt: alt.trim(),
      caption: html`<b>From the sample sheet to the answers.</b> Nobody leaves in silence: whoever is lost at a step keeps a row in the table with the reason. Women and men of an analysis are those whose rows are complete for it.`,
    },
    svg,
  );
}

const reasonLine = ({ reason, n }: { reason: string; n: number }): string => shorten(`${n} · ${reason}`, LETTERS);

function stepWords({ n, words, lost }: FlowStep): string {
  const reasons = lost.map(({ reason, n: lostHere }) => `${lostHere} ${reason}`).join(', ');
  return `${n} ${words}${reasons === '' ? '' : ` (lost before: ${reasons})`}`;
}

const shorten = (words: string, letters: number): string =>
  words.length <= letters ? words : `${words.slice(0, letters - 1).trimEnd()}…`;

const box = (x: number, y: number, width: number, height: number, fill: string): string =>
  `<rect x="${x + 1}" y="${y.toFixed(1)}" width="${width}" height="${height}" rx="3" fill="${fill}" stroke="${COLOUR.muted}"/>`;

const arrow = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path d="M${x1},${y1.toFixed(1)}L${x2},${y2.toFixed(1)}" stroke="${COLOUR.ink}" stroke-width="1.2" marker-end="url(#flow-arrow)"/>`;

const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x}" y="${y.toFixed(1)}" fill="${COLOUR.ink}"${more === '' ? '' : ` ${more}`}>${escapeHtml(words)}</text>`;
