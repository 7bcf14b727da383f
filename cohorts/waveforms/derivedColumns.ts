import type { DictionaryEntry } from '../dictionary.ts';
import type { PublishedTable, TableColumn } from '../table.ts';

/** A column of a derived table, and how a row fills it. */
export type DerivedColumn<Row> = Pick<DictionaryEntry, 'name' | 'unit' | 'description'> &
  (
    | { readonly type: 'text'; readonly read: (row: Row) => string }
    | { readonly type: 'number' | 'integer'; readonly read: (row: Row) => number }
    | { readonly type: 'numberList'; readonly read: (row: Row) => Float32Array | null }
  );

/** Rows as a table. */
export const tableOfRows = <Row>(columns: readonly DerivedColumn<Row>[], rows: readonly Row[]): PublishedTable => ({
  rows: rows.length,
  columns: columns.map((column) => filled(column, rows)),
});

function filled<Row>(column: DerivedColumn<Row>, rows: readonly Row[]): TableColumn {
  const { name, unit, description } = column;
  switch (column.type) {
    case 'text':
      return { name, unit, description, type: 'text', values: rows.map(column.read) };
    case 'number':
      return { name, unit, description, type: 'number', values: Float64Array.from(rows, column.read) };
    case 'integer':
      return { name, unit, description, type: 'integer', values: Int32Array.from(rows, column.read) };
    case 'numberList':
      return { name, unit, description, type: 'numberList', values: rows.map(column.read) };
    default:
      return column satisfies never;
  }
}

/** The table's part of the dictionary. */
export const dictionaryOf = <Row>(table: string, columns: readonly DerivedColumn<Row>[]): DictionaryEntry[] =>
  columns.map(({ name, unit, description, type }) => ({
    table,
    name,
    unit,
    description,
    type,
    source: `docs/cohort-table.md#${table}`,
  }));
