import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { openInputFile } from '../activities/sources/inputFile.ts';
import { writeVisit } from '../activities/sources/visits.ts';
import { isBucket, openStore } from '../activities/stores/openStore.ts';
import { TwinError } from '../twin/errors.ts';
import { awaitVisits, signalVisit } from '../workers/schedules.ts';
import { askHome, readHome } from './home.ts';
import { openStudy } from './openStudy.ts';
import { readRunNote } from './runFolder.ts';
import { livingRun } from './scheduleRun.ts';

export interface VisitOptions {
  readonly ecg?: string;
  readonly anatomy?: string;
  readonly settle?: number;
  readonly hold?: boolean;
  readonly wait?: boolean;
}

/**
 * Says that a subject of a run with a home was visited. Files that are named lie in the data folder, as all inputs do; without any, the sheet's
 * own are read again. Gives what was published where that is waited for.
 *
 * @throws TwinError BadStudy where the run has no schedule, or the sheet no such subject; BadInput where a file cannot be read
 */
export async function visitSubject(folder: string, subject: string, options: VisitOptions): Promise<unknown> {
  const note = readRunNote(folder);
  const { name: run, home } = note;
  if (home === undefined) {
    throw new TwinError(
      'BadStudy',
      `${folder}: has no schedule, so nobody is there for its visits; twinfold schedule create makes one`,
    );
  }
  const { sheet, dataFolder } = await openStudy(note.study, note.data ?? undefined);
  const row = sheet.rows.find((candidate) => candidate.subject === subject);
  if (row === undefined) {
    throw new TwinError(
      'BadStudy',
      `${subject}: the sample sheet has no such subject; add it there, and the schedule will find it`,
    );
  }
  const store = await openStore(readHome(home).store);
  const named = async (column: 'ecg' | 'anatomy') => {
    const path = options[column];
    if (path === undefined) return {};
    const inside = pathInside(dataFolder, path);
    await openInputFile(store, dataFolder, inside); // says what is wrong with it before anybody works
    return { [column]: { path: inside, insteadOf: row[column] } };
  };
  await writeVisit(store, { run, subject, ...(await named('ecg')), ...(await named('anatomy')) });
  return askHome(home, async (cohorts, homeNote) => {
    const living = {
      ...livingRun(note, homeNote),
      ...(options.hold === undefined ? {} : { isHeld: options.hold }),
      ...(options.settle === undefined ? {} : { settle_s: options.settle / 1000 }),
    };
    await signalVisit(cohorts, living, subject);
    return options.wait ? awaitVisits(cohorts, living) : undefined;
  });
}

/** A path in the data folder, from how a person names the file: from where they stand, or from that folder. */
function pathInside(dataFolder: string, path: string): string {
  if (isBucket(dataFolder)) return path.startsWith(`${dataFolder}/`) ? path.slice(dataFolder.length + 1) : path;
  const place = existsSync(path) ? resolve(path) : resolve(dataFolder, path);
  const inside = relative(dataFolder, place);
  if (inside.startsWith('..') || resolve(dataFolder, inside) !== place) {
    throw new TwinError(
      'BadInput',
      `${path}: lies outside the data folder ${dataFolder}, where inputs are read and traced; copy it there first`,
    );
  }
  return inside.split(sep).join('/');
}
