import { COLUMN_PARAMETER, type NamedQuery } from './namedQuery.ts';

export const byAge: NamedQuery = {
  name: 'by-age',
  description: 'Mean and standard deviation of a column by band of age, for women and men.',
  parameters: [
    COLUMN_PARAMETER,
    { name: 'years', description: 'width of a band', type: 'number', unit: 'y', least: 0.1, default: 10 },
  ],
  needs: [],
  sql: `
    WITH finished AS (
      SELECT floor(age_y / $years) * $years AS band_y, sex, COLUMNS(name -> name = $column) AS value
      FROM cohort WHERE status = 'done' AND age_y IS NOT NULL AND sex IS NOT NULL
    )
    SELECT band_y AS from_y, band_y + $years AS to_y,
           count(value) FILTER (sex = 'female') AS women, avg(value) FILTER (sex = 'female') AS womenMean,
           stddev_samp(value) FILTER (sex = 'female') AS womenSd,
           count(value) FILTER (sex = 'male') AS men, avg(value) FILTER (sex = 'male') AS menMean,
           stddev_samp(value) FILTER (sex = 'male') AS menSd,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM finished GROUP BY band_y ORDER BY band_y`,
};
