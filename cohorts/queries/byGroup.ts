import { COLUMN_PARAMETER, type NamedQuery } from './namedQuery.ts';

export const byGroup: NamedQuery = {
  name: 'by-group',
  description: 'Mean, standard deviation and median of a column for each value of another one, such as a covariate.',
  parameters: [
    {
      name: 'group',
      description: 'a column of the cohort table with few values',
      type: 'column',
      of: 'any',
      default: 'backend',
    },
    COLUMN_PARAMETER,
  ],
  needs: [],
  sql: `
    WITH grouped AS (
      SELECT COLUMNS(name -> name = $group) AS "group", subject FROM cohort WHERE status = 'done'
    ), valued AS (
      SELECT subject, COLUMNS(name -> name = $column) AS value FROM cohort WHERE status = 'done'
    )
    SELECT "group", count(value) AS n, count(*) - count(value) AS missing, avg(value) AS mean, stddev_samp(value) AS sd,
           median(value) AS median,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM grouped JOIN valued USING (subject) GROUP BY 1 ORDER BY 1 NULLS LAST`,
};
