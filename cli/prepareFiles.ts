import type { Science } from '../activities/edge.ts';
import { openInputFile } from '../activities/inputFile.ts';
import { openMemoryStore } from '../activities/memoryStore.ts';
import { stageSettings } from '../activities/study.ts';
import type { Study } from '../cohorts/study.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import type { Beat } from '../twin/ecg/beat.ts';
import type { SubjectPaths } from './subjectFolder.ts';

/** Prepares one subject in this process and keeps nothing but what is returned. @throws TwinError what is wrong with its files */
export async function prepareFiles(
  science: Science,
  paths: Omit<SubjectPaths, 'subject'>,
  study: Study,
): Promise<{ readonly anatomy: Anatomy; readonly beat: Beat }> {
  const records = openMemoryStore();
  const open = (path: string) => openInputFile(records, paths.dataFolder, path);
  const openOptional = (path: string | null) => (path === null ? null : open(path));
  const settings = stageSettings(study);
  const beat = await science.prepareBeat({ ecg: await open(paths.ecg), settings: settings.beat });
  const anatomy = await science.prepareAnatomy({
    anatomy: await open(paths.anatomy),
    electrodes: await openOptional(paths.electrodes),
    torso: await openOptional(paths.torso),
    body: paths.body,
    settings: settings.anatomy,
  });
  return { anatomy, beat };
}
