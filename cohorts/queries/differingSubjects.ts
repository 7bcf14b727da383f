import { COLUMN_PARAMETER, type NamedQuery, rowsParameter } from './namedQuery.ts';

export const differingSubjects: NamedQuery = {
  name: 'differing-subjects',
  description: 'Subjects in which a column differs most between this run and another one.',
  parameters: [COLUMN_PARAMETER, rowsParameter(20)],
  needs: ['other.cohort'],
  sql: `
    WITH here AS (SELECT subject, sex, status, COLUMNS(name -> name = $column) AS value FROM cohort),
    there AS (SELECT subject, status, COLUMNS(name -> name = $column) AS value FROM other.cohort)
    SELECT subject, sex, here.status, there.status AS otherStatus, here.value AS value, there.value AS otherValue,
           here.value - there.value AS difference,
           (SELECT unit FROM dictionary WHERE "table" = 'cohort' AND "column" = $column) AS unit
    FROM here FULL JOIN there USING (subject)
    WHERE here.value IS DISTINCT FROM there.value OR here.status IS DISTINCT FROM there.status
    ORDER BY abs(difference) DESC NULLS FIRST, subject LIMIT $rows`,
};
