import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, type Html, html, trusted, visible } from './html.ts';

/** What a figure says to those who cannot see it, and under it to those who can. */
export interface FigureText {
  readonly id: string;
  /** For screen readers: what is drawn and what it shows, with its numbers. */
  readonly alt: string;
  readonly caption: Html;
  /** Under the figure where it is not said. */
  readonly captionSide?: 'above';
}

/** Width of every figure in its own units; at least as many pixels are given to it, so that its words stay readable. */
export const FIGURE_WIDTH = 720;
/** Of all words in figures, in the figure's units. */
export const FONT_SIZE = 12.5;

/**
 * A figure as inline SVG without a browser: one plot or several under each other. The SVG scales with its column, carries its own alternative text and no
 * script. Equal options give equal bytes.
 */
export function drawFigure(text: FigureText, ...plots: readonly Plot.PlotOptions[]): Html {
  const drawn = plots.map((options) => drawSvg(options));
  return embed(text, nameParts(drawn.join(''), text.id));
}

/** A plot as SVG text, its numbers rounded to hundredths of a unit. */
export function drawSvg(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({
    width: FIGURE_WIDTH,
    style: { fontFamily: 'inherit', fontSize: `${FONT_SIZE}px`, background: 'none', overflow: 'visible' },
    ...options,
    document,
  });
  // The page's own style sheet says once what Plot would say in every figure.
  return roundNumbers(
    visible(drawn.outerHTML)
      .replace(/<style>[^<]*<\/style>/g, '')
      .replace(/ class="plot-[^"]*"/g, ''),
  );
}

const NUMBER_ATTRIBUTES = / (?:x|y|x1|x2|y1|y2|cx|cy|r|dx|dy|d|width|height|transform|points)="[^"]*"/g;

/** A hundredth of a unit is less than a pixel of any print; the rest would be bytes. */
const roundNumbers = (markup: string): string =>
  markup.replace(NUMBER_ATTRIBUTES, (attribute) =>
    attribute.replace(/-?\d+\.\d{3,}(?:e[-+]?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100)),
  );

/** Plot counts its markers and clips over the life of the process; here they are named for the figure, so that equal reports are equal bytes. */
function nameParts(markup: string, id: string): string {
  const parts = /\bplot-(?:clip|marker)-\d+/g;
  const found = [...new Set(markup.match(parts))];
  return markup.replace(parts, (name) => `${id}-part-${found.indexOf(name) + 1}`);
}

/** Several SVG or HTML parts of our own as one figure with a caption. The first SVG speaks for all of them. */
export function embed({ id, alt, caption, captionSide }: FigureText, markup: string): Html {
  const name = escapeHtml(alt);
  const labelled = markup
    .replace(/ xmlns(:xlink)?="[^"]*"/g, '')
    .replace(/<svg[^>]*>/g, (tag) => tag.replace(/ (?:(?:width|height)="[\d.]+"|role="[^"]*"|aria-label="[^"]*")/g, ''))
    .replace(/<svg /g, '<svg aria-hidden="true" ')
    .replace('<svg aria-hidden="true" ', `<svg role="img" aria-label="${name}" `);
  const words = html`<figcaption>${caption}</figcaption>`.html;
  const body =
    captionSide === 'above'
      ? `${words}<div class="drawn">${labelled}</div>`
      : `<div class="drawn">${labelled}</div>${words}`;
  return trusted(`<figure id="${escapeHtml(id)}">${body}</figure>`);
}
