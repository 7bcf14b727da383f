import type { NamedQuery } from './namedQuery.ts';

export const costByStage: NamedQuery = {
  name: 'cost-by-stage',
  description: 'What each stage cost: hours, seconds a subject, memory, and how much was found rather than computed.',
  parameters: [],
  needs: ['costs'],
  sql: `
    SELECT stage, count(*) AS subjects, count(*) FILTER (wasCached) AS found, sum(seconds) FILTER (NOT wasCached) / 3600 AS computed_h,
           median(seconds) FILTER (NOT wasCached) AS median_s, quantile_cont(seconds, 0.95) FILTER (NOT wasCached) AS p95_s,
           max(peakMemory_MB) AS peakMemory_MB, count(*) FILTER (attempts > 1) AS retried,
           count(*) FILTER (outcome <> 'done') AS failed
    FROM costs GROUP BY stage
    ORDER BY CASE stage WHEN 'prepare' THEN 1 WHEN 'calibrate' THEN 2 WHEN 'measure' THEN 3 ELSE 4 END, stage`,
};
