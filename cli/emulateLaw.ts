import { numbersOf, textOf } from '../cohorts/analyses/table.ts';
import { FUNCTION_INPUTS } from '../cohorts/emulator/inputs.ts';
import { readPublished } from '../cohorts/readCohort.ts';
import { publishedFolder } from './runFolder.ts';

/** A subject's calibrated velocities and repolarisation by input name, as far as the cohort table tells them. */
export async function lawOfSubject(run: string, subject: string): Promise<Record<string, number>> {
  const table = await readPublished(publishedFolder(run), 'cohort');
  const row = Array.from({ length: table.rows }, (_, at) => at).find((at) => textOf(table, 'subject', at) === subject);
  if (row === undefined) return {};
  const told = FUNCTION_INPUTS.map(({ name }) => [name, numbersOf(table, name)[row]] as const);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined && !Number.isNaN(value)));
}
