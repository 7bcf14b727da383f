import { csvText } from '../csv.ts';
import { type Html, html } from './html.ts';
import { type Interval, withInterval } from './numbers.ts';

type Value = string | number | null;

/** A column of a table: how a row is shown, and what its file of comma-separated values holds of it. */
export interface Column<Row> {
  readonly title: string;
  /** Numbers stand right. */
  readonly isNumber?: boolean;
  readonly show: (row: Row) => string | Html;
  /** Names and values in the file; the title and the text as shown where left out */
  readonly csv?: readonly (readonly [name: string, value: (row: Row) => Value])[];
}

/** A table of a page and the file beside it. */
export interface DataTable<Row> {
  /** Name of the file, lowerCamelCase; no other table of the page has it */
  readonly id: string;
  readonly caption: string;
  /** The first names its rows. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** A table with a caption for those who hear it and a link to its numbers; scrolls by itself on narrow screens. */
export function dataTable<Row>({ id, caption, columns, rows }: DataTable<Row>): Html {
  const classOf = ({ isNumber }: Column<Row>) => (isNumber ? 'number' : 'word');
  const cells = (row: Row) =>
    columns.map((column, at) =>
      at === 0
        ? html`<th scope="row" class="${classOf(column)}">${column.show(row)}</th>`
        : html`<td class="${classOf(column)}">${column.show(row)}</td>`,
    );
  const { html: markup } =
    html`<div class="scroll"><table id="table-${id}"><caption>${caption} <a class="csv" href="tables/${id}.csv" aria-label="${caption}, as comma-separated values">CSV</a></caption><thead><tr>${columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.title}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table></div>`;
  return { html: markup, tables: [{ id, text: tableCsv(columns, rows) }] };
}

function tableCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const asShown = ({ title, show }: Column<Row>): NonNullable<Column<Row>['csv']> => [
    [title, (row) => plain(show(row))],
  ];
  const entries = columns.flatMap((column) => column.csv ?? asShown(column));
  const values = rows.map((row) =>
    entries.map(([, value]) => {
      const cell = value(row);
      return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell;
    }),
  );
  return csvText([entries.map(([name]) => name), ...values]);
}

/** What a cell says without its markup. */
const plain = (cell: string | Html): string =>
  typeof cell === 'string'
    ? cell
    : cell.html
        .replace(/<br>/g, ': ')
        .replace(/<[^>]*>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');

/** A column of estimates with their intervals: one cell to read, three in the file. A row without the estimate gives a dash. */
export function intervalColumn<Row>(
  title: string,
  name: string,
  pick: (row: Row) => Interval | undefined,
  { unit = '', decimals = 1, scale = 1 }: { unit?: string; decimals?: number; scale?: number } = {},
): Column<Row> {
  const end = (which: keyof Interval) => (row: Row) => pick(row)?.[which] ?? null;
  return {
    title,
    isNumber: true,
    show: (row) => {
      const found = pick(row);
      return found === undefined ? '—' : withInterval(found, unit, decimals, scale);
    },
    csv: [
      [name, end('estimate')],
      [`${name}_low`, end('low')],
      [`${name}_high`, end('high')],
    ],
  };
}

/** A column of plain numbers: rounded to be read, whole in the file. */
export const numberColumn = <Row>(
  title: string,
  name: string,
  pick: (row: Row) => number | undefined,
  show: (value: number) => string,
): Column<Row> => ({
  title,
  isNumber: true,
  show: (row) => {
    const value = pick(row);
    return value === undefined ? '—' : show(value);
  },
  csv: [[name, (row) => pick(row) ?? null]],
});

/** A column of words. */
export const textColumn = <Row>(title: string, name: string, pick: (row: Row) => string): Column<Row> => ({
  title,
  show: pick,
  csv: [[name, pick]],
});

/** A heading of a plain table's column; numbers stand right. */
export interface Heading {
  readonly title: string;
  readonly isNumber?: boolean;
}

/** A table that has no file beside it. */
export function plainTable(
  caption: string,
  headings: readonly Heading[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  const classOf = (at: number) => (headings[at]?.isNumber ? 'number' : 'word');
  return html`<div class="scroll"><table><caption>${caption}</caption><thead><tr>${headings.map(({ title }, at) => html`<th scope="col" class="${classOf(at)}">${title}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell, at) => (at === 0 ? html`<th scope="row" class="${classOf(at)}">${cell}</th>` : html`<td class="${classOf(at)}">${cell}</td>`))}</tr>`)}</tbody></table></div>`;
}

/** A section with a heading that can be linked to. */
export const section = (id: string, title: string, body: Html): Html =>
  html`<section id="${id}"><h2>${title}</h2>${body}</section>`;

/** A list of sentences. */
export const bullets = (sentences: readonly (string | Html)[]): Html =>
  html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;

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
