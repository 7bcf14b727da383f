import {
  Bool,
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import {
  Compression,
  EnabledStatistics,
  readParquet as readWasmParquet,
  Table as WasmTable,
  WriterPropertiesBuilder,
  writeParquet as writeWasmParquet,
} from 'parquet-wasm/node';
import { TwinError } from '../twin/errors.ts';
import type { PublishedTable, TableColumn } from './table.ts';

/** Rows of a row group: readers then hold one at a time, and statistics let them skip. */
export const ROW_GROUP_ROWS = 5000;

/**
 * A table as a Parquet file: zstd, dictionaries, statistics of each row group, `unit` and `description` in the metadata of each Arrow field.
 * The same table gives the same bytes. NaN and Infinity are written as null.
 */
export function writeParquet(table: PublishedTable): Uint8Array {
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setDictionaryEnabled(true)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setMaxRowGroupSize(ROW_GROUP_ROWS)
    .setCreatedBy('twinfold')
    .build();
  // Both are taken over by the writer, which frees them.
  return writeWasmParquet(WasmTable.fromIPCStream(tableToIPC(toArrow(table), 'stream')), properties);
}

/**
 * A Parquet file as an Arrow table.
 *
 * @throws TwinError BadInput when the bytes are not a whole Parquet file
 */
export function readParquet(bytes: Uint8Array, fileName: string): Table {
  try {
    return tableFromIPC(readWasmParquet(bytes).intoIPCStream());
  } catch (error) {
    // The reader is foreign code that says what is wrong with the bytes only by throwing.
    const reason = error instanceof Error ? error.message : String(error);
    throw new TwinError('BadInput', `${fileName}: not a whole Parquet file (${reason})`);
  }
}

function toArrow({ rows, columns }: PublishedTable): Table {
  const data = columns.map((column) => columnData(column, rows));
  const fields = columns.map((column, index) => arrowField(column, data[index]?.type ?? new Utf8()));
  const schema = new Schema(fields);
  const struct = makeData({ type: new Struct(fields), length: rows, nullCount: 0, children: data });
  return new Table(schema, new RecordBatch(schema, struct));
}

function arrowField({ name, unit, description }: TableColumn, type: DataType): Field {
  const metadata = new Map([['description', description], ...(unit === null ? [] : [['unit', unit] as const])]);
  return new Field(name, type, true, metadata);
}

function columnData(column: TableColumn, rows: number): Data {
  if (column.values.length !== rows) {
    throw new RangeError(`column ${column.name} has ${column.values.length} values in a table of ${rows} rows`);
  }
  switch (column.type) {
    case 'text':
      return onlyChunk(column.values, new Utf8());
    case 'boolean':
      return onlyChunk(column.values, new Bool());
    case 'textList':
      return onlyChunk(column.values, new List(new Field('item', new Utf8(), true)));
    case 'integer':
      return makeData({ type: new Int32(), length: rows, nullCount: 0, data: column.values });
    case 'number':
      return numberData(column.values);
    case 'numberList':
      return numberListData(column.values);
    default:
      return column satisfies never;
  }
}

function onlyChunk(values: readonly unknown[], type: Utf8 | Bool | List<Utf8>): Data {
  const [chunk] = vectorFromArray(values, type).data;
  return chunk ?? makeData({ type, length: 0, nullCount: 0 });
}

const numberData = (values: Float64Array): Data =>
  makeData({ type: new Float64(), length: values.length, ...finiteValues(values, new Float64Array(values.length)) });

function numberListData(values: readonly (Float32Array | null)[]): Data {
  const valueOffsets = new Int32Array(values.length + 1);
  const nullBitmap = bitmapOf(values.length);
  let nullCount = 0;
  for (const [row, list] of values.entries()) {
    valueOffsets[row + 1] = (valueOffsets[row] ?? 0) + (list?.length ?? 0);
    if (list === null) nullCount++;
    else setBit(nullBitmap, row);
  }
  const all = new Float32Array(valueOffsets[values.length] ?? 0);
  for (const [row, list] of values.entries()) if (list !== null) all.set(list, valueOffsets[row]);
  const child = makeData({
    type: new Float32(),
    length: all.length,
    ...finiteValues(all, new Float32Array(all.length)),
  });
  const type = new List(new Field('item', new Float32(), true));
  return makeData({ type, length: values.length, nullCount, nullBitmap, valueOffsets, child });
}

/** What is missing holds 0 under its cleared bit, so that equal tables are equal bytes. */
function finiteValues<A extends Float64Array | Float32Array>(values: A, data: A) {
  const nullBitmap = bitmapOf(values.length);
  let nullCount = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN;
    if (Number.isFinite(value)) {
      data[row] = value;
      setBit(nullBitmap, row);
    } else {
      nullCount++;
    }
  }
  return { nullCount, nullBitmap, data };
}

const bitmapOf = (values: number): Uint8Array => new Uint8Array(Math.ceil(values / 64) * 8);
const setBit = (bitmap: Uint8Array, at: number): void => {
  bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7));
};
