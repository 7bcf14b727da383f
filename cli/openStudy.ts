import { type OpenStudy, readStudy } from '../activities/planStudy.ts';

export type { OpenStudy } from '../activities/planStudy.ts';

/**
 * Reads a study file and its sample sheet.
 *
 * @param data  folder that the subjects' paths start in, where it is not the one that the study names
 * @throws TwinError BadStudy with every problem of the study file, each with its line and column
 */
export const openStudy = (path: string, data?: string): Promise<OpenStudy> =>
  readStudy({ studyFile: path, ...(data === undefined ? {} : { data }) });
