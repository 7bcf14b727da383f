/** A file that stands beside a page and is linked from it. */
export interface CsvFile {
  /** Without folder or ending */
  readonly id: string;
  readonly text: string;
}

/** A piece of HTML that is known to be safe: made by `html` or by our own figures. */
export interface Html {
  readonly html: string;
  /** The tables in it, as files of comma-separated values */
  readonly tables?: readonly CsvFile[];
}

type Insert = Html | string | number | readonly (Html | string | number)[];

/** Text with control characters and turns of direction made visible. */
export const visible = (text: string): string =>
  text.replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, (character) => (/[\n\t]/.test(character) ? ' ' : '�'));

/** Text with the five characters that HTML reads as its own replaced, and control characters made visible. */
export function escapeHtml(text: string): string {
  return visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Marks a string of ours as HTML. Never give it anything that came from data. */
export const trusted = (html: string): Html => ({ html });

/** Template for HTML: every inserted string or number is escaped, every inserted Html is taken as it is with its tables, lists are joined. */
export function html(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  const tables = inserts.flatMap(tablesOf);
  const text = parts.reduce((before, part, at) => before + render(inserts[at - 1] ?? '') + part);
  return tables.length === 0 ? { html: text } : { html: text, tables };
}

function render(insert: Insert): string {
  if (typeof insert === 'string') return escapeHtml(insert);
  if (typeof insert === 'number') return String(insert);
  return 'html' in insert ? insert.html : insert.map(render).join('');
}

function tablesOf(insert: Insert): readonly CsvFile[] {
  if (typeof insert === 'string' || typeof insert === 'number') return [];
  return 'html' in insert ? (insert.tables ?? []) : insert.flatMap(tablesOf);
}
