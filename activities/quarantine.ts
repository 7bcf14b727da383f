import type { SubjectFailure } from '../cohorts/row.ts';
import type { Edge } from './edge.ts';
import { covariatesOf } from './measure.ts';
import { codeVersion, hashOf } from './records/stageParts.ts';
import { getSubject, type SubjectPlace, stageSettings } from './records/study.ts';
import { writeRow } from './records/subjectRecords.ts';
import { openInputFile } from './sources/inputFile.ts';

export interface QuarantineInput {
  readonly place: SubjectPlace;
  readonly failure: SubjectFailure;
}

/** Writes the row of a subject that has no twin, with the reason: the cohort never shrinks in silence. */
export async function quarantine(
  { store, science }: Edge,
  { place, failure }: QuarantineInput,
): Promise<{ subject: string }> {
  const { plan, row } = await getSubject(store, place);
  // An input that cannot be read has no hash; why is in the failure's own sentence.
  const hashOfFile = async (path: string | null) =>
    path === null
      ? undefined
      : openInputFile(store, plan.dataFolder, path).then(
          (file) => file.hash(),
          () => undefined,
        );
  const inputs: Record<string, string> = {};
  for (const input of ['anatomy', 'ecg', 'electrodes', 'torso'] as const) {
    const hash = await hashOfFile(row[input]);
    if (hash !== undefined) inputs[`${input}Input`] = hash;
  }
  await writeRow(store, place, {
    subject: row.subject,
    status: 'quarantined',
    covariates: covariatesOf(row),
    metrics: {},
    findings: [...new Set(row.findings.map(({ code }) => code))].sort(),
    hashes: { ...inputs, sheetRow: hashOf(row), settings: hashOf(stageSettings(plan.study)) },
    failure,
    codeVersion: codeVersion(science),
    backend: science.backend,
  });
  return { subject: row.subject };
}
