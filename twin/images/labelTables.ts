import type { LabelTable } from './labelImage.ts';

/** Conventions of published label maps. A study names one of them, or gives its own table. */
export const LABEL_TABLES = {
  /**
   * Short-axis stacks of the ACDC challenge: RV cavity, LV muscle, LV cavity; papillary muscles belong to the cavity. O. Bernard et al., IEEE Trans Med Imaging
   * 37(11), 2018, and the challenge's page on its evaluation.
   */
  acdc: { rvBlood: [1], lvMuscle: [2], lvBlood: [3] },
  /**
   * Short-axis stacks as the UK Biobank's cardiac networks label them, and the M&Ms challenges: LV cavity, LV muscle, RV cavity. W. Bai et al., J Cardiovasc Magn
   * Reson 20:65, 2018, and the code published with it.
   */
  ukBiobank: { lvBlood: [1], lvMuscle: [2], rvBlood: [3] },
  /**
   * Whole hearts of the MM-WHS challenge: blood of four chambers, muscle of the left ventricle alone, ascending aorta, pulmonary artery (421 is a
   * known slip for 420 in its training data). X. Zhuang and J. Shen, Med Image Anal 31, 2016.
   */
  mmwhs: {
    lvMuscle: [205],
    laBlood: [420, 421],
    lvBlood: [500],
    raBlood: [550],
    rvBlood: [600],
    aorta: [820],
    pulmonaryArtery: [850],
  },
  /** TotalSegmentator, task `heartchambers_highres`. J. Wasserthal et al., Radiol Artif Intell 5(5), 2023, and the program's list of classes. */
  totalSegmentatorHeart: {
    lvMuscle: [1],
    laBlood: [2],
    lvBlood: [3],
    raBlood: [4],
    rvBlood: [5],
    aorta: [6],
    pulmonaryArtery: [7],
  },
  /** TotalSegmentator, task `total` of its first version, which still had chambers: 104 classes. */
  totalSegmentatorV1: {
    aorta: [7],
    lungs: [13, 14, 15, 16, 17],
    lvMuscle: [44],
    laBlood: [45],
    lvBlood: [46],
    raBlood: [47],
    rvBlood: [48],
    pulmonaryArtery: [49],
  },
  /** TotalSegmentator, task `total` from its second version on: five lobes of the lungs and the aorta; its heart is one piece, so it serves the torso alone. */
  totalSegmentatorTorso: { lungs: [10, 11, 12, 13, 14], aorta: [52] },
} as const satisfies Readonly<Record<string, LabelTable>>;

export type LabelTableName = keyof typeof LABEL_TABLES;
