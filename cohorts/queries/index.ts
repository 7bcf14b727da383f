import { activationBySex } from './activationBySex.ts';
import { byAge } from './byAge.ts';
import { byGroup } from './byGroup.ts';
import { bySex } from './bySex.ts';
import { changedSince } from './changedSince.ts';
import { columns } from './columns.ts';
import { compareRuns } from './compareRuns.ts';
import { costByStage } from './costByStage.ts';
import { differingSubjects } from './differingSubjects.ts';
import { failures } from './failures.ts';
import { findings } from './findings.ts';
import { historyOf } from './historyOf.ts';
import { missing } from './missing.ts';
import type { NamedQuery } from './namedQuery.ts';
import { outliers } from './outliers.ts';
import { quantiles } from './quantiles.ts';
import { waveformOf } from './waveformOf.ts';
import { worstFits } from './worstFits.ts';

/** Every named query, in the order of `twinfold query RUN --list`. */
export const namedQueries: readonly NamedQuery[] = [
  bySex,
  byAge,
  byGroup,
  quantiles,
  outliers,
  worstFits,
  missing,
  findings,
  failures,
  columns,
  historyOf,
  changedSince,
  costByStage,
  compareRuns,
  differingSubjects,
  waveformOf,
  activationBySex,
];
