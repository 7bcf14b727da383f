import { mLFromMm3 } from '../units.ts';
import { voxelVolume_mm3 } from './affine.ts';
import type { LabelImage } from './labelImage.ts';
import { histogram } from './tissueImage.ts';

/** One label of a map. */
export interface LabelVolume {
  readonly label: number;
  readonly voxels: number;
  readonly volume_mL: number;
}

/** Volume of every label but 0, in rising order of labels: voxels times |det A|. */
export function labelVolumes({ labels, affine }: Pick<LabelImage, 'labels' | 'affine'>): LabelVolume[] {
  const counts = histogram(labels, 65_536);
  const voxel_mL = mLFromMm3(voxelVolume_mm3(affine));
  const volumes: LabelVolume[] = [];
  for (let label = 1; label < counts.length; label++) {
    const voxels = counts[label];
    if (voxels > 0) volumes.push({ label, voxels, volume_mL: voxels * voxel_mL });
  }
  return volumes;
}

/** Labels with their volumes as they stand in a sentence, the first twenty. */
export function listLabels(volumes: readonly LabelVolume[]): string {
  if (volumes.length === 0) return 'none';
  const listed = volumes.slice(0, 20).map(({ label, volume_mL }) => `${label} (${volume_mL.toFixed(1)} mL)`);
  return listed.join(', ') + (volumes.length > 20 ? ` and ${volumes.length - 20} more` : '');
}
