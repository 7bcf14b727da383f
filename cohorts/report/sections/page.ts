import { type Html, html } from '../html.ts';

/** A part of the report with a heading, and a line in its contents. */
export interface Page {
  readonly id: string;
  readonly title: string;
  /** In the contents, where the title is long */
  readonly short?: string;
  readonly body: Html;
}

/** The page as a landmark that can be linked to. */
export const pageHtml = ({ id, title, body }: Page): Html =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
