import { type Finding, TwinError } from '../errors.ts';
import { mLFromMm3 } from '../units.ts';
import { voxelEdges_mm, voxelVolume_mm3 } from './affine.ts';
import { checkOrientation } from './checkOrientation.ts';
import { checkSlices } from './checkSlices.ts';
import { tissueBox } from './cropTissues.ts';
import type { Tissue } from './labelImage.ts';
import { WALL_OF } from './sliceEnds.ts';
import { countVoxels, type TissueImage } from './tissueImage.ts';
import { type TissueMoments, tissueMoments } from './tissueMoments.ts';

/** Volumes that hearts have, mL: wide enough for a child's and a failing one. Chosen here; outside them the label or the voxel size is doubtful. */
const USUAL_mL: Readonly<Partial<Record<Tissue, readonly [number, number]>>> = {
  lvMuscle: [25, 500],
  lvBlood: [20, 500],
  rvBlood: [20, 500],
  laBlood: [10, 350],
  raBlood: [10, 350],
};
/** Beyond these it is no human heart at all. */
const POSSIBLE_mL = [3, 2000] as const;
/** The diagonal of a heart's box, mm, as of meshes (docs/formats.md). */
const HEART_mm = [35, 400] as const;

const HEART: readonly Tissue[] = [
  'lvMuscle',
  'lvBlood',
  'rvMuscle',
  'rvBlood',
  'laMuscle',
  'laBlood',
  'raMuscle',
  'raBlood',
  'scar',
  'papillary',
];

/**
 * Gates of a cleaned tissue map: that it has the size of a heart, muscle around its blood, chambers of usual volumes, is not cut by the image's border, lies in the body as hearts do, and that
 * slices of a stack lie upon each other.
 *
 * @param name  file name, for messages
 * @throws TwinError BadAnatomy when its size is none that a heart has, or muscle and blood of a chamber are exchanged
 */
export function checkTissues(image: TissueImage, name: string): Finding[] {
  checkExtent(image, name);
  const moments = tissueMoments(image);
  checkWalls(image, moments, name);
  return [
    ...checkVolumes(image, name),
    ...checkBorder(image, name),
    ...checkOrientation(image, moments, name),
    ...checkSlices(image, name),
  ];
}

const codesOf = ({ tissues }: TissueImage, wanted: readonly Tissue[]): Uint8Array =>
  Uint8Array.from([0, ...tissues.map((tissue) => (wanted.includes(tissue) ? 1 : 0))]);

function checkExtent(image: TissueImage, name: string): void {
  const box = tissueBox(image, codesOf(image, HEART));
  if (!box) return;
  const edges = voxelEdges_mm(image.affine);
  const diagonal = Math.hypot(...edges.map((edge, axis) => edge * (box.high[axis] - box.low[axis] + 1)));
  if (diagonal >= HEART_mm[0] && diagonal <= HEART_mm[1]) return;
  throw new TwinError(
    'BadAnatomy',
    `${name}: the labelled heart is ${diagonal.toPrecision(3)} mm across in voxels of ${edges.map((edge) => Number(edge.toPrecision(3))).join(' × ')} mm, expected ${HEART_mm.join('–')} mm; check the voxel size in the header and the table of labels`,
    { file: name, diagonal_mm: diagonal },
  );
}

/** A chamber's muscle lies around its blood; where it lies within, the table has exchanged the two. */
function checkWalls({ tissues }: TissueImage, moments: readonly TissueMoments[], name: string): void {
  for (const [at, blood] of tissues.entries()) {
    const muscle = WALL_OF[blood];
    const wall = muscle === undefined ? -1 : tissues.indexOf(muscle);
    if (wall < 0) continue;
    const inner = moments[at];
    const outer = moments[wall];
    const [dx, dy, dz] = inner.centre.map((value, axis) => value - outer.centre[axis]);
    const around_mm2 = outer.spread_mm2 + dx * dx + dy * dy + dz * dz;
    if (around_mm2 > inner.spread_mm2) continue;
    const [inside, outside] = [around_mm2, inner.spread_mm2].map((square) => Math.sqrt(square).toFixed(1));
    throw new TwinError(
      'BadAnatomy',
      `${name}: ${tissues[wall]} lies inside ${blood} (${inside} and ${outside} mm from its centre), expected around it; their labels are probably exchanged in the table`,
      { file: name, tissue: tissues[wall] },
    );
  }
}

function checkVolumes(image: TissueImage, name: string): Finding[] {
  const voxel_mL = mLFromMm3(voxelVolume_mm3(image.affine));
  const counts = countVoxels(image);
  return image.tissues.flatMap((tissue, at): Finding[] => {
    const usual = USUAL_mL[tissue];
    const volume_mL = counts[at + 1] * voxel_mL;
    if (!usual || (volume_mL >= usual[0] && volume_mL <= usual[1])) return [];
    const message = `${name}: ${tissue} has ${volume_mL.toFixed(1)} mL, expected ${usual.join('–')} mL; check the table of labels and the voxel size`;
    if (volume_mL < POSSIBLE_mL[0] || volume_mL > POSSIBLE_mL[1])
      throw new TwinError('BadAnatomy', message, { file: name, tissue, volume_mL });
    return [{ code: 'label-volume-implausible', severity: 'warning', message }];
  });
}

/** A heart that reaches the outermost voxels was probably cut; the base of a short-axis stack is so by intent and is told all the same. */
function checkBorder(image: TissueImage, name: string): Finding[] {
  const {
    size: [ni, nj, nk],
    voxels,
    tissues,
  } = image;
  const isHeart = codesOf(image, HEART);
  const counts = new Uint32Array(tissues.length + 1);
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      const isRim = k === 0 || j === 0 || k === nk - 1 || j === nj - 1;
      const row = ni * (j + nj * k);
      const step = isRim ? 1 : Math.max(ni - 1, 1);
      for (let i = 0; i < ni; i += step) if (isHeart[voxels[row + i]] === 1) counts[voxels[row + i]]++;
    }
  }
  const cut = tissues.flatMap((tissue, at) => (counts[at + 1] > 0 ? [`${tissue} (${counts[at + 1]} voxels)`] : []));
  if (cut.length === 0) return [];
  return [
    {
      code: 'label-touches-border',
      severity: 'warning',
      count: counts.reduce((sum, count) => sum + count, 0),
      message: `${name}: the image's border cuts ${cut.join(', ')}; what lies beyond is missing from volumes and mesh`,
    },
  ];
}
