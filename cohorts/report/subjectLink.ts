import { type Html, html } from './html.ts';

/** Names that can be a file's: the study's own pseudonyms are. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** File of a subject's page beside the report; undefined for a name that can be no file's. */
export const subjectPagePath = (subject: string): string | undefined =>
  NAME.test(subject) ? `subjects/${subject}.html` : undefined;

/** A subject's name, as a link where it has a page. */
export function subjectLink(subject: string, pages: ReadonlySet<string>): Html {
  const path = subjectPagePath(subject);
  return pages.has(subject) && path !== undefined ? html`<a href="${path}">${subject}</a>` : html`${subject}`;
}
