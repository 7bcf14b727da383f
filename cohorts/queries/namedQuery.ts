/** A value that a named query asks for. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  /** `column`: the name of a column of `table`, of numbers unless `of` says any; `subject`: one that `table` has */
  readonly type: 'column' | 'number' | 'text' | 'subject';
  readonly table?: string;
  readonly of?: 'number' | 'any';
  /** The only texts that will do */
  readonly values?: readonly string[];
  /** Unit of a number */
  readonly unit?: string;
  /** Least number that will do, and whether it must be a whole one */
  readonly least?: number;
  readonly isWhole?: boolean;
  /** Absent where it must be given */
  readonly default?: string | number;
}

/**
 * A question that is asked often. Its SQL is the same text whatever is asked for: values are bound to `$name`, and a column is chosen by
 * `COLUMNS(name -> name = $column)`, so that nothing that somebody types becomes SQL.
 */
export interface NamedQuery {
  readonly name: string;
  /** What it answers, as a sentence */
  readonly description: string;
  readonly parameters: readonly QueryParameter[];
  /** Tables that it reads beside `cohort`, `quarantine` and `dictionary`; `other.cohort` is a second run's */
  readonly needs: readonly string[];
  readonly sql: string;
}

/** A number of the cohort table, the simulated QRS duration unless another is named. */
export const COLUMN_PARAMETER: QueryParameter = {
  name: 'column',
  description: 'a number of the cohort table',
  type: 'column',
  default: 'qrsDuration_ms',
};

/** A subject that a table has. */
export const subjectOf = (table: string): QueryParameter => ({
  name: 'subject',
  description: 'the subject, by its pseudonym',
  type: 'subject',
  table,
});

/** How many rows an answer has at most. */
export const rowsParameter = (rows: number): QueryParameter => ({
  name: 'rows',
  description: 'rows of the answer, at most',
  type: 'number',
  unit: '1',
  least: 1,
  isWhole: true,
  default: rows,
});
