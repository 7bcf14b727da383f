import { gzipSync } from 'fflate';
import { voxelEdges_mm } from './affine.ts';
import { turnAboutHead } from './imageFrame.ts';
import type { LabelImage } from './labelImage.ts';

/** Header of NIfTI-1 and the four bytes that say that no extension follows. */
const HEADER = 352;

/**
 * Writes a label map as NIfTI-1 (`.nii.gz`): one byte a voxel where labels allow it, else two; the frame as sform (scanner), in RAS and mm.
 * The same map, the same bytes.
 */
export function writeNifti({ size, labels, affine }: Pick<LabelImage, 'size' | 'labels' | 'affine'>): Uint8Array {
  const isWide = labels.some((label) => label > 255);
  const bytes = new Uint8Array(HEADER + labels.length * (isWide ? 2 : 1));
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348, true);
  [3, ...size, 1, 1, 1, 1].forEach((length, axis) => void view.setInt16(40 + 2 * axis, length, true));
  view.setInt16(70, isWide ? 512 : 2, true);
  view.setInt16(72, isWide ? 16 : 8, true);
  [1, ...voxelEdges_mm(affine)].forEach((edge, axis) => void view.setFloat32(76 + 4 * axis, edge, true));
  view.setFloat32(108, HEADER, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, 2);
  view.setInt16(254, 1, true);
  turnAboutHead(affine).forEach((value, at) => void view.setFloat32(280 + 4 * at, value, true));
  bytes.set([0x6e, 0x2b, 0x31, 0], 344);
  if (isWide) labels.forEach((label, at) => void view.setUint16(HEADER + 2 * at, label, true));
  else bytes.set(labels, HEADER);
  return gzipSync(bytes, { mtime: 0 });
}
