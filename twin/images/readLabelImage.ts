import { badInput } from '../formats/badInput.ts';
import { contentKind, contentName } from '../formats/contentKind.ts';
import type { ReadBeside } from '../formats/format.ts';
import type { LabelImage } from './labelImage.ts';
import { readNifti } from './nifti.ts';
import { readNrrd } from './nrrd.ts';

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
 * Reads a label map by its content: NIfTI (`.nii`, `.nii.gz`, `.hdr` with `.img`) or NRRD (`.nrrd`, `.seg.nrrd`, `.nhdr` with its data file).
 *
 * @param name    file name, for messages and for the names of files beside it
 * @throws TwinError BadInput when it is no label map, or one without a usable frame
 */
export function readLabelImage(name: string, bytes: Uint8Array, beside: ReadBeside): LabelImage {
  const kind = contentKind(bytes);
  if (kind === 'nrrd') return readNrrd(bytes, name, beside);
  const isNamedNifti = /\.(nii|hdr)(\.gz)?$/i.test(name) && (kind === 'binary' || kind === 'nifti');
  if (isNamedNifti || kind === 'nifti' || kind === 'gzip') return readNifti(bytes, name, beside);
  throw badInput(
    name,
    `the content is ${contentName(bytes)}, which is not read as a label map; expected NIfTI (.nii, .nii.gz, .hdr) or NRRD (.nrrd, .nhdr)`,
  );
}
