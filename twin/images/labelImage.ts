import type { Finding } from '../errors.ts';

/**
 * A label map in memory, whatever file it came from. Positions are in the patient's frame of DICOM (LPS: x to the subject's left, y to the back, z to
 * the head), mm: NIfTI's RAS is turned where its bytes are read.
 */
export interface LabelImage {
  /** Voxels along i, j, k */
  readonly size: readonly [number, number, number];
  /** i fastest, [k, j, i] */
  readonly labels: Uint16Array;
  /** Voxel index → position of the voxel's centre: x = A (i, j, k, 1), [12] row-major, mm; may be oblique or left-handed */
  readonly affine: readonly number[];
  /** What the file itself calls its labels (3D Slicer's segments); absent where it says nothing */
  readonly names?: Readonly<Record<number, string>>;
  readonly findings: readonly Finding[];
}

/** What a label of a map is part of. Blood and muscle are apart; walls that a map lacks are grown around their blood. */
export const TISSUES = [
  'lvMuscle',
  'lvBlood',
  'rvMuscle',
  'rvBlood',
  'laMuscle',
  'laBlood',
  'raMuscle',
  'raBlood',
  'aorta',
  'pulmonaryArtery',
  'papillary',
  'scar',
  'lungs',
  'torso',
] as const;
export type Tissue = (typeof TISSUES)[number];

/** The labels of each tissue in a study's maps; labels that stand nowhere are background. */
export type LabelTable = Readonly<Partial<Record<Tissue, readonly number[]>>>;

/** How label maps become hearts; the same for a whole study. */
export interface ImageSettings {
  /** Null where the study's anatomies are meshes */
  readonly labels: LabelTable | null;
  /** Mean edge length of the meshes, mm */
  readonly edge_mm: number;
  /** Thickness of the walls that are grown around blood where a map has no muscle, mm */
  readonly rvWall_mm: number;
  readonly atrialWall_mm: number;
  /** What labelled papillary muscles count as; where a map does not label them they are blood */
  readonly papillary: 'blood' | 'muscle';
}

/**
 * Walls as they are in adults: a free wall of the RV of 3 mm lies amid the reference values of echocardiography (Rudski et al., J Am Soc Echocardiogr
 * 2010: up to 5 mm), atria's are thinner. Papillary muscles count as blood, so that masses and volumes of maps with and without such a label can be compared.
 */
export const DEFAULT_IMAGES: ImageSettings = {
  labels: null,
  edge_mm: 2,
  rvWall_mm: 3,
  atrialWall_mm: 2,
  papillary: 'blood',
};
