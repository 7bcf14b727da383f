import { type SignedDistance, stuffTetrahedra } from '../anatomy/stuffing.ts';
import { TwinError } from '../errors.ts';
import type { Tissue } from '../images/labelImage.ts';
import type { LevelSets } from '../images/levelSets.ts';
import { boundaryTriangles } from '../mesh/faces.ts';
import type { TorsoModel, TriangleSurface } from './torsoModel.ts';
import { withoutLooseNodes } from './torsoSurface.ts';

/** Edges of the surfaces' triangles, mm: those of the skin, and of what is inside it. */
const SKIN_SPACING = 12;
const INNER_SPACING = 8;
const BLOOD: readonly Tissue[] = ['lvBlood', 'rvBlood', 'laBlood', 'raBlood', 'aorta', 'pulmonaryArtery'];

/**
 * A torso of a label map that shows the whole body around its heart: the skin is the outside of all tissues together, lungs and blood are their own labels'
 * surfaces (by isosurface stuffing, so closed and outward). Only the largest part of each is kept, of lungs one on each
 * side of the middle plane.
 *
 * @throws TwinError BadInput when the map has no label `torso`
 */
export function torsoFromLabels(levels: Pick<LevelSets, 'tissues' | 'bounds' | 'sample' | 'findings'>): TorsoModel {
  const { tissues, bounds } = levels;
  if (!tissues.includes('torso')) {
    throw new TwinError(
      'BadInput',
      `the label map shows ${tissues.join(', ') || 'nothing'} and no torso; expected a label of the body around the heart; name it in the label table or leave the torso to sex, height and weight`,
    );
  }
  const background = tissues.length;
  const skin = surfaceOf((x, y, z) => -levels.sample(background, x, y, z), bounds, SKIN_SPACING);
  const surfaces = (tissue: Tissue, box = bounds): TriangleSurface[] => {
    const at = tissues.indexOf(tissue);
    const shape: SignedDistance = (x, y, z) => Math.max(levels.sample(at, x, y, z), box.min[0] - x, x - box.max[0]);
    return at >= 0 && isSomewhere(shape, box) ? [surfaceOf(shape, box, INNER_SPACING)] : [];
  };
  const middle = (bounds.min[0] + bounds.max[0]) / 2;
  const [left, right] = [
    { min: [middle, bounds.min[1], bounds.min[2]] as const, max: bounds.max },
    { min: bounds.min, max: [middle, bounds.max[1], bounds.max[2]] as const },
  ];
  return {
    skin,
    lungs: [...surfaces('lungs', left), ...surfaces('lungs', right)],
    blood: BLOOD.flatMap((tissue) => surfaces(tissue)),
    origin: 'labels',
    findings: levels.findings,
  };
}

/** Whether a shape is thick enough anywhere to be made a surface of. */
function isSomewhere(shape: SignedDistance, { min, max }: LevelSets['bounds']): boolean {
  const step = INNER_SPACING / 2;
  for (let z = min[2]; z <= max[2]; z += step)
    for (let y = min[1]; y <= max[1]; y += step)
      for (let x = min[0]; x <= max[0]; x += step) if (shape(x, y, z) < -step) return true;
  return false;
}

function surfaceOf(shape: SignedDistance, bounds: LevelSets['bounds'], spacing_mm: number): TriangleSurface {
  const { points, tets } = stuffTetrahedra(shape, bounds, spacing_mm);
  return withoutLooseNodes(points, boundaryTriangles(tets, points.length / 3));
}
