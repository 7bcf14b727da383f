import { TwinError } from '../../errors.ts';
import { mLFromMm3 } from '../../units.ts';
import { REGION, type RegionName } from '../tetMesh.ts';
import { muscleVolume_mL, tetVolume } from '../volume.ts';
import { type Gate, type MeshDraft, withFinding } from './gate.ts';

const NAMES = Object.keys(REGION) as RegionName[];

/**
 * The file's tags become regions by the study's map. With both ventricles in the map every tag must be in it; otherwise what the map
 * leaves out is muscle whose ventricle is found by geometry later, and stands as `lv` until then.
 */
export const regionTags: Gate = (draft) => {
  const map = draft.settings.regions;
  const mapped = NAMES.filter((name) => map[name] !== undefined);
  if (mapped.length === 0) return draft;
  const { name } = draft.settings;
  if (!draft.tags) {
    const message = `${name}: the study maps tags to ${mapped.join(', ')}, the mesh has no tags; leave the map out to have the ventricles found by geometry`;
    throw new TwinError('BadInput', message, { file: name });
  }
  const regionOf = new Map<number, number>();
  for (const region of mapped) {
    for (const tag of map[region] ?? []) {
      if (regionOf.has(tag)) {
        throw new TwinError('BadStudy', `the study maps tag ${tag} to two regions; each tag is of one`, { tag });
      }
      regionOf.set(tag, REGION[region]);
    }
  }
  const hasRegions = map.lv !== undefined && map.rv !== undefined;
  const regions = new Uint8Array(draft.tags.length).fill(REGION.lv);
  let isUnknown = false;
  let isRegionFound = false;
  for (let tet = 0; tet < regions.length; tet++) {
    const region = regionOf.get(draft.tags[tet] as number);
    if (region === undefined) isUnknown = true;
    else {
      regions[tet] = region;
      isRegionFound = true;
    }
  }
  if ((isUnknown && hasRegions) || !isRegionFound) {
    const message = `${name}: the mesh has ${listTags(draft)}; the study knows ${listMap(draft)}: name every tag in the study's regions`;
    throw new TwinError('BadInput', message, { file: name });
  }
  return { ...draft, regions, hasRegions };
};

/** A left ventricle smaller than the right one is more often a swapped label than a heart; the labels stay as they are. */
export const plausibleRegions: Gate = (draft) => {
  if (!draft.hasRegions) return draft;
  const lv_mL = muscleVolume_mL(draft, REGION.lv);
  const rv_mL = muscleVolume_mL(draft, REGION.rv);
  // A part in a million is rounding of coordinates, as between the two halves of a symmetric block.
  if (lv_mL >= rv_mL * (1 - 1e-6)) return draft;
  const message = `by its tags the left ventricle has ${lv_mL.toFixed(4)} mL of muscle and the right one ${rv_mL.toFixed(4)} mL; the labels may be swapped and were left as they are`;
  return withFinding(draft, { code: 'regions-implausible', severity: 'warning', message });
};

function listTags(draft: MeshDraft): string {
  const volumes = new Map<number, number>();
  for (const [tet, tag] of (draft.tags ?? []).entries()) {
    volumes.set(tag, (volumes.get(tag) ?? 0) + Math.abs(tetVolume(draft, tet)));
  }
  const tags = [...volumes.keys()].sort((a, b) => a - b);
  const shown = tags.slice(0, 20).map((tag) => `${tag} (${mLFromMm3(volumes.get(tag) ?? 0).toFixed(4)} mL)`);
  return `tags ${shown.join(', ')}${tags.length > shown.length ? ` and ${tags.length - shown.length} more` : ''}`;
}

const listMap = ({ settings }: MeshDraft): string =>
  NAMES.filter((name) => settings.regions[name]?.length)
    .map((name) => `${name} = ${settings.regions[name]?.join(', ')}`)
    .join('; ') || 'none';
