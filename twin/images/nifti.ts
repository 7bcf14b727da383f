import { badInput } from '../formats/badInput.ts';
import type { ReadBeside } from '../formats/format.ts';
import { gunzipBounded } from '../formats/gunzip.ts';
import type { LabelImage } from './labelImage.ts';
import { readNiftiHeader } from './niftiHeader.ts';
import { labelsOf } from './voxelLabels.ts';

/**
 * Label maps as NIfTI-1 or NIfTI-2: `.nii`, `.nii.gz`, or `.hdr` with its `.img` (or `.img.gz`) beside it. Extensions behind the header, which may hold a person's data,
 * are passed over unread.
 *
 * @throws TwinError BadInput with the field, what it holds and what it should
 */
export function readNifti(bytes: Uint8Array, fileName: string, beside: ReadBeside): LabelImage {
  const content = expand(bytes, fileName);
  const header = readNiftiHeader(content, fileName);
  const voxels = header.isPair ? imageBeside(fileName, beside) : { name: fileName, bytes: content };
  const [ni, nj, nk] = header.size;
  const { labels, findings } = labelsOf(
    {
      bytes: voxels.bytes,
      offset: header.voxelOffset,
      count: ni * nj * nk,
      type: header.type,
      isLittleEndian: header.isLittleEndian,
      slope: header.slope,
      intercept: header.intercept,
    },
    voxels.name,
  );
  return { size: header.size, labels, affine: header.affine, findings: [...header.findings, ...findings] };
}

/** The content of a file that may be gzip. */
export const expand = (bytes: Uint8Array, fileName: string): Uint8Array =>
  bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipBounded(bytes, fileName) : bytes;

function imageBeside(fileName: string, beside: ReadBeside): { name: string; bytes: Uint8Array } {
  const stem = fileName.replace(/\.hdr(\.gz)?$/i, '');
  for (const name of [`${stem}.img`, `${stem}.img.gz`]) {
    const bytes = beside(name);
    if (bytes) return { name, bytes: expand(bytes, name) };
  }
  throw badInput(fileName, `there is no ${stem}.img beside it, which holds the voxels of this header; copy both files`);
}
