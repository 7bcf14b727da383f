import { positionOf, voxelEdges_mm } from './affine.ts';
import { countVoxels, type TissueImage } from './tissueImage.ts';

/**
 * Joins blocks of voxels that are at least twice as fine as the wanted edge: a block becomes what most of its voxels are (of equals, the lowest code).
 *
 * @param spacing_mm  blocks stay at or below it
 */
export function poolVoxels(image: TissueImage, spacing_mm: number): TissueImage {
  const factors = voxelEdges_mm(image.affine).map((edge) => Math.max(1, Math.floor(spacing_mm / edge + 1e-6)));
  const [fi, fj, fk] = factors;
  if (fi * fj * fk === 1) return image;
  const { size, voxels, affine } = image;
  const [ni, nj, nk] = size.map((length, axis) => Math.ceil(length / factors[axis]));
  const out = new Uint8Array(ni * nj * nk);
  const counts = new Uint16Array(countVoxels(image).length);
  for (let at = 0, k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        counts.fill(0);
        let inside = 0;
        for (let w = k * fk; w < Math.min((k + 1) * fk, size[2]); w++) {
          for (let v = j * fj; v < Math.min((j + 1) * fj, size[1]); v++) {
            const row = size[0] * (v + size[1] * w);
            for (let u = i * fi; u < Math.min((i + 1) * fi, size[0]); u++, inside++) counts[voxels[row + u]]++;
          }
        }
        counts[0] += fi * fj * fk - inside;
        for (let code = 1; code < counts.length; code++) if (counts[code] > counts[out[at]]) out[at] = code;
      }
    }
  }
  const [x, y, z] = positionOf(affine, (fi - 1) / 2, (fj - 1) / 2, (fk - 1) / 2);
  const offsets = [x, y, z];
  const pooled = [0, 1, 2].flatMap((row) => [
    ...factors.map((factor, axis) => factor * affine[4 * row + axis]),
    offsets[row],
  ]);
  return { ...image, size: [ni, nj, nk], voxels: out, affine: pooled };
}
