import type { Json } from '@duckdb/node-api';
import { csvText } from './csv.ts';
import type { QueryResult } from './query.ts';

const NUMERIC = /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DECIMAL)/;

/** How a query's answer is printed. */
export type QueryFormat = 'table' | 'csv' | 'json';

/** A query's answer as text that ends in a newline. */
export function formatQuery(result: QueryResult, format: QueryFormat): string {
  switch (format) {
    case 'table':
      return alignedTable(result);
    case 'csv':
      return csvText([result.columns.map(({ name }) => name), ...result.rows.map((row) => row.map(csvCell))]);
    case 'json':
      return `${JSON.stringify(asObjects(result), null, 2)}\n`;
    default:
      return format satisfies never;
  }
}

/** Columns side by side, numbers to the right with at most six significant digits, nulls empty, and the number of rows below. */
function alignedTable({ columns, rows }: QueryResult): string {
  const isNumeric = columns.map(({ type }) => NUMERIC.test(type));
  const cells = rows.map((row) => row.map(tableCell));
  const widths = columns.map(({ name }, index) =>
    Math.max(displayWidth(name), ...cells.map((row) => displayWidth(row[index] ?? ''))),
  );
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, isNumeric[index] ?? false))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const count = rows.length === 1 ? '1 row' : `${rows.length} rows`;
  return `${[line(columns.map(({ name }) => name)), rule, ...cells.map(line), count].join('\n')}\n`;
}

function pad(text: string, width: number, toRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return toRight ? space + text : text + space;
}

/** Characters without combining marks; enough for ids and words. */
function displayWidth(text: string): number {
  return [...text.replace(/\p{M}/gu, '')].length;
}

function tableCell(value: Json): string {
  if (typeof value === 'number') {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  }
  // Control characters in a cell would move the cursor of a terminal.
  return asText(value).replace(/\p{Cc}/gu, '�');
}

/** A value as a cell of CSV. */
export function csvCell(value: Json): string | number | null {
  return typeof value === 'number' ? value : value === null ? null : asText(value);
}

function asText(value: Json): string {
  if (value === null) {
    return '';
  }
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    return value.join(';');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function asObjects({ columns, rows }: QueryResult): Record<string, Json>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));
}

/** 64-bit and decimal numbers arrive as text; those that a double holds exactly enough become numbers. */
export function plain(value: Json, type: string): Json {
  if (typeof value === 'string' && /INT|DECIMAL/.test(type) && !type.endsWith('[]')) {
    const number = Number(value);
    return Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : value;
  }
  return value;
}
