/** A column's values by kind. Numbers are Float64 with NaN for missing; texts and lists use null. */
export type ColumnValues =
  | { readonly type: 'text'; readonly values: readonly (string | null)[] }
  | { readonly type: 'number'; readonly values: Float64Array }
  | { readonly type: 'integer'; readonly values: Int32Array }
  | { readonly type: 'boolean'; readonly values: readonly boolean[] }
  | { readonly type: 'textList'; readonly values: readonly (readonly string[])[] }
  /** 32-bit numbers; NaN is missing within a list, null a missing list */
  | { readonly type: 'numberList'; readonly values: readonly (Float32Array | null)[] };

/** What a reader must know of a column; it travels inside the Parquet file. */
export interface ColumnText {
  readonly name: string;
  /** null for texts and lists */
  readonly unit: string | null;
  readonly description: string;
}

export type TableColumn = ColumnText & ColumnValues;

/** A table by columns of one length. */
export interface PublishedTable {
  readonly rows: number;
  readonly columns: readonly TableColumn[];
}
