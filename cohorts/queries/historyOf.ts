import { COLUMN_PARAMETER, type NamedQuery, subjectOf } from './namedQuery.ts';

export const historyOf: NamedQuery = {
  name: 'history-of',
  description: 'A subject’s row in every version that was published: its outcome, a column, and what it was made of.',
  parameters: [subjectOf('history'), { ...COLUMN_PARAMETER, table: 'history' }],
  needs: ['history'],
  sql: `
    WITH rows AS (
      SELECT version, publishedAt, status, failureCode, COLUMNS(name -> name = $column) AS value,
             ecgInputSha256[:8] AS ecg, anatomyInputSha256[:8] AS anatomy, settingsSha256[:8] AS settings, codeVersion
      FROM history WHERE subject = $subject
    )
    SELECT version, publishedAt, status, failureCode, value,
           value - lag(value) OVER (ORDER BY publishedAt) AS change, ecg, anatomy, settings, codeVersion
    FROM rows ORDER BY publishedAt`,
};
