import { COLUMN_PARAMETER, type NamedQuery, rowsParameter } from './namedQuery.ts';

/** 1.4826 makes the median absolute deviation of a Gaussian its standard deviation: 1 / Φ⁻¹(3/4). */
export const outliers: NamedQuery = {
  name: 'outliers',
  description: 'Subjects whose value of a column lies far from the median, in scaled median absolute deviations.',
  parameters: [
    COLUMN_PARAMETER,
    {
      name: 'beyond',
      description:
        'least distance from the median, in units of 1.4826 MAD, which is one standard deviation of a Gaussian',
      type: 'number',
      unit: '1',
      least: 0,
      default: 4,
    },
    rowsParameter(50),
  ],
  needs: [],
  sql: `
    WITH finished AS (
      SELECT subject, sex, COLUMNS(name -> name = $column) AS value FROM cohort WHERE status = 'done'
    ), middle AS (SELECT median(value) AS median, 1.4826 * mad(value) AS spread FROM finished),
    far AS (
      SELECT subject, sex, value, median, (value - median) / nullif(spread, 0) AS distance FROM finished, middle
    )
    SELECT subject, sex, value, median, distance,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM far WHERE abs(distance) > $beyond ORDER BY abs(distance) DESC, subject LIMIT $rows`,
};
