import type { Finding } from '../errors.ts';
import { badInput } from '../formats/badInput.ts';
import { determinant, voxelEdges_mm } from './affine.ts';

/** Voxel edges that an image of a body can have. */
export const VOXEL_EDGE_MM = { least: 0.2, most: 20 } as const;

/** Turns a frame of x to the right and y to the front (RAS) into x to the left and y to the back (LPS), or back. */
export function turnAboutHead(affine: readonly number[]): number[] {
  return affine.map((value, at) => (at < 8 ? (value === 0 ? 0 : -value) : value));
}

/**
 * Refuses frames in which no heart can lie.
 *
 * @throws TwinError BadInput when a value is not finite, axes lie in one plane, or voxel edges are not those of an image of a body
 */
export function checkFrame(affine: readonly number[], fileName: string): readonly number[] {
  const edges = voxelEdges_mm(affine);
  const shown = edges.map((edge) => Number(edge.toPrecision(3))).join(' × ');
  if (!affine.every(Number.isFinite))
    throw badInput(fileName, 'the transform to the body holds numbers that are not finite');
  const isPlausible = edges.every((edge) => edge >= VOXEL_EDGE_MM.least && edge <= VOXEL_EDGE_MM.most);
  if (!isPlausible)
    throw badInput(
      fileName,
      `the voxels are ${shown} mm; expected ${VOXEL_EDGE_MM.least} to ${VOXEL_EDGE_MM.most} mm each way; check voxel size and units in the header`,
    );
  if (Math.abs(determinant(affine)) < 0.05 * edges[0] * edges[1] * edges[2])
    throw badInput(fileName, 'the axes of the image lie nearly in one plane; the transform in the header is damaged');
  return affine;
}

/**
 * Number of voxels, of sizes that a header claims.
 *
 * @throws TwinError BadInput when a size is no whole number from 1 to 32,767, or there are more voxels than `MAX_VOXELS`
 */
export function checkSize(size: readonly number[], fileName: string): [number, number, number] {
  const [ni, nj, nk] = size;
  const shown = size.join(' × ');
  if (size.length !== 3 || !size.every((length) => Number.isInteger(length) && length >= 1 && length <= 32_767))
    throw badInput(
      fileName,
      `the image is ${shown} voxels by its header; expected whole numbers from 1 to 32767; the header is damaged`,
    );
  if (ni * nj * nk > MAX_VOXELS)
    throw badInput(
      fileName,
      `the image is ${shown} voxels by its header, more than ${MAX_VOXELS}; crop it to the chest`,
    );
  return [ni, nj, nk];
}

/** 512 × 512 × 1,024: more than a whole chest at CT's resolution. */
const MAX_VOXELS = 2 ** 28;

/** The finding of a file that gives the size of its voxels but not where the body's axes lie. */
export const frameMissing = (fileName: string, assumed: string): Finding => ({
  code: 'image-frame-missing',
  severity: 'warning',
  message: `${fileName} does not say where left, back and head are; its axes were taken as ${assumed}, so that left and right may be exchanged`,
});
