/** A sample sheet as it was written, before any cell is judged. */
export interface RawSheet {
  readonly names: readonly string[];
  readonly rows: readonly RawRow[];
  /** Whether `171,5` is a number here. */
  readonly hasDecimalComma: boolean;
  /** What `RawRow.line` counts: lines of a text (1 is the header), or rows of a table (1 is the first subject). */
  readonly place: 'line' | 'row';
}

export interface RawRow {
  readonly line: number;
  readonly cells: readonly RawCell[];
}

/** Texts come as written; Parquet brings numbers and nulls. */
export type RawCell = string | number | null;
