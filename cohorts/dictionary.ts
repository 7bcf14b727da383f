import type { ColumnText, PublishedTable, TableColumn } from './table.ts';

/** What the dictionary says of one column of one table. */
export interface DictionaryEntry extends ColumnText {
  readonly table: string;
  readonly type: TableColumn['type'];
  /** Where it is defined: a page of the documentation */
  readonly source: string;
}

/** The data dictionary: a row for each column of each published table, in the tables' own order. */
export function dictionaryTable(entries: readonly DictionaryEntry[]): PublishedTable {
  const column = (name: string, description: string, read: (entry: DictionaryEntry) => string | null): TableColumn => ({
    name,
    unit: null,
    description,
    type: 'text',
    values: entries.map(read),
  });
  return {
    rows: entries.length,
    columns: [
      column('table', 'Table that the column stands in.', ({ table }) => table),
      column('column', 'Name of the column.', ({ name }) => name),
      column(
        'type',
        'text, number (64-bit), integer (32-bit), boolean, textList or numberList (32-bit).',
        ({ type }) => type,
      ),
      column('unit', 'Unit; 1 for pure numbers, none for text.', ({ unit }) => unit),
      column('description', 'What the column says.', ({ description }) => description),
      column('source', 'Where it is defined.', ({ source }) => source),
    ],
  };
}
