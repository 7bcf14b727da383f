import { COLUMN } from '../../analyses/columns.ts';
import { numbersOf, textOf } from '../../analyses/table.ts';
import { html } from '../html.ts';
import { type Column, dataTable, numberColumn } from '../markup.ts';
import { count, format } from '../numbers.ts';
import type { ReportInput } from '../reportInput.ts';
import { subjectLink } from '../subjectLink.ts';
import type { Page } from './page.ts';

/** A list of more links is found by nobody; the folder has them all. */
const MOST_LISTED = 200;

/** The subjects that have a page of their own, worst fit first; none where no page was written. */
export function subjectsPage({ table, subjectPages }: ReportInput): Page[] {
  if (subjectPages.size === 0) return [];
  const correlation = numbersOf(table, COLUMN.correlation);
  const rows = Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => subjectPages.has(textOf(table, COLUMN.subject, row)))
    .sort((a, b) => rank(correlation[a]) - rank(correlation[b]) || a - b);
  const numbers = (title: string, name: string, decimals: number): Column<number> => {
    const values = numbersOf(table, name);
    return numberColumn<number>(
      title,
      name,
      (row) => values[row] ?? Number.NaN,
      (value) => format(value, decimals),
    );
  };
  const text = (title: string, name: string): Column<number> => ({
    title,
    show: (row) => textOf(table, name, row),
    csv: [[name, (row) => textOf(table, name, row)]],
  });
  const shown = rows.slice(0, MOST_LISTED);
  const more = rows.length > shown.length ? ` The first ${MOST_LISTED} are listed; all are in the folder.` : '';
  return [
    {
      id: 'subjects',
      title: 'Pages of single subjects',
      short: 'Subjects',
      body: html`<p>${count(rows.length, 'subject')} of ${table.rows.toLocaleString('en-GB')} ${rows.length === 1 ? 'has a page' : 'have pages'} in the folder <code>subjects</code>, without a twin first and then by fit, worst first.${more} <code>twinfold report RUN --subjects all</code> writes one for each.</p>${dataTable<number>(
        {
          id: 'subjects',
          caption: 'Subjects with a page',
          columns: [
            {
              title: 'Subject',
              show: (row) => subjectLink(textOf(table, COLUMN.subject, row), subjectPages),
              csv: [['subject', (row) => textOf(table, COLUMN.subject, row)]],
            },
            text('status', COLUMN.status),
            text('sex', COLUMN.sex),
            numbers('correlation', COLUMN.correlation, 4),
            numbers('QRS recorded, ms', COLUMN.qrsRecorded, 0),
            numbers('simulated, ms', COLUMN.qrsSimulated, 0),
            numbers('LV mass, g', COLUMN.lvMass, 0),
          ],
          rows: shown,
        },
      )}`,
    },
  ];
}

/** Those without a correlation first. */
const rank = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? value : -2);
