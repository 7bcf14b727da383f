import type { NamedQuery } from './namedQuery.ts';

export const missing: NamedQuery = {
  name: 'missing',
  description: 'Columns of the cohort table that finished twins lack a value of, the emptiest first.',
  parameters: [
    {
      name: 'least',
      description: 'share of the finished twins without a value from which on a column is listed',
      type: 'number',
      unit: '1',
      default: 0.01,
    },
  ],
  needs: [],
  sql: `
    WITH present AS (
      UNPIVOT (SELECT count(COLUMNS(* EXCLUDE (failureStage, failureCode, failureMessage))) FROM cohort WHERE status = 'done')
      ON COLUMNS(*) INTO NAME "column" VALUE n
    ), finished AS (SELECT count(*) AS n FROM cohort WHERE status = 'done')
    SELECT "column", finished.n - present.n AS missing, (finished.n - present.n) / finished.n AS share, unit, description
    FROM present CROSS JOIN finished LEFT JOIN (SELECT * FROM dictionary WHERE "table" = 'cohort') USING ("column")
    WHERE finished.n > present.n AND (finished.n - present.n) / finished.n >= $least
    ORDER BY missing DESC, "column"`,
};
