import type { SubjectRow } from './row.ts';
import type { RefusedRow } from './sampleSheet.ts';

/**
 * A refused row of the sheet as a quarantined row of the cohort, which thus never shrinks in silence. A row without a usable id is
 * called `_line7`: no subject's id begins with `_`.
 */
export function refusedSubjectRow({ line, subject, covariates, message }: RefusedRow): SubjectRow {
  return {
    subject: subject ?? `_line${line}`,
    status: 'quarantined',
    covariates,
    metrics: {},
    findings: [],
    hashes: {},
    failure: { stage: 'read', code: 'BadInput', message },
  };
}
