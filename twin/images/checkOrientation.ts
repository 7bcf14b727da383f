import type { Point } from '../anatomy/anatomy.ts';
import { STANDARD_TO_BASE, STANDARD_TO_RV } from '../anatomy/torso.ts';
import type { Finding } from '../errors.ts';
import type { Tissue } from './labelImage.ts';
import type { TissueImage } from './tissueImage.ts';
import type { TissueMoments } from './tissueMoments.ts';

/** Signs of x, y, z under which a frame is tried, the given one first; with how each is told. */
const FRAMES: readonly { readonly signs: Point; readonly told: string }[] = [
  { signs: [1, 1, 1], told: '' },
  { signs: [-1, -1, 1], told: 'as if left with right and front with back were exchanged (LPS taken for RAS)' },
  { signs: [-1, 1, 1], told: 'as if left and right were exchanged: the heart is mirrored' },
  { signs: [1, -1, 1], told: 'as if front and back were exchanged: the heart is mirrored' },
  { signs: [1, 1, -1], told: 'as if head and feet were exchanged: the heart is mirrored' },
  { signs: [-1, 1, -1], told: 'as if left with right and head with feet were exchanged' },
  { signs: [1, -1, -1], told: 'as if front with back and head with feet were exchanged' },
];
/** How much better another frame must fit, as a sum of cosines over the directions known. One direction whose usual part of 0.55 along an axis is turned around loses that much. */
const CLEARLY = 0.6;

/**
 * Doubts a map whose heart lies in the body as none does. The directions from the LV to the RV and, where there are atria, from the ventricles to them are held against the usual ones,
 * in the frame as given and with its axes turned around; one that fits clearly better is told. Nothing is turned by itself: a heart may lie on the right.
 */
export function checkOrientation(
  { tissues }: Pick<TissueImage, 'tissues'>,
  moments: readonly TissueMoments[],
  name: string,
): Finding[] {
  const directions = knownDirections(tissues, moments);
  const agreement = ({ signs }: { signs: Point }): number =>
    directions.reduce((sum, { found, usual }) => sum + cosine(found, usual, signs), 0);
  const [given] = FRAMES;
  const best = FRAMES.reduce((a, b) => (agreement(b) > agreement(a) ? b : a), given);
  if (agreement(best) - agreement(given) < CLEARLY || best === given) return [];
  const told = directions.map(({ what, found }) => `${what} goes ${inWords(found)}`).join(', ');
  return [
    {
      code: 'image-mirrored-doubtful',
      severity: 'warning',
      message: `${name}: ${told}; the heart lies ${best.told}. Check the frame in which the map was written; nothing was turned`,
    },
  ];
}

interface Direction {
  readonly what: string;
  readonly found: Point;
  readonly usual: Point;
}

function knownDirections(known: readonly Tissue[], moments: readonly TissueMoments[]): Direction[] {
  const centre = (...tissues: readonly Tissue[]): Point | undefined => {
    const found = tissues.flatMap((tissue) => (known.includes(tissue) ? [moments[known.indexOf(tissue)].centre] : []));
    if (found.length === 0) return undefined;
    const mean = (axis: number): number => found.reduce((sum, point) => sum + point[axis], 0) / found.length;
    return [mean(0), mean(1), mean(2)];
  };
  const lv = centre('lvBlood') ?? centre('lvMuscle');
  const rv = centre('rvBlood') ?? centre('rvMuscle');
  const atria = centre('laBlood', 'raBlood') ?? centre('laMuscle', 'raMuscle');
  const both = lv && rv ? middle(lv, rv) : undefined;
  return [
    ...(lv && rv ? [{ what: 'the way from LV to RV', found: between(lv, rv), usual: STANDARD_TO_RV }] : []),
    ...(both && atria
      ? [{ what: 'the way from the ventricles to the atria', found: between(both, atria), usual: STANDARD_TO_BASE }]
      : []),
  ];
}

const middle = ([a, b, c]: Point, [d, e, f]: Point): Point => [(a + d) / 2, (b + e) / 2, (c + f) / 2];
const between = ([a, b, c]: Point, [d, e, f]: Point): Point => [d - a, e - b, f - c];

function cosine([a, b, c]: Point, [d, e, f]: Point, [p, q, r]: Point): number {
  const product = p * a * d + q * b * e + r * c * f;
  return product / Math.max(Math.hypot(a, b, c) * Math.hypot(d, e, f), Number.MIN_VALUE);
}

/** The two largest parts of a direction in the body. */
function inWords(direction: Point): string {
  const words = [
    ['right', 'left'],
    ['front', 'back'],
    ['feet', 'head'],
  ];
  const length = Math.hypot(...direction);
  const parts = direction
    .map((part, axis) => ({
      share: Math.abs(part) / length,
      word: `${words[axis][part > 0 ? 1 : 0]} ${Math.abs(part).toFixed(0)} mm`,
    }))
    .filter(({ share }) => share > 0.3)
    .sort((a, b) => b.share - a.share);
  return `to the ${parts.map(({ word }) => word).join(', ')}`;
}
