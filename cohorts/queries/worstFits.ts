import { type NamedQuery, rowsParameter } from './namedQuery.ts';

export const worstFits: NamedQuery = {
  name: 'worst-fits',
  description: 'Twins whose simulated QRS follows the recorded one least.',
  parameters: [rowsParameter(10)],
  needs: [],
  sql: `
    SELECT subject, sex, fitCorrelation, fitRmse_mV, qrsDuration_ms, qrsDurationRecorded_ms, findings
    FROM cohort WHERE status = 'done' ORDER BY fitCorrelation NULLS FIRST, subject LIMIT $rows`,
};
