import { TwinError } from '../twin/errors.ts';
import type { CohortColumn } from './schema.ts';
import type { PublishLayout } from './study.ts';
import type { PackedRow } from './subjectStore.ts';

/** One Parquet file of the cohort table: the rows of one partition whose subjects lie from the first to the last. */
export interface CohortFile {
  /** Relative to the published folder: `cohort.parquet`, or `cohort/sex=female/part-00000.parquet` */
  readonly name: string;
  /** Value by column that this file's folder stands for; null is missing */
  readonly partition: Readonly<Record<string, PartitionValue>>;
  readonly first: string;
  readonly last: string;
}
export type PartitionValue = string | number | null;

/** Folder of a cohort table that has several files. */
export const COHORT_FOLDER = 'cohort';
/** What Hive, and all who read its layout, call a missing value. */
const MISSING = '__HIVE_DEFAULT_PARTITION__';
/** Files are opened one by one by every reader. */
const MOST_FILES = 10_000;

/** Whether a layout leaves the cohort table in one file. */
export const isSingleFile = ({ partitionBy, rowsPerFile }: PublishLayout): boolean =>
  partitionBy.length === 0 && rowsPerFile === null;

/** Files of a growing cohort; rows are added by subject. */
export interface GrowingLayout {
  add(row: PackedRow): void;
  /** In the order of their names */
  files(): readonly CohortFile[];
}

/**
 * How the rows of a cohort are divided among files: by the values of columns, and then at most so many rows each.
 *
 * @throws TwinError BadStudy when a column is no text or number of the table, or a column has too many values
 */
export function openLayout(layout: PublishLayout, columns: readonly CohortColumn[]): GrowingLayout {
  const by = layout.partitionBy.map((name) => partitionColumn(name, columns));
  const most = layout.rowsPerFile ?? Number.POSITIVE_INFINITY;
  const partitions = new Map<string, Partition>();
  let count = 0;

  return {
    add(row) {
      const values = by.map(({ name, read }) => [name, read(row)] as const);
      const folder = [COHORT_FOLDER, ...values.map(([name, value]) => `${name}=${spell(value)}`)].join('/');
      const partition = partitions.get(folder) ?? { values: Object.fromEntries(values), parts: [] };
      partitions.set(folder, partition);
      const part = partition.parts.at(-1);
      if (part !== undefined && part.rows < most) {
        part.rows++;
        part.last = row.subject;
        return;
      }
      partition.parts.push({ first: row.subject, last: row.subject, rows: 1 });
      if (++count > MOST_FILES) {
        throw new TwinError(
          'BadStudy',
          `publish: partitionBy and rowsPerFile would make more than ${MOST_FILES} files; take columns of fewer values, or more rows a file`,
        );
      }
    },
    files() {
      if (isSingleFile(layout)) return [{ name: 'cohort.parquet', partition: {}, first: '', last: '' }];
      return [...partitions.entries()]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([folder, { values, parts }]) =>
          parts.map(({ first, last }, index) => ({
            name: `${folder}/part-${String(index).padStart(5, '0')}.parquet`,
            partition: values,
            first,
            last,
          })),
        );
    },
  };
}

/** Value by column that a file's folders stand for, as text; null is missing. */
export function partitionOf(name: string): Readonly<Record<string, string | null>> {
  const pairs = name.split('/').flatMap((folder) => {
    const at = folder.indexOf('=');
    if (at < 1) return [];
    const value = folder.slice(at + 1);
    return [[folder.slice(0, at), value === MISSING ? null : decodeURIComponent(value)] as const];
  });
  return Object.fromEntries(pairs);
}

interface Partition {
  readonly values: Readonly<Record<string, PartitionValue>>;
  readonly parts: { readonly first: string; last: string; rows: number }[];
}

function partitionColumn(name: string, columns: readonly CohortColumn[]) {
  const column = columns.find((candidate) => candidate.name === name);
  switch (column?.type) {
    case 'text':
      return { name, read: column.read };
    case 'number': {
      const { read } = column;
      return { name, read: (row: PackedRow) => (Number.isFinite(read(row)) ? read(row) : null) };
    }
    default:
      throw new TwinError(
        'BadStudy',
        `publish.partitionBy: "${name}" is no text or number of the cohort table; expected sex, status or a covariate`,
      );
  }
}

/** A value as part of a path that every reader of the layout reads back. */
function spell(value: PartitionValue): string {
  if (value === null) return MISSING;
  // A dot alone would be a way up; the rest that a path could trip over is spelt already.
  return encodeURIComponent(String(value)).replace(/^\.+$/, (dots) => '%2E'.repeat(dots.length));
}
