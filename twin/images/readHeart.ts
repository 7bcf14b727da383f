import type { AnatomySettings } from '../anatomy/anatomy.ts';
import type { HeartOfImage } from '../anatomy/prepareAnatomy.ts';
import { torsoFromLabels } from '../conductor/torsoFromLabels.ts';
import { badInput } from '../formats/badInput.ts';
import type { RawMesh, ReadBeside } from '../formats/format.ts';
import { readMesh } from '../formats/index.ts';
import { heartFromLabels } from './heartFromLabels.ts';
import type { ImageSettings } from './labelImage.ts';
import { levelSetsOf } from './levelSets.ts';
import { isImageFile } from './readLabelImage.ts';
import { readTissues } from './readTissues.ts';

/** The heart of an anatomy file, mesh or label map, before any gate of meshes. */
export interface ReadHeart {
  readonly raw: RawMesh;
  /** What a label map shows beside; absent for a mesh */
  readonly image?: HeartOfImage;
}

/** Without these no twin can be made of a map. */
const REQUIRED = ['lvMuscle', 'lvBlood', 'rvBlood'] as const;

/**
 * Reads the anatomy of a subject: a mesh as its file has it, or a label map meshed at the study's edge length.
 *
 * @throws TwinError BadInput for a file that is neither, or for a label map in a study without label table; BadAnatomy for a map that shows no heart
 */
export function readHeart(
  name: string,
  bytes: Uint8Array,
  beside: ReadBeside,
  { images, repair }: { readonly images: ImageSettings; readonly repair: AnatomySettings['repair'] },
): ReadHeart {
  if (!isImageFile(name, bytes)) return { raw: readMesh(name, bytes, beside) };
  const { labels, ...options } = images;
  if (labels === null) {
    throw badInput(
      name,
      'is an image, and the study names no labels; expected images.labels in the study file, such as {labels: acdc}, or a mesh',
    );
  }
  const { tissues } = readTissues(name, bytes, beside, {
    table: labels,
    required: REQUIRED,
    cleaning: { islands: repair.keepLargestPart, holes: repair.fillHoles, most: repair.most },
  });
  const heart = heartFromLabels(tissues, options);
  const torso = tissues.tissues.includes('torso') ? torsoFromLabels(levelSetsOf(tissues)) : undefined;
  return {
    raw: heart.ventricles,
    image: {
      surfaces: heart.surfaces,
      ...(heart.atria === undefined ? {} : { atria: heart.atria.raw }),
      blood: heart.blood,
      ...(torso === undefined ? {} : { torso }),
      findings: heart.findings,
    },
  };
}
