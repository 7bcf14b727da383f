import type { ColumnText, PublishedTable, TableColumn } from './table.ts';

/** Comma-separated text by RFC 4180 with LF: numbers as written shortest, missing as nothing, lists with `;` between. */
export const tableToCsv = (table: PublishedTable): string => csvHeader(table.columns) + csvRows(table, 0, table.rows);

/** The line of names. */
export const csvHeader = (columns: readonly ColumnText[]): string => csvText([columns.map(({ name }) => name)]);

/** Lines of some rows, without the names. */
export function csvRows({ columns }: PublishedTable, first: number, end: number): string {
  return csvText(
    Array.from({ length: end - first }, (_, row) => columns.map((column) => csvCell(column, first + row))),
  );
}

/** Lines of cells as comma-separated text; cells that need quotes get them. */
export function csvText(lines: readonly (readonly (string | number | null)[])[]): string {
  return lines.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

function csvCell(column: TableColumn, row: number): string | number | null {
  if (column.type === 'textList' || column.type === 'numberList') {
    return (column.values[row] ?? []).join(';');
  }
  const value = column.values[row] ?? null;
  if (typeof value === 'boolean') {
    return String(value);
  }
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

function quoted(cell: string | number | null): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
