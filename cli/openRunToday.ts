import { applyVisits, readVisits } from '../activities/sources/visits.ts';
import type { Store } from '../activities/stores/artifacts.ts';
import { openStore } from '../activities/stores/openStore.ts';
import { type OpenStudy, openStudy } from './openStudy.ts';
import { type RunNote, readRunNote, storeOf } from './runFolder.ts';

/** A run, and its study and sheet as they are now. */
export interface RunToday {
  readonly note: RunNote;
  readonly store: Store;
  /** With what visits have named since the sheet was written */
  readonly today: OpenStudy;
}

/**
 * Opens a run's store and reads its study file and sheet again; nothing is started or written.
 *
 * @param data  folder that the subjects' paths start in, where they were moved
 * @throws TwinError BadStudy where the folder is no run's, or its study cannot be read
 */
export async function openRunToday(folder: string, data?: string): Promise<RunToday> {
  const note = readRunNote(folder);
  const store = await openStore(storeOf(folder));
  const { sheet, ...open } = await openStudy(note.study, data ?? note.data ?? undefined);
  const rows = applyVisits(sheet.rows, await readVisits(store, note.name));
  return { note, store, today: { ...open, sheet: { ...sheet, rows } } };
}
