import { DRAW_METRICS } from '../twin/ensemble/memberDraws.ts';
import type { MetricColumn } from '../twin/metrics/metric.ts';
import type { DictionaryEntry } from './dictionary.ts';
import type { SubjectRow } from './row.ts';
import type { PublishedTable, TableColumn } from './table.ts';

/** Draws of one subject by column of the cohort table, null where one has none; all of one length. */
export type SubjectDraws = NonNullable<SubjectRow['draws']>;

const SOURCE = 'docs/uncertainty.md#draws';

/**
 * `draws.parquet`: a row for each draw from a subject's posterior, by subject and then in the order of the members. Columns are those of the cohort table
 * that a calibration decides.
 *
 * @param rows  in the order of the table; those without draws have no row
 */
export function drawsTable(
  rows: readonly Pick<SubjectRow, 'subject' | 'draws'>[],
  metrics: readonly MetricColumn[],
): PublishedTable {
  const lines = rows.flatMap(({ subject, draws }) =>
    draws === undefined ? [] : Array.from({ length: drawsOf(draws) }, (_, draw) => ({ subject, draws, draw })),
  );
  const drawn = DRAW_METRICS.flatMap((name) => metrics.filter((metric) => metric.name === name));
  const columns = drawn.map(({ name, unit, description }): TableColumn => {
    const values = Float64Array.from(lines, ({ draws, draw }) => draws[name]?.[draw] ?? Number.NaN);
    return { name, unit, description, type: 'number', values };
  });
  return {
    rows: lines.length,
    columns: [
      { ...SUBJECT, type: 'text', values: lines.map(({ subject }) => subject) },
      { ...DRAW, type: 'integer', values: Int32Array.from(lines, ({ draw }) => draw) },
      ...columns,
    ],
  };
}

const SUBJECT = { name: 'subject', unit: null, description: 'Pseudonymous name of the person.' } as const;
const DRAW = { name: 'draw', unit: '1', description: 'Number of the draw within the subject, from 0.' } as const;

const drawsOf = (draws: SubjectDraws): number => Math.max(0, ...Object.values(draws).map(({ length }) => length));

/** The draws table's part of the dictionary. */
export const drawsDictionary = (metrics: readonly MetricColumn[]): DictionaryEntry[] =>
  drawsTable([], metrics).columns.map(({ name, unit, description, type }) => ({
    table: 'draws',
    name,
    unit,
    description,
    type,
    source: SOURCE,
  }));
