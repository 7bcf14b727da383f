import type { Science } from '../activities/edge.ts';
import { stageSettings } from '../activities/records/study.ts';
import { whileFetching } from '../activities/sources/fetchedInput.ts';
import { openInputFile } from '../activities/sources/inputFile.ts';
import { openMemoryStore } from '../activities/stores/memoryStore.ts';
import type { Study } from '../cohorts/study.ts';
import type { Anatomy } from '../twin/anatomy/anatomy.ts';
import type { Beat } from '../twin/ecg/beat.ts';
import type { LabelImage } from '../twin/images/labelImage.ts';
import { isImageFile, readLabelImage } from '../twin/images/readLabelImage.ts';
import type { SubjectPaths } from './subjectFolder.ts';

/** Both halves of a subject's preparation in this process; each reads its own files when it is called and keeps nothing. */
export function preparations(
  science: Science,
  paths: Omit<SubjectPaths, 'subject'>,
  study: Study,
  { isSolved = true }: { readonly isSolved?: boolean } = {},
) {
  const records = openMemoryStore();
  const open = (path: string) => openInputFile(records, paths.dataFolder, path);
  const openOptional = (path: string | null) => (path === null ? null : open(path));
  const settings = stageSettings(study);
  return {
    /** The label map that the anatomy is made of; undefined for a mesh */
    image: async (): Promise<LabelImage | undefined> => {
      const { name, bytes, beside } = await open(paths.anatomy);
      return isImageFile(name, bytes) ? whileFetching(async () => readLabelImage(name, bytes, beside)) : undefined;
    },
    /** @throws TwinError what is wrong with the recording */
    beat: async (): Promise<Beat> => {
      const ecg = await open(paths.ecg);
      return whileFetching(() => science.prepareBeat({ ecg, settings: settings.beat }));
    },
    /** @throws TwinError what is wrong with the anatomy, its electrodes or its torso */
    anatomy: async (): Promise<Anatomy> => {
      const input = {
        anatomy: await open(paths.anatomy),
        electrodes: await openOptional(paths.electrodes),
        torso: await openOptional(paths.torso),
        body: paths.body,
        settings: settings.anatomy,
        isSolved,
      };
      return whileFetching(() => science.prepareAnatomy(input));
    },
  };
}
