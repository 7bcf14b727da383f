import { COLUMN_PARAMETER, type NamedQuery } from './namedQuery.ts';

export const quantiles: NamedQuery = {
  name: 'quantiles',
  description: 'Percentiles of a column for women and men: what is usual in this cohort.',
  parameters: [COLUMN_PARAMETER],
  needs: [],
  sql: `
    WITH finished AS (
      SELECT sex, COLUMNS(name -> name = $column) AS value FROM cohort WHERE status = 'done' AND sex IS NOT NULL
    )
    SELECT sex, count(value) AS n, quantile_cont(value, 0.025) AS p2_5, quantile_cont(value, 0.1) AS p10,
           quantile_cont(value, 0.25) AS p25, quantile_cont(value, 0.5) AS p50, quantile_cont(value, 0.75) AS p75,
           quantile_cont(value, 0.9) AS p90, quantile_cont(value, 0.975) AS p97_5,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM finished GROUP BY sex ORDER BY sex`,
};
