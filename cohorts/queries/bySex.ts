import { COLUMN_PARAMETER, type NamedQuery } from './namedQuery.ts';

export const bySex: NamedQuery = {
  name: 'by-sex',
  description: 'Mean, standard deviation and range of a column for women, men, and who gave no sex.',
  parameters: [COLUMN_PARAMETER],
  needs: [],
  sql: `
    WITH finished AS (
      SELECT sex, COLUMNS(name -> name = $column) AS value FROM cohort WHERE status = 'done'
    )
    SELECT coalesce(sex, 'unknown') AS sex, count(value) AS n, count(*) - count(value) AS missing,
           avg(value) AS mean, stddev_samp(value) AS sd, median(value) AS median, min(value) AS min, max(value) AS max,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM finished GROUP BY 1 ORDER BY 1`,
};
