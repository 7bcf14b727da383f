import type { NamedQuery } from './namedQuery.ts';

export const activationBySex: NamedQuery = {
  name: 'activation-by-sex',
  description: 'When each segment of the ventricles is activated or recovers, in women and men.',
  parameters: [
    {
      name: 'column',
      description: 'a number of the table activation',
      type: 'column',
      table: 'activation',
      default: 'activation_ms',
    },
  ],
  needs: ['activation'],
  sql: `
    WITH valued AS (SELECT subject, ventricle, segment, name, COLUMNS(column_name -> column_name = $column) AS value FROM activation),
    people AS (SELECT subject, sex FROM cohort)
    SELECT ventricle, segment, name, count(value) FILTER (sex = 'female') AS women, avg(value) FILTER (sex = 'female') AS womenMean,
           stddev_samp(value) FILTER (sex = 'female') AS womenSd, count(value) FILTER (sex = 'male') AS men,
           avg(value) FILTER (sex = 'male') AS menMean, stddev_samp(value) FILTER (sex = 'male') AS menSd,
           (SELECT unit FROM dictionary WHERE "table" = 'activation' AND "column" = $column) AS unit
    FROM valued JOIN people USING (subject) GROUP BY ventricle, segment, name ORDER BY ventricle, segment`,
};
