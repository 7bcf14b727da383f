import { bodyOf } from '../activities/prepare.ts';
import { referenceBackend } from '../backends/reference.ts';
import type { SampleSheetRow } from '../cohorts/row.ts';
import type { Study } from '../cohorts/study.ts';
import { type Finding, TwinError } from '../twin/errors.ts';
import { openScience } from '../workers/science.ts';
import { prepareFiles } from './prepareFiles.ts';

export interface CheckTask {
  readonly row: SampleSheetRow;
  readonly dataFolder: string;
  readonly settings: Study;
}
export interface CheckAnswer {
  readonly subject: string;
  readonly status: 'ok' | 'failed';
  readonly code: string | null;
  readonly message: string | null;
  readonly findings: readonly Finding[];
}

const science = openScience(referenceBackend);

/** Prepares one subject in a worker thread and keeps nothing of it but what was found. */
export default async function check({ row, dataFolder, settings }: CheckTask): Promise<CheckAnswer> {
  try {
    const { anatomy, beat } = await prepareFiles(science, { ...row, dataFolder, body: bodyOf(row) }, settings);
    const findings = [...row.findings, ...anatomy.findings, ...beat.findings];
    return { subject: row.subject, status: 'ok', code: null, message: null, findings };
  } catch (error) {
    return { subject: row.subject, status: 'failed', ...reasonOf(error), findings: row.findings };
  }
}

/** One subject's trouble is told beside the others', whatever it is. */
function reasonOf(error: unknown): { code: string; message: string } {
  if (error instanceof TwinError) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  const isOfSystem = error instanceof Error && 'syscall' in error;
  return {
    code: 'Unexpected',
    message: isOfSystem ? message : `an error of Twinfold itself; please report it: ${message}`,
  };
}
