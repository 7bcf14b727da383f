import { badInput } from '../formats/badInput.ts';
import { contentKind, contentName } from '../formats/contentKind.ts';
import type { ReadBeside } from '../formats/format.ts';
import type { LabelImage } from './labelImage.ts';
import { readNifti } from './nifti.ts';

/** Endings of label maps. */
export const IMAGE_ENDINGS = ['.nii', '.nii.gz', '.hdr', '.nrrd', '.nhdr'] as const;

/** Whether a file is an image, by its ending or, where that is no image's, by its first bytes. */
export function isImageFile(name: string, bytes: Uint8Array): boolean {
  const lower = name.toLowerCase();
  if (IMAGE_ENDINGS.some((ending) => lower.endsWith(ending))) return true;
  const kind = contentKind(bytes);
  return kind === 'nifti' || kind === 'nrrd' || (kind === 'gzip' && /NIfTI/.test(contentName(bytes)));
}

/**
 * Reads a label map by its content, whatever its ending: NIfTI (`.nii`, `.nii.gz`, `.hdr` with `.img`).
 *
 * @param name    file name, for messages and for the names of files beside it
 * @throws TwinError BadInput when it is no label map, or one without a usable frame
 */
export function readLabelImage(name: string, bytes: Uint8Array, beside: ReadBeside): LabelImage {
  const kind = contentKind(bytes);
  if (/\.(nii|hdr|img)(\.gz)?$/i.test(name) || isImageFile(name, bytes)) return readNifti(bytes, name, beside);
  throw badInput(
    name,
    `the content is ${contentName(bytes)} (${kind}), which is not read as a label map; expected .nii, .nii.gz, .hdr or .nrrd`,
  );
}
