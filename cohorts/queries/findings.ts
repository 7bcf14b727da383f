import type { NamedQuery } from './namedQuery.ts';

export const findings: NamedQuery = {
  name: 'findings',
  description: 'What was repaired or doubted on the way, by code, among women and men.',
  parameters: [],
  needs: [],
  sql: `
    WITH found AS (SELECT subject, sex, unnest(findings) AS finding FROM cohort)
    SELECT finding, count(*) AS subjects, count(*) FILTER (sex = 'female') AS women, count(*) FILTER (sex = 'male') AS men,
           min(subject) AS forExample
    FROM found GROUP BY finding ORDER BY subjects DESC, finding`,
};
