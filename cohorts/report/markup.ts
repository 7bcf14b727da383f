import { type Html, html } from './html.ts';

/** A heading of a table's column; numbers stand right. */
export interface Heading {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table with a caption for those who hear it; scrolls by itself on narrow screens. */
export function dataTable(
  caption: string,
  headings: readonly Heading[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  const classOf = (at: number) => (headings[at]?.isNumber ? 'number' : 'word');
  return html`<div class="scroll"><table><caption>${caption}</caption><thead><tr>${headings.map(({ title }, at) => html`<th scope="col" class="${classOf(at)}">${title}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => html`<td class="${classOf(at)}">${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** A list of sentences. */
export const bullets = (sentences: readonly (string | Html)[]): Html =>
  html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;

/** A section with a heading that can be linked to. */
export const section = (id: string, title: string, body: Html): Html =>
  html`<section id="${id}"><h2>${title}</h2>${body}</section>`;

/** What an analysis asked, how it is defined, and what it rests on. */
export function preamble({
  question,
  definition,
  assumptions,
}: {
  readonly question: string;
  readonly definition: string;
  readonly assumptions: readonly string[];
}): Html {
  return html`<p class="question">${question}</p><details open><summary>Definition and assumptions</summary><p>${definition}</p>${bullets(assumptions)}</details>`;
}
