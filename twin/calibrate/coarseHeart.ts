import type { Anatomy } from '../anatomy/anatomy.ts';

/** What the calibration needs of a heart at one resolution; an `Anatomy` is one. */
export type CoarseHeart = Pick<Anatomy, 'mesh' | 'endocardialDistance' | 'coordinates' | 'electrodeFields'>;
