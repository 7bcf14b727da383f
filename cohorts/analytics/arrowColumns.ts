import {
  type DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
  JsonDuckDBValueConverter,
} from '@duckdb/node-api';
import {
  Bool,
  type Data,
  type DataType,
  DateDay,
  Field,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  TimestampMicrosecond,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

/** How a column of an answer becomes one of Arrow. */
export interface ArrowColumn {
  readonly type: DataType;
  /** One chunk's values of the column with this index */
  readonly read: (chunk: DuckDBDataChunk, column: number) => Data;
}

/**
 * The Arrow column for a type of DuckDB. Numbers keep their kind; those that Arrow's readers know less well (128-bit integers, decimals) become 64-bit
 * floats, and structs, maps and the like the JSON text of their value.
 */
export function arrowColumn(type: DuckDBType): ArrowColumn {
  const found = numericColumn(type);
  if (found !== undefined) return found;
  const { arrow, value } = plainColumn(type);
  return {
    type: arrow,
    read: (chunk, column) =>
      chunkOf(
        chunk.getColumnValues(column).map((cell) => (cell === null ? null : value(cell))),
        arrow,
      ),
  };
}

/** Numbers go from array to array, for a table of 100,000 rows has tens of millions of them. */
function numericColumn(type: DuckDBType): ArrowColumn | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.DECIMAL:
      return numbers(new Float64(), (values) =>
        makeData({ type: new Float64(), ...packed(values, new Float64Array(values.length)) }),
      );
    case DuckDBTypeId.FLOAT:
      return numbers(new Float32(), (values) =>
        makeData({ type: new Float32(), ...packed(values, new Float32Array(values.length)) }),
      );
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
      return numbers(new Int32(), (values) =>
        makeData({ type: new Int32(), ...packed(values, new Int32Array(values.length)) }),
      );
    default:
      return undefined;
  }
}

const numbers = (type: DataType, make: (values: readonly DuckDBValue[]) => Data): ArrowColumn => ({
  type,
  read: (chunk, column) => make(chunk.getColumnValues(column)),
});

/** What is missing holds 0 under its cleared bit. */
function packed<A extends Float64Array | Float32Array | Int32Array>(values: readonly DuckDBValue[], data: A) {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8);
  let nullCount = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) {
      nullCount++;
      continue;
    }
    data[row] = asNumber(value);
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return { length: values.length, nullCount, nullBitmap, data };
}

const asNumber = (value: DuckDBValue): number =>
  typeof value === 'number' ? value : value instanceof DuckDBDecimalValue ? value.toDouble() : Number(value);

interface PlainColumn {
  readonly arrow: DataType;
  readonly value: (cell: DuckDBValue) => unknown;
}

function plainColumn(type: DuckDBType): PlainColumn {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return { arrow: new Bool(), value: (cell) => cell };
    case DuckDBTypeId.BIGINT:
      return { arrow: new Int64(), value: (cell) => cell };
    case DuckDBTypeId.VARCHAR:
      return { arrow: new Utf8(), value: String };
    case DuckDBTypeId.DATE:
      return {
        arrow: new DateDay(),
        value: (cell) => (cell instanceof DuckDBDateValue ? new Date(cell.days * 86_400_000) : null),
      };
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return {
        arrow: new TimestampMicrosecond(type.typeId === DuckDBTypeId.TIMESTAMP ? null : 'UTC'),
        value: (cell) =>
          cell instanceof DuckDBTimestampValue || cell instanceof DuckDBTimestampTZValue
            ? Number(cell.micros) / 1000
            : null,
      };
    case DuckDBTypeId.LIST:
      return listColumn(type);
    default:
      return { arrow: new Utf8(), value: (cell) => jsonText(cell, type) };
  }
}

function listColumn(type: DuckDBType): PlainColumn {
  const inner = type instanceof DuckDBListType ? type.valueType : type;
  const element = numericColumn(inner)?.type ?? plainColumn(inner).arrow;
  const value = numericColumn(inner) === undefined ? plainColumn(inner).value : asNumber;
  return {
    arrow: new List(new Field('item', element, true)),
    value: (cell) =>
      cell instanceof DuckDBListValue ? cell.items.map((item) => (item === null ? null : value(item))) : null,
  };
}

const jsonText = (cell: DuckDBValue, type: DuckDBType): string =>
  typeof cell === 'string' ? cell : JSON.stringify(JsonDuckDBValueConverter(cell, type, JsonDuckDBValueConverter));

function chunkOf(values: readonly unknown[], type: DataType): Data {
  const [chunk] = vectorFromArray(values, type).data;
  return chunk ?? makeData({ type, length: 0, nullCount: 0 });
}
