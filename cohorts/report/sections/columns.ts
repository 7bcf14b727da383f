import type { ColumnText } from '../../table.ts';
import { html } from '../html.ts';
import { dataTable, textColumn } from '../markup.ts';
import { count } from '../numbers.ts';
import type { ReportInput } from '../reportInput.ts';
import type { Page } from './page.ts';

/** The table's columns, as its dictionary explains them. */
export function columnsPage({ dictionary, table }: ReportInput): Page {
  return {
    id: 'columns',
    title: 'Columns of the table',
    short: 'Columns',
    body: html`<p>${count(table.rows, 'row')}, ${count(dictionary.length, 'column')}. Units and descriptions also stand in the Parquet file’s column metadata.</p><details><summary>Every column with its unit and meaning</summary>${dataTable<ColumnText>(
      {
        id: 'columns',
        caption: 'Dictionary',
        columns: [
          { title: 'Column', show: ({ name }) => html`<code>${name}</code>`, csv: [['column', ({ name }) => name]] },
          textColumn('Unit', 'unit', ({ unit }) => unit ?? ''),
          textColumn('Meaning', 'meaning', ({ description }) => description),
        ],
        rows: dictionary,
      },
    )}</details>`,
  };
}
