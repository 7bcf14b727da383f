import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';

/** Nothing may be fetched, run or sent from a page: it holds its own style and pictures. */
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A line of a page's contents. */
export interface ContentsLine {
  readonly href: string;
  readonly words: string;
}

export interface PageShell {
  readonly title: string;
  /** A few words over the heading: what kind of page this is, and a way back */
  readonly kicker: string | Html;
  readonly heading: string;
  readonly meta: string | Html;
  readonly contents: readonly ContentsLine[];
  readonly body: Html;
}

/**
 * A whole page around its body: one file that fetches nothing and runs nothing, with a way past the contents for keyboards, contents that stay in sight beside
 * a wide page and fold away above a narrow one.
 */
export function pageShell({ title, kicker, heading, meta, contents, body }: PageShell): string {
  const links = html`<ul>${contents.map(({ href, words }) => html`<li><a href="${href}">${words}</a></li>`)}</ul>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<div class="page">
<nav class="beside" aria-label="Contents"><p>Contents</p>${links}</nav>
<main id="content">
<header>
<p class="kicker">${kicker}</p>
<h1>${heading}</h1>
<p class="meta">${meta}</p>
</header>
<nav class="above" aria-label="Contents"><details><summary>Contents</summary>${links}</details></nav>
${body}
</main>
</div>
</body>
</html>
`.html;
}
