import { type Finding, TwinError } from '../errors.ts';
import { type BasePlane, cutAtBase } from './basePlane.ts';
import { codeOf } from './contacts.ts';
import { cropTissues, tissueBox, widen } from './cropTissues.ts';
import type { Tissue } from './labelImage.ts';
import type { TissueImage } from './tissueImage.ts';

/** What of a map is heart; arteries only as far as they show where the ventricles end. */
const CHAMBERS = [
  'lvMuscle',
  'lvBlood',
  'rvMuscle',
  'rvBlood',
  'laMuscle',
  'laBlood',
  'raMuscle',
  'raBlood',
  'scar',
] as const satisfies readonly Tissue[];
const VESSELS = ['aorta', 'pulmonaryArtery'] as const satisfies readonly Tissue[];
/** Any of these shows where a ventricle ends. */
const BEYOND_VALVES = ['laBlood', 'raBlood', 'laMuscle', 'raMuscle', ...VESSELS] as const satisfies readonly Tissue[];

/** A map ready for its level sets. */
export interface HeartMap {
  /** Chambers and the arteries' beginnings, where volumes are counted */
  readonly counted: TissueImage;
  /** The same, gone on with beyond the base plane where there is one */
  readonly image: TissueImage;
  /** Where the map shows neither atria nor arteries and ventricles are cut */
  readonly plane: BasePlane | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Keeps the heart of a map: labelled papillary muscles go to the LV's blood or muscle, lungs and torso to the background, arteries end within `reach_mm` of
 * the chambers. Without atria and arteries the ventricles end at a plane, unless RV muscle is labelled in a map of even voxels: such a map shows the open base itself.
 *
 * @throws TwinError BadAnatomy when LV muscle, LV blood or RV blood is missing, or nothing shows where the ventricles end
 */
export function heartMapOf(map: TissueImage, papillary: 'blood' | 'muscle', reach_mm: number): HeartMap {
  for (const tissue of ['lvMuscle', 'lvBlood', 'rvBlood'] as const) {
    if (map.tissues.includes(tissue)) continue;
    throw new TwinError(
      'BadAnatomy',
      `The map has no ${tissue}; a heart needs at least lvMuscle, lvBlood and rvBlood, found ${map.tissues.join(', ')}. Complete the study's table of labels or the map.`,
      { tissues: map.tissues },
    );
  }
  const heart = keepHeart(map, papillary === 'blood' ? 'lvBlood' : 'lvMuscle');
  const box = tissueBox(selectTissues(heart, CHAMBERS));
  const counted = box ? cropTissues(heart, widen(box, heart.affine, reach_mm)) : heart;
  const merged: Finding[] = map.tissues.includes('papillary')
    ? [
        {
          code: 'papillary-muscles',
          severity: 'warning',
          message: `Labelled papillary muscles count as ${papillary === 'blood' ? 'LV blood' : 'LV muscle'}, as the study says.`,
        },
      ]
    : [];
  if (BEYOND_VALVES.some((tissue) => counted.tissues.includes(tissue)))
    return { counted, image: counted, plane: undefined, findings: merged };
  const { plane, kept, extended, findings } = cutAtBase(counted);
  const isEven = kept === extended;
  if (isEven && counted.tissues.includes('rvMuscle'))
    return { counted, image: counted, plane: undefined, findings: merged };
  return { counted: kept, image: extended, plane, findings: [...merged, ...findings] };
}

/** The map with papillary muscles as another tissue, and without what is no heart. */
function keepHeart(map: TissueImage, papillary: Tissue): TissueImage {
  const own = codeOf(map, 'papillary');
  const to = codeOf(map, papillary);
  const moved =
    own === undefined || to === undefined
      ? map
      : { ...map, voxels: map.voxels.map((code) => (code === own ? to : code)) };
  return selectTissues(moved, [...CHAMBERS, ...VESSELS]);
}

function selectTissues(map: TissueImage, wanted: readonly Tissue[]): TissueImage {
  const tissues = map.tissues.filter((tissue) => wanted.includes(tissue));
  const codes = Uint8Array.from([0, ...map.tissues.map((tissue) => tissues.indexOf(tissue) + 1)]);
  return { ...map, tissues, voxels: map.voxels.map((code) => codes[code]) };
}
