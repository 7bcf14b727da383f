import { COLUMN_PARAMETER, type NamedQuery } from './namedQuery.ts';

export const compareRuns: NamedQuery = {
  name: 'compare-runs',
  description:
    'A column in this run beside another run of the same subjects: means, correlation, and the limits of agreement.',
  parameters: [COLUMN_PARAMETER],
  needs: ['other.cohort'],
  sql: `
    WITH here AS (SELECT subject, sex, COLUMNS(name -> name = $column) AS value FROM cohort WHERE status = 'done'),
    there AS (SELECT subject, COLUMNS(name -> name = $column) AS value FROM other.cohort WHERE status = 'done'),
    pairs AS (
      SELECT coalesce(sex, 'unknown') AS sex, here.value AS here, there.value AS there, here.value - there.value AS difference
      FROM here JOIN there USING (subject) WHERE here.value IS NOT NULL AND there.value IS NOT NULL
    )
    SELECT coalesce(sex, 'all') AS sex, count(*) AS n, avg(here) AS mean, avg(there) AS otherMean, avg(difference) AS difference,
           stddev_samp(difference) AS sd, avg(difference) - 1.96 * stddev_samp(difference) AS low,
           avg(difference) + 1.96 * stddev_samp(difference) AS high, max(abs(difference)) AS largest, corr(here, there) AS correlation,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM pairs GROUP BY GROUPING SETS ((), (sex)) ORDER BY sex NULLS FIRST`,
};
