import type { NamedQuery } from './namedQuery.ts';

export const failures: NamedQuery = {
  name: 'failures',
  description: 'The quarantine by stage and code, with one of its sentences.',
  parameters: [],
  needs: [],
  sql: `
    SELECT failureStage, failureCode, count(*) AS subjects, min(subject) AS forExample,
           min_by(failureMessage, subject) AS sentence
    FROM quarantine GROUP BY failureStage, failureCode ORDER BY subjects DESC, failureStage, failureCode`,
};
