/** A piece of HTML that is known to be safe: made by `html` or by our own figures. */
export interface Html {
  readonly html: string;
}

type Insert = Html | string | number | readonly (Html | string | number)[];

/** Text with the five characters that HTML reads as its own replaced, and control characters made visible. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, (character) => (/[\n\t]/.test(character) ? ' ' : '�'));
}

/** Marks a string of ours as HTML. Never give it anything that came from data. */
export const trusted = (html: string): Html => ({ html });

/** Template for HTML: every inserted string or number is escaped, every inserted Html is taken as it is, lists are joined. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  return { html: parts.reduce((text, part, at) => text + render(inserts[at - 1] ?? '') + part) };
}

function render(insert: Insert): string {
  if (typeof insert === 'string') return escapeHtml(insert);
  if (typeof insert === 'number') return String(insert);
  return 'html' in insert ? insert.html : insert.map(render).join('');
}
