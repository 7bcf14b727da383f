import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, type Html, trusted } from './html.ts';

/** Okabe & Ito's palette, told apart with any kind of colour vision; women and men also differ by shape. */
export const COLOUR = {
  women: '#D55E00',
  men: '#0072B2',
  explained: '#0072B2',
  unexplained: '#E69F00',
  single: '#0072B2',
  muted: '#8d867c',
  ink: '#37332d',
} as const;

/** The sex scale of every figure. */
export const SEX_SCALE = { domain: ['women', 'men'], range: [COLOUR.women, COLOUR.men] } as const;
export const SEX_SYMBOLS = { domain: ['women', 'men'], range: ['circle', 'triangle'] } as const;

/** What a figure says to those who cannot see it, and under it to those who can. */
export interface FigureText {
  readonly id: string;
  /** For screen readers: what is drawn and what it shows. */
  readonly alt: string;
  readonly caption: Html;
  /** Under the figure where it is not said. */
  readonly captionSide?: 'above';
}

/**
 * A figure as inline SVG without a browser. The SVG scales with its column, carries its own alternative text and no script.
 */
export function drawFigure(text: FigureText, options: Plot.PlotOptions): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const drawn = Plot.plot({
    width: 720,
    style: { fontFamily: 'inherit', fontSize: '12.5px', background: 'none', overflow: 'visible' },
    ...options,
    document,
  });
  return embed(text, nameParts(drawn.outerHTML, text.id));
}

/** Plot counts its markers and clips over the life of the process; here they are named for the figure, so that equal reports are equal bytes. */
function nameParts(markup: string, id: string): string {
  const parts = /\bplot-(?:clip|marker)-\d+/g;
  const found = [...new Set(markup.match(parts))];
  return markup.replace(parts, (name) => `${id}-part-${found.indexOf(name) + 1}`);
}

/** Several SVG or HTML parts of our own as one figure with a caption. */
export function embed({ id, alt, caption, captionSide }: FigureText, markup: string): Html {
  const name = escapeHtml(alt);
  const labelled = markup
    .replace(/ xmlns(:xlink)?="[^"]*"/g, '')
    .replace(/<svg[^>]*>/g, (tag) => tag.replace(/ (?:(?:width|height)="[\d.]+"|role="[^"]*"|aria-label="[^"]*")/g, ''))
    .replace(/<svg /, `<svg role="img" aria-label="${name}" `);
  const words = `<figcaption>${caption.html}</figcaption>`;
  const body = captionSide === 'above' ? `${words}${labelled}` : `${labelled}${words}`;
  return trusted(`<figure id="${escapeHtml(id)}">${body}</figure>`);
}
