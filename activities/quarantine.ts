import { canonicalJson } from '../cohorts/canonicalJson.ts';
import type { SubjectFailure } from '../cohorts/row.ts';
import { sha256 } from './artifacts.ts';
import type { Edge } from './edge.ts';
import { openInputFile } from './inputFile.ts';
import { covariatesOf } from './measure.ts';
import { getSubject, type SubjectPlace, stageSettings } from './study.ts';
import { writeRow } from './subjectRecords.ts';

export interface QuarantineInput {
  readonly place: SubjectPlace;
  readonly failure: SubjectFailure;
}

/** Writes the row of a subject that has no twin, with the reason: the cohort never shrinks in silence. */
export async function quarantine({ store }: Edge, { place, failure }: QuarantineInput): Promise<{ subject: string }> {
  const { plan, row } = await getSubject(store, place);
  // An input that cannot be read has no hash; why is in the failure's own sentence.
  const hashOf = (path: string) =>
    openInputFile(store, plan.dataFolder, path).then(
      (file) => file.hash(),
      () => undefined,
    );
  const anatomyInput = await hashOf(row.anatomy);
  const ecgInput = await hashOf(row.ecg);
  await writeRow(store, place.run, {
    subject: row.subject,
    status: 'quarantined',
    covariates: covariatesOf(row),
    metrics: {},
    findings: [...new Set(row.findings.map(({ code }) => code))].sort(),
    hashes: {
      ...(anatomyInput === undefined ? {} : { anatomyInput }),
      ...(ecgInput === undefined ? {} : { ecgInput }),
      settings: sha256(canonicalJson(stageSettings(plan.study))),
    },
    failure,
  });
  return { subject: row.subject };
}
